import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import { poseidonChain } from "../../packages/sdk/src/commit/poseidon-chain.ts";
import { poseidon16 } from "../../packages/sdk/src/commit/poseidon.ts";
import { Random } from "./support/random.ts";
import { satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny } from "./support/tiny-circuit.ts";

const EDGES = [0n, 1n, 2n, FIELD_ORDER - 1n, (FIELD_ORDER - 1n) / 2n, (1n << 252n) - 1n];

// Poseidon16
// ├── it costs 612 non-linear constraints and 1 linear one
// ├── it equals circomlibjs on edge values in every lane
// └── it equals circomlibjs on random states
describe("Poseidon16", function () {
  this.timeout(120_000);
  let circuit: Compiled;

  before(function () {
    circuit = compileTiny({ file: "poseidon16", main: "Poseidon16()" });
  });

  async function expectEqual(block: bigint[], capacity: bigint): Promise<void> {
    const witness = await circuit.generate({ block, capacity });
    expect(witness[1]).to.equal(await poseidon16(block, capacity));
    expect(satisfies(circuit.r1cs, witness)).to.equal(true);
  }

  it("costs 612 non-linear constraints and 1 linear one", function () {
    expect(circuit.r1cs.constraints.filter(({ a }) => a.length > 0)).to.have.length(612);
    expect(circuit.r1cs.constraints).to.have.length(613);
  });

  it("equals circomlibjs on edge values in every lane", async function () {
    for (const edge of EDGES) {
      await expectEqual(
        Array.from({ length: 16 }, () => edge),
        edge,
      );
      for (let lane = 0; lane < 17; lane++) {
        const state = Array.from({ length: 17 }, (_, i) => (i === lane ? edge : 0n));
        await expectEqual(state.slice(1), state[0] ?? 0n);
      }
    }
  });

  it("equals circomlibjs on random states", async function () {
    const random = new Random(16);
    for (let i = 0; i < 300; i++) {
      await expectEqual(
        Array.from({ length: 16 }, () => random.field()),
        random.field(),
      );
    }
  });
});

// PoseidonChain
// ├── when the words fill blocks exactly, or leave a tail of each length
// │   └── it equals the SDK
// └── when two words of different blocks are swapped
//     └── it gives another digest
describe("PoseidonChain", function () {
  this.timeout(120_000);
  const TAG = 0xc0defn;

  for (const length of [1, 16, 17, 33]) {
    it(`equals the SDK on ${length} words`, async function () {
      const circuit = compileTiny({ file: "poseidon_chain", main: `PoseidonChain(${length}, ${TAG})` });
      const random = new Random(length);
      for (let i = 0; i < 5; i++) {
        const words = Array.from({ length }, () => random.pick([random.field(), random.pick(EDGES)]));
        const witness = await circuit.generate({ words });
        expect(witness[1]).to.equal(await poseidonChain(words, TAG));
        expect(satisfies(circuit.r1cs, witness)).to.equal(true);
      }
    });
  }

  it("gives another digest when words of two blocks are swapped", async function () {
    const words = Array.from({ length: 20 }, (_, i) => BigInt(i));
    const swapped = words.with(0, 17n).with(17, 0n);
    expect(await poseidonChain(swapped, TAG)).to.not.equal(await poseidonChain(words, TAG));
  });
});
