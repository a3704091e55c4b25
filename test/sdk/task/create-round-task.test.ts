import { expect } from "chai";

import { circuitId } from "../../../packages/sdk/src/circuits/circuit-id.ts";
import { commitModel } from "../../../packages/sdk/src/commit/commit-model.ts";
import type { JsonValue } from "../../../packages/sdk/src/store/canonical-json.ts";
import { bytes32ToContentId } from "../../../packages/sdk/src/store/content-id.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { getJson, putJson } from "../../../packages/sdk/src/store/json.ts";
import { createRoundTask, type CreateRoundTaskInput } from "../../../packages/sdk/src/task/create-round-task.ts";
import { getRoundManifest } from "../../../packages/sdk/src/task/round-manifest.ts";
import { getWeightsOpening } from "../../../packages/sdk/src/task/weights-opening.ts";
import { publishSample } from "../data/support/sample-round-dataset.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { circuitOf, CIRCUITS, MODEL, MODEL_SALT, OWNER, roundTaskInput, SHAPE } from "./support/sample-round-task.ts";

const ZERO_HASH = `0x${"0".repeat(64)}`;

describe("createRoundTask", function () {
  const folder = temporaryFolder();
  let store: DirectoryStore;
  let input: CreateRoundTaskInput;

  beforeEach(async function () {
    this.timeout(20_000); // the first commitment builds the hash
    store = new DirectoryStore(folder());
    input = roundTaskInput(store, await publishSample(store));
  });

  it("fills in the terms", async function () {
    const { terms, manifestId, head, model } = await createRoundTask(input);
    const { shardRoot, heldOutRoot } = input.dataset;
    expect(model).to.deep.equal(MODEL);
    expect(bytes32ToContentId(terms.manifest)).to.equal(manifestId);
    const { manifest, ...rest } = terms;
    expect(manifest).to.match(/^0x[0-9a-f]{64}$/);
    expect(rest).to.deep.equal({
      owner: OWNER,
      gradientCircuit: circuitId(CIRCUITS.gradient.entry),
      applyCircuit: circuitId(CIRCUITS.apply.entry),
      evaluateCircuit: circuitId(CIRCUITS.evaluate.entry),
      shardRoot,
      heldOutRoot,
      initialWeights: head,
      feePerGradient: 3n,
      feePerApply: 4n,
      feePerEvaluation: 5n,
      fragmentDuration: 60n,
      roundDuration: 120n,
      rounds: 5n,
      shards: 8n,
      lanes: 3n,
      quorum: 2n,
      heldOut: 2n,
      device: 2n, // one plus the number of "GPU"
      minTier: 2n,
      nonce: 9n,
    });
  });

  it("stores what nodes need: the manifest, and the opening of the initial weights under the head", async function () {
    const { terms, manifestId, head } = await createRoundTask(input);
    const { initialWeights: values, dataset } = input;
    expect(head).to.equal(await commitModel({ values, salt: MODEL_SALT, shape: SHAPE, format: MODEL }));
    const manifest = await getRoundManifest(store, manifestId);
    const { initialWeights, ...rest } = manifest;
    expect(rest).to.deep.equal({
      circuits: { gradient: CIRCUITS.gradient.key, apply: CIRCUITS.apply.key, evaluate: CIRCUITS.evaluate.key },
      dataset: dataset.manifestId,
      shape: SHAPE,
      modelSalt: MODEL_SALT,
      initialHead: terms.initialWeights,
      labels: ["a", "b", "c"],
    });
    const opening = await getWeightsOpening(store, initialWeights, head);
    expect(opening).to.deep.include({ rows: 4, cols: 3, depth: 4, values: [...values], salt: MODEL_SALT });
  });

  it("asks for all lanes, any hardware and no tier unless told", async function () {
    const { quorum, device, minTier, ...bare } = input;
    expect([quorum, device, minTier]).to.deep.equal([2, "GPU", 2]);
    const { terms } = await createRoundTask(bare);
    expect([terms.quorum, terms.device, terms.minTier]).to.deep.equal([3n, 0n, 0n]);
  });

  it("leaves evaluation out of terms and manifest when there is no circuit for it", async function () {
    const { gradient, apply } = CIRCUITS;
    const { terms, manifestId } = await createRoundTask({ ...input, circuits: { gradient, apply } });
    expect([terms.evaluateCircuit, terms.heldOutRoot]).to.deep.equal([ZERO_HASH, ZERO_HASH]);
    expect([terms.heldOut, terms.feePerEvaluation]).to.deep.equal([0n, 0n]);
    const { circuits } = await getRoundManifest(store, manifestId);
    expect(circuits).to.deep.equal({ gradient: gradient.key, apply: apply.key });
  });

  for (const quorum of [0, 4, 1.5]) {
    it(`refuses a quorum of ${quorum} with TASK_INVALID`, async function () {
      await expectCorexError(() => createRoundTask({ ...input, quorum }), "TASK_INVALID", /is not in \[1, 3\]/);
    });
  }

  it("refuses a dataset of another shape with TASK_INVALID", async function () {
    const circuits = {
      gradient: circuitOf("MlpGradient", [8, 4, 3, 4, 16, 8]),
      apply: CIRCUITS.apply,
    };
    await expectCorexError(
      () => createRoundTask({ ...input, circuits }),
      "TASK_INVALID",
      "the dataset has (m, d, k, B, F) = (4, 4, 4, 16, 8), the circuits (8, 4, 4, 16, 8)",
      "after-change",
    );
  });

  it("refuses too few initial weights with COMMIT_SHAPE", async function () {
    const initialWeights = input.initialWeights.slice(1);
    await expectCorexError(() => createRoundTask({ ...input, initialWeights }), "COMMIT_SHAPE", /23 values .* 24/);
  });

  describe("getRoundManifest", function () {
    const invalid: [string, Record<string, JsonValue>, RegExp][] = [
      ["a task of chains", { kind: "corex/task" }, /\.kind is "corex\/task", expected "corex\/round-task"/],
      ["another version", { version: 2 }, /\.version is 2, expected 1/],
      ["no apply circuit", { circuits: { gradient: "g" } }, /\.circuits\.apply is missing/],
      ["an evaluate circuit that is no key", { circuits: { gradient: "g", apply: "a", evaluate: 1 } }, /evaluate is 1/],
      ["another kind of model", { shape: { kind: "cnn", d: 4, k: 4 } }, /\.shape\.kind is "cnn"/],
      ["a perceptron without hidden units", { shape: { kind: "mlp", d: 4, k: 4 } }, /\.shape\.h is missing/],
      ["a linear model with hidden units", { shape: { kind: "linear", d: 4, h: 3, k: 4 } }, /no h in a linear model/],
      ["more labels than outputs", { labels: ["a", "b", "c", "d", "e"] }, /\.labels .* at most 4 elements/],
      ["a salt outside the field", { modelSalt: String(2n ** 254n) }, /\.modelSalt is/],
      ["a dataset that is no content id", { dataset: "x" }, /\.dataset is "x", expected a content id/],
    ];
    for (const [what, change, message] of invalid) {
      it(`refuses ${what} with TASK_MANIFEST_INVALID`, async function () {
        const { manifestId } = await createRoundTask(input);
        const json = (await getJson(store, manifestId)) as Record<string, unknown>;
        const id = await putJson(store, { ...json, ...change });
        await expectCorexError(() => getRoundManifest(store, id), "TASK_MANIFEST_INVALID", message);
      });
    }
  });
});
