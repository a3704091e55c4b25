import { readFileSync } from "node:fs";

import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, isRejectedByAssert, replaceOnce } from "./support/tiny-circuit.ts";
import { snarkjsAccepts } from "./support/wtns.ts";

const HINT = "((value + OFFSET) >> k) & 1";

/** Hints that a malicious prover would use instead. */
const MALICIOUS_HINTS = {
  "no bits": "0",
  "all bits": "1",
  "inverted bits": "1 - (((value + OFFSET) >> k) & 1)",
  "the whole value in bit 0": "k == 0 ? value + OFFSET : 0",
  "the excess over the other bits in the top bit": "k < BITS - 1 ? 0 : (value + OFFSET) / (1 << k)",
  "bits of the value plus one": "((value + OFFSET + 1) >> k) & 1",
};

/** The honest witness of `value` with other bits in place of its own. */
async function withBits(circuit: Compiled, value: bigint, bits: readonly bigint[]): Promise<bigint[]> {
  const witness = await circuit.generate({ value: mod(value) });
  bits.forEach((bit, k) => {
    witness[circuit.wires.get(`main.bit[${k}]`) ?? -1] = bit;
  });
  return witness;
}

const bitsOf = (value: bigint, count: number): bigint[] =>
  Array.from({ length: count }, (_, k) => (value >> BigInt(k)) & 1n);

// Range
// ├── it accepts exactly the signed values, exhaustively for 4 bits
// ├── it accepts exactly the unsigned values, exhaustively for 4 bits
// ├── it accepts the end points of the widest range and not their neighbours
// ├── when any wire of an honest witness is changed
// │   └── it rejects
// ├── when the bits of value + p are given (alias)
// │   └── it rejects; the same circuit with 254 bits would accept
// ├── when it is instantiated above 252 bits, without bits, or with an offset out of range
// │   └── it does not compile
// └── when the hint is malicious
//     └── the constraints are byte-identical and the forged witness is rejected
describe("Range", function () {
  this.timeout(120_000);

  for (const [name, offset] of [
    ["signed", 8n],
    ["unsigned", 0n],
  ] as const) {
    it(`accepts exactly the ${name} values of 4 bits`, async function () {
      const circuit = compileTiny({ file: "range", main: `Range(4, ${offset})` });
      expect(circuit.r1cs.constraints).to.have.length(5);
      const candidates = Array.from({ length: 129 }, (_, i) => BigInt(i) - 64n);
      candidates.push((FIELD_ORDER - 1n) / 2n, (FIELD_ORDER + 1n) / 2n, 1n << 252n, 1n << 253n);
      for (const value of candidates) {
        const witness = await circuit.generate({ value: mod(value) });
        expect(satisfies(circuit.r1cs, witness), `${value}`).to.equal(value >= -offset && value < 16n - offset);
      }
    });
  }

  it("accepts the end points of 252 signed bits and not their neighbours", async function () {
    const half = 1n << 251n;
    const circuit = compileTiny({ file: "range", main: `Range(252, ${half})` });
    for (const value of [-half, -half + 1n, -1n, 0n, 1n, half - 1n]) {
      expect(satisfies(circuit.r1cs, await circuit.generate({ value: mod(value) })), `${value}`).to.equal(true);
    }
    for (const value of [-half - 1n, half, half + 1n, FIELD_ORDER / 2n, FIELD_ORDER - half - 1n]) {
      expect(satisfies(circuit.r1cs, await circuit.generate({ value: mod(value) })), `${value}`).to.equal(false);
    }
  });

  it("rejects every change of a single wire", async function () {
    const circuit = compileTiny({ file: "range", main: "Range(4, 8)" });
    const honest = await circuit.generate({ value: 5n });
    for (let wire = 1; wire < circuit.r1cs.wires; wire++) {
      for (const change of [1n, 2n, -1n, 16n, FIELD_ORDER / 2n]) {
        const forged = honest.with(wire, mod((honest[wire] ?? 0n) + change));
        expect(satisfies(circuit.r1cs, forged), `wire ${wire} + ${change}`).to.equal(false);
      }
    }
  });

  it("rejects the bits of value + p", async function () {
    const circuit = compileTiny({ file: "range", main: "Range(252, 0)" });
    for (const value of [0n, 5n, 1n << 251n]) {
      const alias = value + FIELD_ORDER;
      const truncated = bitsOf(alias, 252);
      const folded = truncated.with(251, alias >> 251n);
      expect(satisfies(circuit.r1cs, await withBits(circuit, value, truncated))).to.equal(false);
      expect(satisfies(circuit.r1cs, await withBits(circuit, value, folded))).to.equal(false);
    }
  });

  it("would accept the bits of value + p with 254 bits", async function () {
    const circuit = compileTiny({
      file: "range",
      main: "Range(254, 0)",
      edits: { range: (source) => source.replaceAll(/^ *assert.*$/gm, "") },
    });
    const value = 5n;
    expect(satisfies(circuit.r1cs, await withBits(circuit, value, bitsOf(value, 254)))).to.equal(true);
    expect(satisfies(circuit.r1cs, await withBits(circuit, value, bitsOf(value + FIELD_ORDER, 254)))).to.equal(true);
  });

  for (const main of ["Range(253, 0)", "Range(254, 8)", "Range(0, 0)", "Range(4, 16)", "Range(4, -1)"]) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file: "range", main })).to.equal(true);
    });
  }

  for (const [name, hint] of Object.entries(MALICIOUS_HINTS)) {
    it(`rejects a prover whose hint is ${name}`, async function () {
      const main = "Range(4, 8)";
      const honest = compileTiny({ file: "range", main });
      const forger = compileTiny({ file: "range", main, edits: { range: (s) => replaceOnce(s, HINT, hint) } });
      expect(readFileSync(forger.r1csPath).equals(readFileSync(honest.r1csPath))).to.equal(true);

      for (const value of [20n, -9n, 8n, 1n << 100n]) {
        const forged = await forger.generate({ value: mod(value) });
        expect(satisfies(honest.r1cs, forged), `${value}`).to.equal(false);
        expect(await snarkjsAccepts(honest.r1csPath, forged), `${value}`).to.equal(false);
      }
    });
  }

  it("agrees with snarkjs on an honest witness", async function () {
    const circuit = compileTiny({ file: "range", main: "Range(4, 8)" });
    expect(await snarkjsAccepts(circuit.r1csPath, await circuit.generate({ value: mod(-8n) }))).to.equal(true);
  });
});
