import { expect } from "chai";
import fc from "fast-check";

import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { dequantize } from "../../../packages/sdk/src/math/dequantize.ts";
import { quantize } from "../../../packages/sdk/src/math/quantize.ts";

const FORMAT = { bits: 16, fraction: 8 };

// quantize
// ├── it rounds half up, also below zero
// ├── it does not round a value just below a half upwards
// ├── it inverts dequantize on every value of the format
// ├── it is within half a unit of the input
// └── when the value leaves the range or is not finite
//     └── it throws MATH_OUT_OF_RANGE with value and index
describe("quantize", function () {
  it("rounds half up, also below zero", function () {
    const cases: [number, bigint][] = [
      [0, 0n],
      [1, 256n],
      [-1, -256n],
      [0.5 / 256, 1n],
      [-0.5 / 256, 0n],
      [1.5 / 256, 2n],
      [-1.5 / 256, -1n],
      [-0.500001 / 256, -1n],
      [127.99609375, 32767n],
      [-128, -32768n],
      [-128 - 0.5 / 256, -32768n],
    ];
    for (const [value, expected] of cases) expect(quantize(value, FORMAT), `${value}`).to.equal(expected);
  });

  it("does not round the largest value below a half upwards", function () {
    expect(quantize(0.49999999999999994, { bits: 16, fraction: 0 })).to.equal(0n);
  });

  it("inverts dequantize on every value of the format", function () {
    for (let value = -32768n; value <= 32767n; value++) {
      expect(quantize(dequantize(value, FORMAT), FORMAT)).to.equal(value);
    }
  });

  it("is within half a unit of the input", function () {
    fc.assert(
      fc.property(fc.double({ min: -127, max: 127, noNaN: true }), (x) => {
        const error = dequantize(quantize(x, FORMAT), FORMAT) - x;
        return error > -0.5 / 256 - 1e-12 && error <= 0.5 / 256;
      }),
    );
  });

  for (const value of [128, 127.998046875, -128.01, NaN, Infinity, -Infinity]) {
    it(`throws MATH_OUT_OF_RANGE for ${value}`, function () {
      const error = caught(() => quantize(value, FORMAT, 7));
      expect(error).to.include({ code: "MATH_OUT_OF_RANGE", retry: "after-change" });
      expect(error.message).to.include(`${value} at index 7`);
      expect(error.details).to.include({ index: 7 });
    });
  }
});

function caught(work: () => unknown): CorexError {
  try {
    work();
  } catch (error) {
    if (error instanceof CorexError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
