import { expect } from "chai";

import { type BatchParams, commitBatchK } from "../../packages/sdk/src/commit/commit-batch.ts";
import { signedBounds } from "../../packages/sdk/src/math/fixed-point.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

function compile({ m, d, k, BX, B, F }: Required<BatchParams>): Compiled {
  return compileTiny({ file: "commit_batch", main: `CommitBatch(${m}, ${d}, ${k}, ${BX}, ${B}, ${F})` });
}

function draw(random: Random, rows: number, columns: number, bits: number): bigint[][] {
  const { min, max } = signedBounds(bits);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => random.pick([min, max, 0n, -1n, random.between(min, max)])),
  );
}

function reduce(matrix: readonly (readonly bigint[])[]): bigint[][] {
  return matrix.map((row) => row.map(mod));
}

// CommitBatch
// ├── it equals the SDK with one label or several, with one width or two, at the borders of words
// ├── when one width is used and there is one label
// │   └── it is the commitment of the first circuit: CommitTensor of m x (d + 1)
// ├── when a feature or a label is outside its range
// │   └── it rejects, at every position
// ├── when batches share their values but differ in shape or widths
// │   └── their commitments differ
// └── when it is instantiated outside the tag
//     └── it does not compile
describe("CommitBatch", function () {
  this.timeout(180_000);

  for (const params of [
    { m: 2, d: 2, k: 1, BX: 8, B: 8, F: 3 },
    { m: 2, d: 3, k: 2, BX: 8, B: 8, F: 3 },
    { m: 4, d: 8, k: 2, BX: 8, B: 16, F: 8 },
    { m: 1, d: 31, k: 15, BX: 8, B: 16, F: 8 },
    { m: 1, d: 32, k: 16, BX: 8, B: 16, F: 8 },
    { m: 5, d: 47, k: 1, BX: 16, B: 8, F: 4 },
  ]) {
    it(`equals the SDK for ${JSON.stringify(params)}`, async function () {
      const circuit = compile(params);
      const random = new Random(params.d);
      for (let i = 0; i < 3; i++) {
        const X = draw(random, params.m, params.d, params.BX);
        const Y = draw(random, params.m, params.k, params.B);
        const salt = random.field();
        const witness = await circuit.generate({ X: reduce(X), Y: reduce(Y), salt });
        expect(witness[1]).to.equal(await commitBatchK({ X, Y, salt, params }));
        expect(satisfies(circuit.r1cs, witness)).to.equal(true);
      }
    });
  }

  it("is the commitment of a tensor of m x (d + 1) with one label and one width", async function () {
    const tensor = compileTiny({ file: "commit_tensor", main: "CommitTensor(3, 2, 3, 8, 3)" });
    const batch = compile({ m: 2, d: 2, k: 1, BX: 8, B: 8, F: 3 });
    const expected = await tensor.generate({ values: [1n, 2n, 3n, 4n, 5n, 6n], salt: 7n });
    const actual = await batch.generate({ X: [[1n, 2n], [3n, 4n]], Y: [[5n], [6n]], salt: 7n }); // prettier-ignore
    expect(actual[1]).to.equal(expected[1]);
  });

  it("rejects a feature or a label outside its range at every position", async function () {
    const circuit = compile({ m: 2, d: 2, k: 2, BX: 4, B: 6, F: 1 });
    const zeros = (): bigint[][] => [[0n, 0n], [0n, 0n]]; // prettier-ignore
    for (const [name, bits] of [
      ["X", 4],
      ["Y", 6],
    ] as const) {
      for (const [row, column] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ] as const) {
        // prettier-ignore
        const { min, max } = signedBounds(bits);
        for (const [value, accepted] of [
          [min, true],
          [max, true],
          [min - 1n, false],
          [max + 1n, false],
        ] as const) {
          const matrix = zeros();
          matrix[row] = (matrix[row] ?? []).with(column, mod(value));
          const witness = await circuit.generate({ X: zeros(), Y: zeros(), salt: 9n, [name]: matrix });
          expect(satisfies(circuit.r1cs, witness), `${value} in ${name}[${row}][${column}]`).to.equal(accepted);
        }
      }
    }
  });

  it("separates shapes and widths that share their values", async function () {
    const zeros = (rows: number, columns: number): bigint[][] =>
      Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0n));
    const base = { m: 2, d: 2, k: 2, BX: 8, B: 8, F: 3 };
    const commitments = await Promise.all(
      [base, { ...base, d: 3, k: 1 }, { ...base, d: 1, k: 3 }, { ...base, BX: 4 }, { ...base, BX: 9 }].map(
        async (params) => commitBatchK({ X: zeros(2, params.d), Y: zeros(2, params.k), salt: 5n, params }),
      ),
    );
    expect(new Set(commitments)).to.have.length(5);
  });

  for (const main of [
    "CommitBatch(65536, 1, 1, 4, 4, 1)",
    "CommitBatch(1, 65535, 1, 4, 4, 1)",
    "CommitBatch(1, 1, 0, 4, 4, 1)",
    "CommitBatch(1, 1, 1, 253, 4, 1)",
    "CommitBatch(1, 1, 1, 4, 253, 1)",
    "CommitBatch(1, 1, 1, 1, 4, 1)",
  ]) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file: "commit_batch", main })).to.equal(true);
    });
  }
});
