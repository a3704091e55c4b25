import { expect } from "chai";
import { buildPoseidon } from "circomlibjs";

import { commitBatch } from "../../../packages/sdk/src/commit/commit-batch.ts";
import { commitGradient } from "../../../packages/sdk/src/commit/commit-gradient.ts";
import { commitTensor } from "../../../packages/sdk/src/commit/commit-tensor.ts";
import { commitWeights } from "../../../packages/sdk/src/commit/commit-weights.ts";
import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { packValues } from "../../../packages/sdk/src/commit/pack-values.ts";
import { randomSalt } from "../../../packages/sdk/src/commit/random-salt.ts";
import { TENSOR_KIND, tensorTag } from "../../../packages/sdk/src/commit/tensor-tag.ts";
import { CorexError } from "../../../packages/sdk/src/errors.ts";

const PARAMS = { m: 2, d: 2, B: 16, F: 8 };

async function failure(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CorexError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

describe("tensorTag", function () {
  it("lays kind, rows, columns, bits and fraction out in their fields", function () {
    const tag = tensorTag({ kind: TENSOR_KIND.batch, rows: 16, cols: 17, bits: 16, fraction: 8 });
    expect(tag).to.equal(3n + 16n * 2n ** 8n + 17n * 2n ** 24n + 16n * 2n ** 40n + 8n * 2n ** 48n);
  });

  for (const change of [
    { rows: 0 },
    { rows: 65536 },
    { cols: 65536 },
    { cols: 1.5 },
    { bits: 1 },
    { bits: 253 },
    { fraction: -1 },
  ]) {
    it(`throws COMMIT_SHAPE for ${JSON.stringify(change)}`, function () {
      const shape = { kind: TENSOR_KIND.batch, rows: 16, cols: 17, bits: 16, fraction: 8, ...change };
      expect(() => tensorTag(shape))
        .to.throw(CorexError)
        .with.property("code", "COMMIT_SHAPE");
    });
  }
});

describe("packValues", function () {
  it("packs fifteen 16-bit values to a word, shifted, low bits first", function () {
    const values = Array.from({ length: 16 }, (_, i) => BigInt(i) - 8n);
    const [first, second] = packValues(values, 16);
    const expected = values.slice(0, 15).reduce((word, v, i) => word + (v + 32768n) * 2n ** BigInt(16 * i), 0n);
    expect([first, second]).to.deep.equal([expected, 7n + 32768n]);
  });
});

// commitTensor
// ├── it hashes packed values, then the salt, starting from the tag
// ├── when a value is out of range, the salt is not a field element or the length is wrong
// │   └── it throws
// ├── when value, position, salt, kind, shape or format change
// │   └── so does the commitment
describe("commitTensor", function () {
  const shape = { kind: TENSOR_KIND.weights, rows: 2, cols: 1, bits: 16, fraction: 8 } as const;

  it("hashes the packed values, then the salt, starting from the tag", async function () {
    const poseidon = await buildPoseidon();
    const word = 32769n + 32766n * 65536n;
    const block = [word, 99n, ...Array.from({ length: 14 }, () => 0n)];
    const expected = poseidon.F.toObject(poseidon(block, tensorTag(shape), 1));
    expect(await commitTensor({ ...shape, values: [1n, -2n], salt: 99n })).to.equal(expected);
  });

  it("depends on every value, its position, the salt, kind, shape and format", async function () {
    const base = { ...shape, values: [1n, -2n], salt: 99n };
    const variants = [
      base,
      { ...base, values: [-2n, 1n] },
      { ...base, values: [1n, -1n] },
      { ...base, salt: 100n },
      { ...base, kind: TENSOR_KIND.gradient },
      { ...base, rows: 1, cols: 2 },
      { ...base, fraction: 7 },
    ];
    const commitments = await Promise.all(variants.map(commitTensor));
    expect(new Set(commitments)).to.have.length(variants.length);
  });

  it("throws on values, salts and lengths that the circuit would reject", async function () {
    const base = { ...shape, values: [1n, -2n], salt: 99n };
    expect(await failure(async () => commitTensor({ ...base, values: [1n, 32768n] }))).to.equal("MATH_OUT_OF_RANGE");
    expect(await failure(async () => commitTensor({ ...base, salt: FIELD_ORDER }))).to.equal("COMMIT_OUT_OF_FIELD");
    expect(await failure(async () => commitTensor({ ...base, salt: -1n }))).to.equal("COMMIT_OUT_OF_FIELD");
    expect(await failure(async () => commitTensor({ ...base, values: [1n] }))).to.equal("COMMIT_SHAPE");
  });
});

describe("commitWeights, commitGradient, commitBatch", function () {
  it("separate weights from a gradient of the same values", async function () {
    const values = [5n, 6n];
    const weights = await commitWeights({ weights: values, salt: 1n, params: PARAMS });
    expect(weights).to.not.equal(await commitGradient({ gradient: values, salt: 1n, params: PARAMS }));
  });

  it("commit a batch as its features row by row, then its labels", async function () {
    const batch = {
      X: [
        [1n, 2n],
        [3n, 4n],
      ],
      y: [5n, 6n],
      salt: 1n,
      params: PARAMS,
    };
    const flat = { kind: TENSOR_KIND.batch, rows: 2, cols: 3, bits: 16, fraction: 8 };
    expect(await commitBatch(batch)).to.equal(
      await commitTensor({ ...flat, values: [1n, 2n, 3n, 4n, 5n, 6n], salt: 1n }),
    );
  });

  it("throw COMMIT_SHAPE on a batch whose rows only add up", async function () {
    const batch = { X: [[1n, 2n, 3n], [4n]], y: [5n, 6n], salt: 1n, params: PARAMS };
    expect(await failure(async () => commitBatch(batch))).to.equal("COMMIT_SHAPE");
  });
});

describe("randomSalt", function () {
  it("draws field elements that do not repeat", function () {
    const salts = Array.from({ length: 100 }, randomSalt);
    expect(new Set(salts)).to.have.length(100);
    expect(salts.every((salt) => salt >= 0n && salt < FIELD_ORDER)).to.equal(true);
    expect(salts.some((salt) => salt > 1n << 250n)).to.equal(true);
  });
});
