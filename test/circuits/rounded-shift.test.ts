import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import { roundedShift } from "../../packages/sdk/src/math/rounded-shift.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

/** Floor division that does not use shifts: independent of the code under test. */
function roundHalfUp(value: bigint, divisor: bigint): bigint {
  const numerator = 2n * value + divisor;
  const quotient = numerator / (2n * divisor);
  return numerator < 0n && numerator % (2n * divisor) !== 0n ? quotient - 1n : quotient;
}

// RoundedShift
// ├── it accepts exactly the rounded quotient, exhaustively for shifts 1 to 4
// ├── when the quotient is one off and the remainder compensates
// │   └── it rejects
// ├── when the quotient solves the equation modulo p only
// │   └── it is the precondition of the caller that excludes it: LinearStep ranges its quotients
// └── when it is instantiated with shift 0 or above 252
//     └── it does not compile
describe("RoundedShift", function () {
  this.timeout(120_000);

  for (const shift of [1, 2, 3, 4]) {
    it(`accepts exactly the quotient rounded half up, shift ${shift}`, async function () {
      const circuit = compileTiny({ file: "rounded_shift", main: `RoundedShift(${shift})` });
      for (let numerator = -40n; numerator <= 40n; numerator++) {
        const expected = roundHalfUp(numerator, 1n << BigInt(shift));
        expect(roundedShift(numerator, shift), `sdk ${numerator}`).to.equal(expected);
        for (let quotient = expected - 3n; quotient <= expected + 3n; quotient++) {
          const witness = await circuit.generate({ numerator: mod(numerator), quotient: mod(quotient) });
          expect(satisfies(circuit.r1cs, witness), `${numerator} -> ${quotient}`).to.equal(quotient === expected);
        }
      }
    });
  }

  it("rejects a quotient one off whose remainder is moved by 2^shift", async function () {
    const circuit = compileTiny({ file: "rounded_shift", main: "RoundedShift(4)" });
    for (const numerator of [100n, -100n, 7n, 8n, -8n, -9n, 0n]) {
      for (const error of [-1n, 1n]) {
        const quotient = roundedShift(numerator, 4) + error;
        const remainder = numerator - 16n * quotient + 8n;
        const witness = await circuit.generate({ numerator: mod(numerator), quotient: mod(quotient) });
        // The remainder in place, as bits that sum up to it: the excess has to go into some bit.
        for (let k = 0; k < 4; k++) {
          const forged = [...witness];
          for (let bit = 0; bit < 4; bit++) forged[circuit.wires.get(`main.remainder.bit[${bit}]`) ?? -1] = 0n;
          forged[circuit.wires.get(`main.remainder.bit[${k}]`) ?? -1] = mod(remainder * inverse(1n << BigInt(k)));
          expect(satisfies(circuit.r1cs, forged)).to.equal(false);
        }
      }
    }
  });

  it("leaves quotients that wrap around the field to the range of the caller", async function () {
    const circuit = compileTiny({ file: "rounded_shift", main: "RoundedShift(4)" });
    const quotient = inverse(16n);
    const witness = await circuit.generate({ numerator: 1n, quotient });
    expect(satisfies(circuit.r1cs, witness)).to.equal(true);
    expect(quotient > 1n << 240n).to.equal(true);
  });

  for (const main of ["RoundedShift(0)", "RoundedShift(253)"]) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file: "rounded_shift", main })).to.equal(true);
    });
  }
});

/** Inverse modulo p by Fermat. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = mod(value);
  for (let exponent = FIELD_ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}
