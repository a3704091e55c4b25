import { expect } from "chai";

import { mod, satisfies } from "./support/r1cs.ts";
import { compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

/** Half up, by floating-point numbers: exact at this size and independent of the SDK. */
function rounded(value: bigint, shift: number): bigint {
  return BigInt(Math.floor(Number(value) / 2 ** shift + 0.5));
}

// WeightUpdate
// ├── it accepts exactly the updated weight, exhaustively for 4-bit gradients, weights and claims
// └── when the learning rate is not below one, or too small for the width
//     └── it does not compile
describe("WeightUpdate", function () {
  this.timeout(120_000);

  for (const T of [1, 2, 4]) {
    it(`accepts exactly the updated weight at learning rate 2^-${T}`, async function () {
      const circuit = compileTiny({ file: "weight_update", main: `WeightUpdate(1, 4, ${T})` });
      for (let gradient = -8n; gradient < 8n; gradient++) {
        for (const weight of [-8n, -1n, 0n, 7n]) {
          for (let claim = -8n; claim < 8n; claim++) {
            const inputs = { weights: [mod(weight)], gradient: [mod(gradient)], newWeights: [mod(claim)] };
            const expected = claim === weight - rounded(gradient, T);
            expect(
              satisfies(circuit.r1cs, await circuit.generate(inputs)),
              `${weight}, ${gradient}, ${claim}`,
            ).to.equal(expected);
          }
        }
      }
    });
  }

  for (const main of [
    "WeightUpdate(0, 4, 1)",
    "WeightUpdate(1, 4, 0)",
    "WeightUpdate(1, 4, 5)",
    "WeightUpdate(1, 200, 60)",
  ]) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file: "weight_update", main })).to.equal(true);
    });
  }
});
