import { expect } from "chai";

import { circuitId } from "@corex/sdk/circuits/circuit-id";
import { modelShape } from "@corex/sdk/circuits/circuit-params";
import type { JsonValue } from "@corex/sdk/store/canonical-json";
import { bytes32ToContentId, type ContentId } from "@corex/sdk/store/content-id";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { getJson, putJson } from "@corex/sdk/store/json";
import { getProvedWorkManifest } from "@corex/sdk/task/proved-work-manifest";
import { getWeightsOpening } from "@corex/sdk/task/weights-opening";

import {
  createEvaluation,
  entryOf,
  LINEAR_EVALUATE,
  MLP_EVALUATE,
  publishBatches,
  sampleWeights,
} from "../../node/support/proved-work.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";

// createProvedWorkTask
// ├── it commits the weights, stores opening and manifest, and fills in the terms
// ├── it evaluates on training shards when it is asked to
// └── when the circuit evaluates nothing, batches or weights have another shape, or a term is out of bounds
//     └── it throws CIRCUIT_MISMATCH, COMMIT_SHAPE, TASK_INVALID
// getProvedWorkManifest
// └── when a field is missing or wrong
//     └── it throws TASK_MANIFEST_INVALID naming it
describe("createProvedWorkTask", function () {
  this.timeout(20_000); // the first commitment builds the hash
  const folder = temporaryFolder();
  let store: DirectoryStore;

  beforeEach(function () {
    store = new DirectoryStore(folder());
  });

  for (const key of [LINEAR_EVALUATE, MLP_EVALUATE]) {
    it(`fills in the terms of ${key}, and stores what its nodes need`, async function () {
      const entry = entryOf(key);
      const { terms, manifestId } = await createEvaluation(store, key, { verification: "proof" });
      const batches = await publishBatches(store, entry);
      expect(terms).to.include({
        ...{ kind: 0n, verification: 1n, verifiers: 0n, fragments: 1n, feePerVerifier: 0n },
        workUnits: BigInt(entry.workUnits),
        circuit: circuitId(entry),
        inputRoot: batches.heldOutRoot,
        spec: terms.manifest,
      });
      expect(bytes32ToContentId(terms.manifest)).to.equal(manifestId);
      const manifest = await getProvedWorkManifest(store, manifestId);
      expect(manifest).to.include({ circuit: key, dataset: batches.manifestId, split: "heldOut" });
      const { values, salt } = await getWeightsOpening(store, manifest.weights, terms.weights);
      expect([values, salt]).to.deep.equal([sampleWeights(modelShape(entry)), 4_321n]);
    });
  }

  it("evaluates on training shards when it is asked to", async function () {
    const { terms, manifestId } = await createEvaluation(store, LINEAR_EVALUATE, { split: "train" });
    const { shardRoot } = await publishBatches(store, entryOf(LINEAR_EVALUATE));
    expect(terms).to.include({ verification: 0n, verifiers: 3n, fragments: 2n, inputRoot: shardRoot });
    expect((await getProvedWorkManifest(store, manifestId)).split).to.equal("train");
  });

  it("refuses what does not belong together", async function () {
    const create = async (change: Parameters<typeof createEvaluation>[2]) =>
      createEvaluation(store, LINEAR_EVALUATE, change);
    const key = "linear-gradient-8x8";
    const gradient = { key, entry: entryOf(key) };
    await expectCorexError(async () => create({ circuit: gradient }), "CIRCUIT_MISMATCH", /is none of/, "after-change");
    const narrow = await publishBatches(store, { ...entryOf(LINEAR_EVALUATE), params: [8, 8, 2, 16, 8] });
    await expectCorexError(async () => create({ batches: narrow }), "CIRCUIT_MISMATCH", /\(8, 8, 2, 16, 8\)/);
    await expectCorexError(async () => create({ weights: [1n] }), "COMMIT_SHAPE", /./);
    await expectCorexError(async () => create({ feePerFragment: 1n }), "TASK_INVALID", /feePerFragment/);
  });

  it("reads no manifest with a field that is missing or wrong", async function () {
    const { manifestId } = await createEvaluation(store, LINEAR_EVALUATE);
    const manifest = (await getJson(store, manifestId)) as Record<string, JsonValue>;
    const read = async (change: Record<string, JsonValue>): Promise<unknown> => {
      const id: ContentId = await putJson(store, { ...manifest, ...change });
      return getProvedWorkManifest(store, id);
    };
    for (const [field, value] of Object.entries({
      ...{ kind: "corex/work-manifest", version: 2, circuit: 1, weights: "x", dataset: null, split: "test" },
    })) {
      await expectCorexError(async () => read({ [field]: value }), "TASK_MANIFEST_INVALID", new RegExp(field));
    }
  });
});
