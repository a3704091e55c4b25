import { expect } from "chai";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { evaluateLinear } from "../../../packages/sdk/src/math/evaluate-linear.ts";
import type { Matrix } from "../../../packages/sdk/src/math/matrix.ts";
import { mlpForward } from "../../../packages/sdk/src/math/mlp-forward.ts";
import { largestIndex } from "../../../packages/sdk/src/math/predicted-class.ts";
import { putModelArtifact } from "../../../packages/sdk/src/models/model-artifact.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { putJson } from "../../../packages/sdk/src/store/json.ts";
import { putWeightsOpening } from "../../../packages/sdk/src/task/weights-opening.ts";
import { execute } from "../../../packages/sdk/src/work/execute.ts";
import { inferRows } from "../../../packages/sdk/src/work/inference.ts";
import { loadWorkModel } from "../../../packages/sdk/src/work/load-work-model.ts";
import { writeRows } from "../../../packages/sdk/src/work/work-input.ts";
import { WORK_KIND } from "../../../packages/sdk/src/work/work-kind.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { integers, publishModel, rowsOf, sampleContext } from "./support/sample-work.ts";

const matrixOf = (rows: number, cols: number, limit: number): fc.Arbitrary<Matrix> => {
  const value = fc.bigInt({ min: BigInt(-limit), max: BigInt(limit) });
  return fc.array(fc.array(value, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows });
};

// inferRows
// ├── when the model is linear
// │   └── it says the classes that LinearEvaluate proves
// ├── when the model is a perceptron
// │   └── it says the outputs of the proved forward pass, wherever that has a proof
// └── when a row is taken out of its input
//     └── its outputs stay the same
describe("work.inferRows", function () {
  it("says the classes that LinearEvaluate proves", function () {
    const params = { m: 4, d: 3, k: 3, B: 16, F: 8 };
    fc.assert(
      fc.property(matrixOf(4, 3, 2000), matrixOf(3, 3, 2000), matrixOf(4, 3, 256), (X, W, Y) => {
        const { classes, logits } = inferRows({ layers: [W], fraction: 8 }, X);
        expect(classes).to.deep.equal(evaluateLinear({ X, W, Y, params }).classes);
        expect(logits[0]?.[0]).to.equal((X[0] ?? []).reduce((sum, x, i) => sum + x * (W[i]?.[0] ?? 0n), 0n));
      }),
    );
  });

  it("says the outputs of the proved forward pass of a perceptron", function () {
    const params = { m: 3, d: 3, h: 4, k: 2, B: 16, F: 8 };
    fc.assert(
      fc.property(matrixOf(3, 3, 500), matrixOf(3, 4, 500), matrixOf(4, 2, 500), (X, W1, W2) => {
        const { Z2 } = mlpForward({ X, W1, W2, params });
        expect(inferRows({ layers: [W1, W2], fraction: 8 }, X)).to.deep.equal({
          logits: Z2,
          classes: Z2.map(largestIndex),
        });
      }),
    );
  });

  it("is defined where the proved pass overflows", function () {
    const huge = 2n ** 47n - 1n;
    expect(inferRows({ layers: [[[huge]], [[huge, -huge]]], fraction: 1 }, [[huge]]).classes).to.deep.equal([0]);
  });

  it("does not depend on how rows are cut into chunks", function () {
    const rows = rowsOf("rows", 600, 2, 100).map((row) => row.map(BigInt));
    const model = {
      layers: [
        [
          [1n, 2n],
          [3n, -4n],
        ],
        [[5n], [-6n]],
      ],
      fraction: 2,
    };
    const together = inferRows(model, rows);
    const alone = rows.map((row) => inferRows(model, [row]));
    expect(together.logits).to.deep.equal(alone.flatMap(({ logits }) => logits));
    expect(together.classes).to.deep.equal(alone.flatMap(({ classes }) => classes));
  });
});

// loadWorkModel
// ├── when the heads make one model
// │   └── it joins them
// └── when they do not
//     └── it throws WORK_MODEL_INVALID or WEIGHTS_COMMITMENT_MISMATCH
describe("work.loadWorkModel", function () {
  let folder: string;
  let store: DirectoryStore;

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-work-model-"));
    store = new DirectoryStore(folder);
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  it("puts the chains of a one-against-the-rest model side by side", async function () {
    const shapes = [0, 1, 2].map(() => ({ kind: "linear", d: 4, k: 1 }) as const);
    const { layers, inputs } = await loadWorkModel(store, await publishModel(store, shapes, "a"));
    expect([inputs, layers.length, layers[0]?.length, layers[0]?.[0]?.length]).to.deep.equal([4, 1, 4, 3]);
    for (const chain of [0, 1, 2]) {
      expect(layers[0]?.map((row) => row[chain])).to.deep.equal(integers(`a/${chain}`, 4, 256));
    }
  });

  it("refuses heads of different shapes and perceptrons among them", async function () {
    const linear = { kind: "linear", d: 4, k: 1 } as const;
    for (const other of [
      { kind: "linear", d: 5, k: 1 },
      { kind: "linear", d: 4, k: 2 },
      { kind: "mlp", d: 4, h: 1, k: 1 },
    ] as const) {
      const id = await publishModel(store, [linear, other], "b");
      await expectCorexError(() => loadWorkModel(store, id), "WORK_MODEL_INVALID", /not linear models with one output/);
    }
  });

  it("refuses weights that the heads do not commit to", async function () {
    const opening = { rows: 2, cols: 1, bits: 16, fraction: 8, values: [1n, 2n], salt: 5n };
    const weights = await putWeightsOpening(store, opening);
    const fields = { task: "t", manifest: weights, labels: [], heads: [1n], weights: [weights] };
    const id = await putModelArtifact(store, fields);
    await expectCorexError(() => loadWorkModel(store, id), "WEIGHTS_COMMITMENT_MISMATCH", /expected 1$/);
  });

  it("refuses weights that take too long to hash, before it hashes them", async function () {
    const weights = await store.put(new Uint8Array(2 ** 21 + 1));
    const fields = { task: "t", manifest: weights, labels: [], heads: [1n, 1n], weights: [weights, weights] };
    const id = await putModelArtifact(store, fields);
    await expectCorexError(() => loadWorkModel(store, id), "WORK_MODEL_INVALID", /more than 4194304 bytes/);
  });

  it("refuses an artifact without heads, and what is no artifact", async function () {
    for (const document of [
      { kind: "corex/model", version: 1, heads: [], weights: [] },
      { kind: "corex/model", version: 1, heads: ["1"], weights: [] },
      { kind: "corex/task", version: 1 },
    ]) {
      const id = await putJson(store, document);
      await expectCorexError(() => loadWorkModel(store, id), "WORK_MODEL_INVALID", /expected/);
    }
  });

  it("refuses rows that are not as wide as the model or leave its format", async function () {
    const model = await publishModel(store, [{ kind: "linear", d: 4, k: 1 }], "c");
    const spec = { work: "inference", maxResultBytes: 1000, model } as const;
    const run = (rows: number[][]) => () => execute(WORK_KIND.inference, spec, writeRows(rows), sampleContext(store));
    await expectCorexError(run([[1, 2, 3]]), "WORK_INPUT_INVALID", /an array of 4 elements/);
    await expectCorexError(run([[1, 2, 3, 32_768]]), "WORK_INPUT_INVALID", /an integer in \[-32768, 32767\]/);
    await expectCorexError(run([[1, 2, 3, 0.5]]), "WORK_INPUT_INVALID", /rows\[0\]\[3\] is 0\.5/);
    await expectCorexError(run(rowsOf("d", 400, 4, 9)), "WORK_RESULT_TOO_LARGE", /400 values cannot fit/);
  });
});
