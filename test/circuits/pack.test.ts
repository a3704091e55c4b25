import { expect } from "chai";

import { packValues } from "../../packages/sdk/src/commit/pack-values.ts";
import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import { signedBounds } from "../../packages/sdk/src/math/fixed-point.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

// Pack
// ├── it packs exactly the pairs of signed and of unsigned 4-bit values, as the SDK does, exhaustively
// ├── it fills words to their border
// ├── when a word of an honest witness is changed
// │   └── it rejects
// └── when it is instantiated without values or with more than 252 bits
//     └── it does not compile
describe("Pack", function () {
  this.timeout(120_000);

  for (const [name, offset] of [
    ["signed", 8n],
    ["unsigned", 0n],
  ] as const) {
    it(`packs all pairs of ${name} 4-bit values and rejects their surroundings`, async function () {
      const circuit = compileTiny({ file: "pack", main: `Pack(2, 4, ${offset})` });
      for (let first = -offset - 3n; first < 19n - offset; first++) {
        for (let second = -offset - 3n; second < 19n - offset; second++) {
          const witness = await circuit.generate({ values: [mod(first), mod(second)] });
          const inRange = [first, second].every((value) => value >= -offset && value < 16n - offset);
          expect(satisfies(circuit.r1cs, witness), `${first}, ${second}`).to.equal(inRange);
          if (inRange) expect(witness[1]).to.equal(first + offset + 16n * (second + offset));
        }
      }
    });
  }

  it("equals the SDK at the borders of words", async function () {
    const random = new Random(16);
    for (const [count, bits] of [
      [15, 16],
      [16, 16],
      [63, 8],
      [3, 126],
      [2, 252],
    ] as const) {
      const circuit = compileTiny({ file: "pack", main: `Pack(${count}, ${bits}, ${1n << BigInt(bits - 1)})` });
      const { min, max } = signedBounds(bits);
      for (const edges of [[min], [max], [min, max, 0n, -1n, 1n]]) {
        const values = Array.from({ length: count }, () => random.pick(edges));
        const witness = await circuit.generate({ values: values.map(mod) });
        const words = packValues(values, bits);
        expect(witness.slice(1, 1 + words.length)).to.deep.equal(words);
        expect(satisfies(circuit.r1cs, witness)).to.equal(true);
      }
    }
  });

  it("rejects every change of a single wire, and values congruent to a word modulo p", async function () {
    const circuit = compileTiny({ file: "pack", main: "Pack(3, 126, 0)" });
    const honest = await circuit.generate({ values: [1n, 2n, 3n] });
    for (let wire = 1; wire < circuit.r1cs.wires; wire++) {
      const forged = honest.with(wire, mod((honest[wire] ?? 0n) + 1n));
      expect(satisfies(circuit.r1cs, forged), `wire ${wire}`).to.equal(false);
    }
    // The same word, with the digits of word + p.
    const alias = 1n + (2n << 126n) + FIELD_ORDER;
    const witness = await circuit.generate({ values: [alias & ((1n << 126n) - 1n), alias >> 126n, 3n] });
    expect(satisfies(circuit.r1cs, witness)).to.equal(false);
  });

  for (const main of ["Pack(0, 4, 0)", "Pack(2, 0, 0)", "Pack(2, 253, 0)"]) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file: "pack", main })).to.equal(true);
    });
  }
});
