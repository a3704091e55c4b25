import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

const B = 4;
const F = 3;
const HALF = 1n << BigInt(B - 1);
const UNIT = 1n << BigInt(F);

const span = (from: bigint, to: bigint): bigint[] =>
  Array.from({ length: Number(to - from) + 1 }, (_, i) => from + BigInt(i));

/** Value of an output of the main component. */
const output = (circuit: Compiled, witness: readonly bigint[], name: string): bigint | undefined =>
  witness[circuit.wires.get(`main.${name}`) ?? -1];

// Rescale
// ├── it accepts exactly the values and remainders in range, exhaustively for 4 bits
// ├── of all accumulators it accepts one value each, the rounded quotient, exhaustively
// ├── it says whether the value reaches the threshold
// └── when it is instantiated above 251 bits, or with another threshold
//     └── it does not compile
// PackRescaled
// └── it returns words from which values and remainders can be read, floor(252 / (B + F)) in each
// ReluLayer
// ├── it rectifies, and has derivative 0 at 0, exhaustively for 4 bits
// └── when the sign of a zero is forged
//     └── it rejects
describe("Rescale", function () {
  this.timeout(120_000);

  for (const threshold of [0n, 1n]) {
    const main = `Rescale(${B}, ${F}, ${threshold})`;
    const inRange = (value: bigint, remainder: bigint): boolean =>
      value >= threshold - HALF && value < threshold + HALF && remainder >= 0n && remainder < UNIT;

    it(`accepts exactly what is in range, with threshold ${threshold}`, async function () {
      const circuit = compileTiny({ file: "rescale", main });
      expect(circuit.r1cs.constraints).to.have.length(B + F + 2);
      const far = [FIELD_ORDER / 2n, FIELD_ORDER / 2n + 1n, 1n << 252n];
      for (const value of [...span(-40n, 40n), ...far]) {
        for (const remainder of [...span(-20n, 30n), ...far]) {
          const witness = await circuit.generate({ value: mod(value), remainder: mod(remainder) });
          expect(satisfies(circuit.r1cs, witness), `${value}, ${remainder}`).to.equal(inRange(value, remainder));
          if (inRange(value, remainder)) {
            expect(output(circuit, witness, "reaches")).to.equal(value >= threshold ? 1n : 0n);
          }
        }
      }
    });

    it(`has one solution for each accumulator, the quotient rounded half up, with threshold ${threshold}`, function () {
      const solutions = new Map<bigint, bigint[]>();
      for (const value of span(-40n, 40n)) {
        for (const remainder of span(-20n, 30n)) {
          if (!inRange(value, remainder)) continue;
          const accumulator = UNIT * value + remainder - UNIT / 2n;
          solutions.set(accumulator, [...(solutions.get(accumulator) ?? []), value]);
        }
      }
      for (const a of span(-100n, 100n)) {
        // Math.floor on numbers this small is exact, and no shift.
        const rounded = BigInt(Math.floor((Number(a) + Number(UNIT) / 2) / Number(UNIT)));
        const expected = rounded >= threshold - HALF && rounded < threshold + HALF ? [rounded] : [];
        expect(solutions.get(a) ?? [], `${a}`).to.deep.equal(expected);
      }
    });
  }

  for (const main of ["Rescale(1, 3, 0)", "Rescale(4, 0, 0)", "Rescale(200, 52, 0)", "Rescale(4, 3, 2)"]) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file: "rescale", main })).to.equal(true);
    });
  }
});

describe("PackRescaled", function () {
  this.timeout(120_000);

  for (const threshold of [0n, 1n]) {
    it(`returns words that can be read back, with threshold ${threshold}`, async function () {
      // 7 bits a number: 36 in the first word, 4 in the second.
      const circuit = compileTiny({ file: "pack_rescaled", main: `PackRescaled(40, ${B}, ${F}, ${threshold})` });
      const values = Array.from({ length: 40 }, (_, i) => (BigInt(i * 7) % 16n) - HALF + threshold);
      const remainders = Array.from({ length: 40 }, (_, i) => BigInt(i * 5) % UNIT);
      const witness = await circuit.generate({ values: values.map(mod), remainders });
      expect(satisfies(circuit.r1cs, witness)).to.equal(true);
      const words = [0, 1].map((i) => output(circuit, witness, `words[${i}]`) ?? -1n);
      values.forEach((value, i) => {
        const number = ((words[Math.floor(i / 36)] ?? 0n) >> BigInt(7 * (i % 36))) & 127n;
        expect((number >> BigInt(F)) - HALF + threshold, `value ${i}`).to.equal(value);
        expect(number % UNIT, `remainder ${i}`).to.equal(remainders[i]);
      });
      expect((words[0] ?? 0n) >> 252n).to.equal(0n);
      expect((words[1] ?? 0n) >> 28n).to.equal(0n);
    });
  }
});

describe("ReluLayer", function () {
  this.timeout(120_000);
  const main = `ReluLayer(1, 1, ${B}, ${F})`;

  it("rectifies every value of 4 bits and has derivative 0 at 0", async function () {
    const circuit = compileTiny({ file: "relu_layer", main });
    // The word is one more linear row.
    expect(circuit.r1cs.constraints).to.have.length(B + F + 1 + 3);
    for (const value of span(-HALF + 1n, HALF)) {
      for (const remainder of [0n, UNIT - 1n]) {
        const witness = await circuit.generate({ values: [[mod(value)]], remainders: [[remainder]] });
        expect(satisfies(circuit.r1cs, witness), `${value}`).to.equal(true);
        expect(output(circuit, witness, "positive[0][0]"), `${value}`).to.equal(value >= 1n ? 1n : 0n);
        expect(output(circuit, witness, "rectified[0][0]"), `${value}`).to.equal(value > 0n ? value : 0n);
      }
    }
  });

  it("rejects a forged sign, of zero and of any other value", async function () {
    const circuit = compileTiny({ file: "relu_layer", main });
    const [positive = -1, rectified = -1] = ["positive", "rectified"].map((name) =>
      circuit.wires.get(`main.${name}[0][0]`),
    );
    expect(Math.min(positive, rectified)).to.be.greaterThan(0);
    for (const value of span(-HALF + 1n, HALF)) {
      const witness = await circuit.generate({ values: [[mod(value)]], remainders: [[0n]] });
      const sign = 1n - (witness[positive] ?? 0n);
      const forged = witness.with(positive, sign).with(rectified, mod(sign * value));
      expect(satisfies(circuit.r1cs, forged), `${value}`).to.equal(false);
    }
  });
});
