import { expect } from "chai";

import { mod, satisfies } from "./support/r1cs.ts";
import { compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

// IsPositive
// ├── it is 1 exactly from 1 to 8 and 0 from -7 to 0, and rejects all other values: exhaustive for 4 bits
// └── when the sign of an honest witness is flipped
//     └── it rejects
// CorrectSigns
// └── it counts the samples on the side of their label, exhaustively for pairs of 4-bit values
// WithinBound
// ├── it accepts exactly the values within the bound, exhaustively for 3-bit values and bounds of 5 bits
// └── when the bound is huge or negative
//     └── it rejects
// when an instance is outside its bounds
// └── it does not compile
describe("IsPositive, CorrectSigns and WithinBound", function () {
  this.timeout(120_000);

  it("IsPositive tells 1 to 8 from -7 to 0 and rejects the rest", async function () {
    const circuit = compileTiny({ file: "is_positive", main: "IsPositive(4)" });
    for (let value = -40n; value <= 40n; value++) {
      const witness = await circuit.generate({ value: mod(value) });
      const inRange = value > -8n && value <= 8n;
      expect(satisfies(circuit.r1cs, witness), `${value}`).to.equal(inRange);
      if (!inRange) continue;
      expect(witness[1]).to.equal(value >= 1n ? 1n : 0n);
      expect(satisfies(circuit.r1cs, witness.with(1, 1n - (witness[1] ?? 0n)))).to.equal(false);
    }
  });

  it("CorrectSigns counts the samples on the side of their label", async function () {
    const circuit = compileTiny({ file: "correct_signs", main: "CorrectSigns(2, 5, 5)" });
    const values = Array.from({ length: 16 }, (_, i) => BigInt(i) - 8n);
    for (const prediction of values) {
      for (const label of values) {
        // The second sample mirrors the first, so that both agree, none does, or a zero tells them apart.
        const predictions = [prediction, -prediction];
        const labels = [label, label];
        const witness = await circuit.generate({ predictions: predictions.map(mod), labels: labels.map(mod) });
        const correct = predictions.filter((value, i) => value > 0n === (labels[i] ?? 0n) > 0n).length;
        expect(witness[1], `${predictions.join()} against ${label}`).to.equal(BigInt(correct));
        expect(satisfies(circuit.r1cs, witness)).to.equal(true);
      }
    }
  });

  it("WithinBound accepts exactly the values within the bound", async function () {
    const circuit = compileTiny({ file: "within_bound", main: "WithinBound(2, 3)" });
    for (let bound = 0n; bound < 24n; bound++) {
      for (let value = -8n; value <= 8n; value++) {
        for (const values of [
          [value, 0n],
          [0n, value],
        ]) {
          // prettier-ignore
          const witness = await circuit.generate({ values: values.map(mod), bound });
          const within = value <= bound && -value <= bound;
          expect(satisfies(circuit.r1cs, witness), `${value} within ${bound}`).to.equal(within);
        }
      }
    }
  });

  it("WithinBound rejects bounds that are negative, huge or a half modulo p", async function () {
    const circuit = compileTiny({ file: "within_bound", main: "WithinBound(2, 3)" });
    for (const bound of [-1n, -8n, 32n + 8n, 1n << 200n, (1n << 253n) - 1n, (mod(-1n) + 1n + 1n) / 2n]) {
      const witness = await circuit.generate({ values: [0n, 8n].map(mod), bound: mod(bound) });
      expect(satisfies(circuit.r1cs, witness), `${bound}`).to.equal(false);
    }
  });

  for (const [file, main] of [
    ["is_positive", "IsPositive(1)"],
    ["is_positive", "IsPositive(253)"],
    ["within_bound", "WithinBound(1, 250)"],
    ["within_bound", "WithinBound(0, 3)"],
  ] as const) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file, main })).to.equal(true);
    });
  }
});
