import { expect } from "chai";

import { commitTensor } from "../../packages/sdk/src/commit/commit-tensor.ts";
import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import type { TensorKind } from "../../packages/sdk/src/commit/tensor-tag.ts";
import { signedBounds } from "../../packages/sdk/src/math/fixed-point.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

interface Shape {
  readonly kind: TensorKind;
  readonly rows: number;
  readonly cols: number;
  readonly bits: number;
  readonly fraction: number;
}

function compile({ kind, rows, cols, bits, fraction }: Shape): Compiled {
  return compileTiny({ file: "commit_tensor", main: `CommitTensor(${kind}, ${rows}, ${cols}, ${bits}, ${fraction})` });
}

async function commitInCircuit(circuit: Compiled, values: readonly bigint[], salt: bigint): Promise<bigint[]> {
  return circuit.generate({ values: values.map(mod), salt });
}

// CommitTensor
// ├── it equals the SDK, exhaustively for two 4-bit values
// ├── when a value is outside its range
// │   └── it rejects, at every position
// ├── it equals the SDK at the borders of words and blocks
// ├── when a wire of an honest witness is changed
// │   └── it rejects
// ├── when two tensors share their values but differ in kind, shape or format
// │   └── their commitments differ
// └── when it is instantiated outside the tag
//     └── it does not compile
describe("CommitTensor", function () {
  this.timeout(180_000);
  const PAIR: Shape = { kind: 1, rows: 2, cols: 1, bits: 4, fraction: 1 };

  it("equals the SDK on all pairs of 4-bit values", async function () {
    const circuit = compile(PAIR);
    for (let first = -8n; first < 8n; first++) {
      for (let second = -8n; second < 8n; second++) {
        const salt = BigInt(1000 * Number(first) + Number(second)) + 100_000n;
        const witness = await commitInCircuit(circuit, [first, second], salt);
        expect(witness[1]).to.equal(await commitTensor({ ...PAIR, values: [first, second], salt }));
        if (first === second) expect(satisfies(circuit.r1cs, witness)).to.equal(true);
      }
    }
  });

  it("rejects a value outside its range at every position", async function () {
    const shape: Shape = { kind: 3, rows: 2, cols: 3, bits: 4, fraction: 1 };
    const circuit = compile(shape);
    const honest = [1n, -8n, 7n, 0n, -1n, 3n];
    expect(satisfies(circuit.r1cs, await commitInCircuit(circuit, honest, 9n))).to.equal(true);
    for (let i = 0; i < honest.length; i++) {
      for (const value of [8n, -9n, 15n, 16n, -16n, 1n << 128n, FIELD_ORDER / 2n]) {
        const witness = await commitInCircuit(circuit, honest.with(i, value), 9n);
        expect(satisfies(circuit.r1cs, witness), `${value} at ${i}`).to.equal(false);
      }
    }
  });

  for (const shape of [
    { kind: 1, rows: 15, cols: 1, bits: 16, fraction: 8 },
    { kind: 1, rows: 16, cols: 1, bits: 16, fraction: 8 },
    { kind: 2, rows: 2, cols: 1, bits: 126, fraction: 60 },
    { kind: 2, rows: 2, cols: 1, bits: 127, fraction: 60 },
    { kind: 3, rows: 2, cols: 1, bits: 252, fraction: 128 },
    { kind: 3, rows: 15, cols: 1, bits: 252, fraction: 0 },
    { kind: 3, rows: 16, cols: 1, bits: 252, fraction: 0 },
    { kind: 3, rows: 4, cols: 5, bits: 8, fraction: 4 },
  ] satisfies Shape[]) {
    const { rows, cols, bits } = shape;
    it(`equals the SDK on ${rows} x ${cols} values of ${bits} bits`, async function () {
      const circuit = compile(shape);
      const random = new Random(bits);
      const { min, max } = signedBounds(bits);
      for (const edges of [[min], [max], [0n], [-1n], [min, max, 0n, -1n, 1n]]) {
        const values = Array.from({ length: rows * cols }, () => random.pick(edges));
        const salt = random.pick([0n, FIELD_ORDER - 1n, random.field()]);
        const witness = await commitInCircuit(circuit, values, salt);
        expect(witness[1]).to.equal(await commitTensor({ ...shape, values, salt }));
        expect(satisfies(circuit.r1cs, witness)).to.equal(true);
      }
    });
  }

  it("rejects every change of a single wire", async function () {
    const circuit = compile(PAIR);
    const honest = await commitInCircuit(circuit, [3n, -4n], 77n);
    for (let wire = 1; wire < circuit.r1cs.wires; wire++) {
      const forged = honest.with(wire, mod((honest[wire] ?? 0n) + 1n));
      expect(satisfies(circuit.r1cs, forged), `wire ${wire}`).to.equal(false);
    }
  });

  it("separates kinds, transposed shapes and formats that share their values", async function () {
    const values = [1n, 2n, 3n, 4n, 5n, 6n];
    const base: Shape = { kind: 1, rows: 6, cols: 1, bits: 16, fraction: 8 };
    const shapes: Shape[] = [
      base,
      { ...base, kind: 2 },
      { ...base, kind: 3 },
      { ...base, rows: 1, cols: 6 },
      { ...base, rows: 2, cols: 3 },
      { ...base, rows: 3, cols: 2 },
      { ...base, bits: 8, fraction: 8 },
      { ...base, fraction: 7 },
    ];
    const commitments = await Promise.all(shapes.map(async (shape) => commitTensor({ ...shape, values, salt: 5n })));
    expect(new Set(commitments)).to.have.length(shapes.length);
  });

  it("is a different circuit function for weights and gradient", async function () {
    const weights = compile(PAIR);
    const gradient = compile({ ...PAIR, kind: 2 });
    const inputs = { values: [1n, 2n], salt: 3n };
    const witness = await weights.generate(inputs);
    expect(witness[1]).to.not.equal((await gradient.generate(inputs))[1]);
    expect(satisfies(gradient.r1cs, witness)).to.equal(false);
  });

  for (const main of [
    "CommitTensor(0, 2, 1, 4, 1)",
    "CommitTensor(256, 2, 1, 4, 1)",
    "CommitTensor(1, 65536, 1, 4, 1)",
    "CommitTensor(1, 1, 65536, 4, 1)",
    "CommitTensor(1, 2, 1, 253, 1)",
    "CommitTensor(1, 2, 1, 1, 1)",
    "CommitTensor(1, 2, 1, 4, 256)",
  ]) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file: "commit_tensor", main })).to.equal(true);
    });
  }
});
