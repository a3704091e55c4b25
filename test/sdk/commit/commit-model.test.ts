import { expect } from "chai";
import { buildPoseidon } from "circomlibjs";

import { commitBatch, commitBatchK } from "../../../packages/sdk/src/commit/commit-batch.ts";
import { commitModel, commitModelGradient } from "../../../packages/sdk/src/commit/commit-model.ts";
import { commitTensor, tensorLength } from "../../../packages/sdk/src/commit/commit-tensor.ts";
import { commitWeights } from "../../../packages/sdk/src/commit/commit-weights.ts";
import { packValues } from "../../../packages/sdk/src/commit/pack-values.ts";
import { TENSOR_KIND, tensorTag } from "../../../packages/sdk/src/commit/tensor-tag.ts";
import type { ModelShape } from "../../../packages/sdk/src/math/model-shape.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const FORMAT = { B: 16, F: 8 };
const SHAPE = { kind: TENSOR_KIND.batch, rows: 2, cols: 5, bits: 16, fraction: 8 };
const BATCH = {
  X: [
    [1n, 2n, 3n],
    [4n, -5n, 6n],
  ],
  Y: [
    [7n, 8n],
    [-9n, 300n],
  ],
  salt: 1n,
  params: { m: 2, d: 3, k: 2, ...FORMAT },
};

// tensorTag
// ├── it puts depth and the width of features above the fields of a matrix
// └── when one does not fit it throws COMMIT_SHAPE
describe("tensorTag of tensors with a depth or features of their own width", function () {
  it("puts them above the fields of a matrix", function () {
    const tag = tensorTag({ ...SHAPE, depth: 2, featureBits: 8 });
    expect(tag).to.equal(tensorTag(SHAPE) + 2n * 2n ** 56n + 8n * 2n ** 72n);
    expect(tensorTag({ ...SHAPE, depth: 0, featureBits: 0 })).to.equal(tensorTag(SHAPE));
  });

  for (const change of [{ depth: -1 }, { depth: 65536 }, { depth: 0.5 }, { featureBits: 1 }, { featureBits: 253 }]) {
    it(`throws COMMIT_SHAPE for ${JSON.stringify(change)}`, async function () {
      await expectCorexError(async () => Promise.resolve(tensorTag({ ...SHAPE, ...change })), "COMMIT_SHAPE", /no tag/);
    });
  }
});

// commitModel, commitModelGradient
// ├── they commit a linear model as a matrix, a perceptron as both matrices in one tensor
// ├── when kind or any size differ, so does the commitment
// └── when the number of values is wrong they throw COMMIT_SHAPE
describe("commitModel", function () {
  const values = [1n, -2n, 3n, -4n, 5n, -6n];
  const mlp: ModelShape = { kind: "mlp", d: 2, h: 2, k: 1 };

  it("commits a linear model as a matrix, and one output as before", async function () {
    const shape: ModelShape = { kind: "linear", d: 3, k: 2 };
    expect(await commitModel({ values, salt: 9n, shape, format: FORMAT })).to.equal(
      await commitTensor({ kind: TENSOR_KIND.weights, rows: 3, cols: 2, bits: 16, fraction: 8, values, salt: 9n }),
    );
    const column: ModelShape = { kind: "linear", d: 6, k: 1 };
    expect(await commitModel({ values, salt: 9n, shape: column, format: FORMAT })).to.equal(
      await commitWeights({ weights: values, salt: 9n, params: { d: 6, ...FORMAT } }),
    );
  });

  it("commits a perceptron as both matrices packed in one tensor", async function () {
    const poseidon = await buildPoseidon();
    const [word] = packValues(values, 16);
    const tag = 1n + 2n * 2n ** 8n + 2n * 2n ** 24n + 16n * 2n ** 40n + 8n * 2n ** 48n + 1n * 2n ** 56n;
    const block = [word ?? 0n, 9n, ...Array.from({ length: 14 }, () => 0n)];
    expect(await commitModel({ values, salt: 9n, shape: mlp, format: FORMAT })).to.equal(
      poseidon.F.toObject(poseidon(block, tag, 1)),
    );
  });

  it("depends on the kind and on every size", async function () {
    const base = { values, salt: 9n, format: FORMAT };
    const shapes: ModelShape[] = [
      mlp,
      { kind: "mlp", d: 1, h: 2, k: 2 },
      { kind: "mlp", d: 1, h: 3, k: 1 },
      { kind: "mlp", d: 5, h: 1, k: 1 },
      { kind: "linear", d: 2, k: 3 },
      { kind: "linear", d: 3, k: 2 },
      { kind: "linear", d: 6, k: 1 },
    ];
    const commitments = [
      ...(await Promise.all(shapes.map((shape) => commitModel({ ...base, shape })))),
      await commitModelGradient({ ...base, shape: mlp }),
      await commitModel({ ...base, shape: mlp, format: { B: 16, F: 7 } }),
    ];
    expect(new Set(commitments)).to.have.length(commitments.length);
  });

  it("throws COMMIT_SHAPE when the number of values is wrong", async function () {
    const base = { salt: 9n, shape: mlp, format: FORMAT };
    for (const wrong of [values.slice(1), [...values, 0n], []]) {
      await expectCorexError(() => commitModel({ ...base, values: wrong }), "COMMIT_SHAPE", /6 weights/);
    }
    const empty: ModelShape = { kind: "mlp", d: 2, h: 0, k: 1 };
    await expectCorexError(() => commitModel({ ...base, shape: empty, values: [] }), "COMMIT_SHAPE", /0 weights/);
  });

  it("counts the values of a tensor by its kind", function () {
    expect(tensorLength({ kind: TENSOR_KIND.weights, rows: 3, cols: 2, depth: 4 })).to.equal(14);
    expect(tensorLength({ kind: TENSOR_KIND.gradient, rows: 3, cols: 2 })).to.equal(6);
    expect(tensorLength({ kind: TENSOR_KIND.batch, rows: 3, cols: 6, depth: 4 })).to.equal(18);
  });
});

// commitBatchK
// ├── it commits features, then targets, under a tag with the number of targets
// ├── with one target it is commitBatch
// ├── with features of their own width it packs them by it, and targets begin a new word
// └── when rows or ranges are wrong it throws
describe("commitBatchK", function () {
  const values = [...BATCH.X.flat(), ...BATCH.Y.flat()];

  it("commits features, then targets, under a tag with the number of targets", async function () {
    expect(await commitBatchK(BATCH)).to.equal(await commitTensor({ ...SHAPE, depth: 2, values, salt: 1n }));
    expect(await commitBatchK({ ...BATCH, params: { ...BATCH.params, BX: 16 } })).to.equal(await commitBatchK(BATCH));
  });

  it("is commitBatch when there is one target", async function () {
    const single = { ...BATCH, Y: [[7n], [8n]], params: { ...BATCH.params, k: 1 } };
    expect(await commitBatchK(single)).to.equal(await commitBatch({ ...single, y: [7n, 8n] }));
  });

  it("packs features by their own width, and begins a new word with the targets", async function () {
    const poseidon = await buildPoseidon();
    const words = [...packValues(BATCH.X.flat(), 8), ...packValues(BATCH.Y.flat(), 16), 1n];
    expect(words).to.have.length(3);
    const tag = tensorTag(SHAPE) + 2n * 2n ** 56n + 8n * 2n ** 72n;
    const block = [...words, ...Array.from({ length: 13 }, () => 0n)];
    expect(await commitBatchK({ ...BATCH, params: { ...BATCH.params, BX: 8 } })).to.equal(
      poseidon.F.toObject(poseidon(block, tag, 1)),
    );
  });

  it("packs features of their own width for one target, too", async function () {
    const params = { ...BATCH.params, k: 1, BX: 8 };
    const single = await commitBatchK({ ...BATCH, Y: [[7n], [300n]], params });
    const shape = { ...SHAPE, cols: 4, featureBits: 8 };
    expect(single).to.equal(await commitTensor({ ...shape, values: [...BATCH.X.flat(), 7n, 300n], salt: 1n }));
  });

  it("throws for wrong rows and values out of range", async function () {
    await expectCorexError(() => commitBatchK({ ...BATCH, Y: [[1n, 2n, 3n], [4n]] }), "COMMIT_SHAPE", /2 labels/);
    await expectCorexError(() => commitBatchK({ ...BATCH, X: BATCH.X.slice(1) }), "COMMIT_SHAPE", /2 samples/);
    const narrow = { ...BATCH, params: { ...BATCH.params, BX: 3 } };
    await expectCorexError(() => commitBatchK(narrow), "MATH_OUT_OF_RANGE", /4 is outside the signed 3-bit range/);
  });
});
