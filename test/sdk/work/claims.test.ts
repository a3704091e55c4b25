import { expect } from "chai";

import { id } from "ethers";

import { loadCircuit } from "@corex/sdk/circuits/manifest";
import { loadRoundDatasetManifest } from "@corex/sdk/data/round-dataset-manifest";
import { evaluationStatementOf } from "@corex/sdk/proof/prove-model";
import type { ContentId } from "@corex/sdk/store/content-id";
import { bytes32ToContentId, contentIdToBytes32 } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { getProvedWorkManifest, putProvedWorkManifest } from "@corex/sdk/task/proved-work-manifest";
import type { WorkTerms } from "@corex/sdk/task/work-terms";
import { checkClaim } from "@corex/sdk/work/check-claim";
import { evaluateClaim } from "@corex/sdk/work/evaluate-claim";
import { loadProvedWork } from "@corex/sdk/work/load-proved-work";
import { claimDigest, getWorkClaim, putWorkClaim } from "@corex/sdk/work/work-claim";
import { writeDocument } from "@corex/sdk/work/read-document";

import { createEvaluation, LINEAR_EVALUATE, MLP_EVALUATE } from "../../node/support/proved-work.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";

// evaluateClaim
// └── it is what the statement of the circuit says, for every circuit
// checkClaim
// ├── it accepts the digest of the claim, and rejects every other result
// └── when something of the owner is missing, is not what the terms commit to, or asks for another kind of work
//     └── it abstains, with the advice of the store
// loadProvedWork
// └── when manifest and terms contradict each other
//     └── it throws what is wrong
// getWorkClaim
// └── it reads the claim of a result, and no other document
describe("claims that a circuit can prove", function () {
  this.timeout(20_000); // the first commitment builds the hash
  const folder = temporaryFolder();
  let store: DirectoryStore;
  let terms: WorkTerms;
  let manifestId: ContentId;

  beforeEach(async function () {
    store = new DirectoryStore(folder());
    ({ terms, manifestId } = await createEvaluation(store, LINEAR_EVALUATE));
  });

  for (const key of [LINEAR_EVALUATE, MLP_EVALUATE]) {
    it(`are what the statement of ${key} says`, async function () {
      ({ terms } = await createEvaluation(store, key));
      const { claim, secrets, shardProof } = await evaluateClaim(store, await loadProvedWork(store, terms), 0);
      const { signals } = await evaluationStatementOf({ ...secrets, ctx: 5n }, loadCircuit(key).entry);
      expect(signals).to.deep.equal({ weights: terms.weights, ...claim, ctx: 5n });
      expect(claim.correct <= 8n).to.equal(true);
      expect(shardProof).to.deep.equal([]);
    });
  }

  it("are of the batch of their fragment", async function () {
    ({ terms, manifestId } = await createEvaluation(store, LINEAR_EVALUATE, { split: "train" }));
    const work = await loadProvedWork(store, terms);
    const claims = await Promise.all([0, 1].map(async (fragment) => evaluateClaim(store, work, fragment)));
    expect(claims[0]?.claim.batch).not.to.equal(claims[1]?.claim.batch);
    expect(claims.map(({ shardProof }) => shardProof.length)).to.deep.equal([1, 1]);
    await expectCorexError(async () => evaluateClaim(store, work, 2), "DATA_UNKNOWN_SHARD", /shard 2/);
  });

  it("are accepted by their digest alone", async function () {
    const { claim } = await evaluateClaim(store, await loadProvedWork(store, terms), 0);
    const check = async (result: string) => checkClaim({ terms, fragment: 0, result }, store);
    expect(await check(claimDigest(claim))).to.include({ vote: "accept" });
    for (const other of [{ loss: claim.loss + 1n }, { correct: claim.correct - 1n }, { batch: 1n }]) {
      expect(await check(claimDigest({ ...claim, ...other }))).to.include({ vote: "reject" });
    }
    expect(await check(id("anything"))).to.include({ vote: "reject" });
  });

  it("are abstained from when something of the owner cannot be had or used", async function () {
    const manifest = await getProvedWorkManifest(store, manifestId);
    const { heldOut } = await loadRoundDatasetManifest(store, manifest.dataset);
    const pieces = [manifestId, manifest.dataset, manifest.weights, heldOut[0]?.contentId];
    for (const missing of pieces) {
      const partial: ContentStore = {
        put: async (bytes) => store.put(bytes),
        has: async (piece) => store.has(piece),
        get: async (piece) =>
          piece === missing ? new DirectoryStore(`${folder()}/empty`).get(piece) : store.get(piece),
      };
      const verdict = await checkClaim({ terms, fragment: 0, result: id("anything") }, partial);
      expect(verdict).to.include({ vote: "abstain", retry: "later" });
    }
    const features = { ...terms, kind: 2n };
    expect(await checkClaim({ terms: features, fragment: 0, result: id("a") }, store)).to.include({ vote: "abstain" });
    expect(await checkClaim({ terms, fragment: 9, result: id("a") }, store)).to.include({ vote: "abstain" });
  });

  it("need a manifest that is what the terms commit to", async function () {
    const load = async (change: Partial<WorkTerms>) => loadProvedWork(store, { ...terms, ...change });
    await expectCorexError(async () => load({ kind: 1n }), "TASK_INVALID", /kind 1/);
    await expectCorexError(async () => load({ circuit: id("other") }), "TASK_MANIFEST_MISMATCH", /has id/);
    await expectCorexError(async () => load({ weights: 5n }), "WEIGHTS_COMMITMENT_MISMATCH", /expected 5/);
    await expectCorexError(async () => load({ inputRoot: id("other") }), "DATA_ROOT_MISMATCH", /./);

    const manifest = await getProvedWorkManifest(store, manifestId);
    const withManifest = async (change: Partial<typeof manifest>, others: Partial<WorkTerms> = {}) =>
      load({ manifest: contentIdToBytes32(await putProvedWorkManifest(store, { ...manifest, ...change })), ...others });
    await expectCorexError(async () => withManifest({ circuit: "none" }), "CIRCUIT_UNKNOWN", /none/);
    const mlp = await createEvaluation(store, MLP_EVALUATE);
    const { weights } = await getProvedWorkManifest(store, bytes32ToContentId(mlp.terms.manifest));
    await expectCorexError(
      async () => withManifest({ weights }, { weights: mlp.terms.weights }),
      "TASK_MANIFEST_MISMATCH",
      /weights are 8 x 8 x 4 in 16 bits, 8 of fraction, the circuit takes 8 x 4/,
    );
  });

  it("are stored for whoever has their digest", async function () {
    const claim = { batch: 1n, loss: 2n, correct: 3n };
    const document = await putWorkClaim(store, claim);
    expect(await getWorkClaim(store, document, claimDigest(claim))).to.deep.equal(claim);
    await expectCorexError(async () => getWorkClaim(store, document, id("a")), "WORK_CLAIM_MISMATCH", /not to 0x/);
    const broken = await store.put(writeDocument("corex/work-claim", { batch: "1", loss: "-2", correct: "3" }));
    await expectCorexError(async () => getWorkClaim(store, broken, id("a")), "WORK_CLAIM_INVALID", /loss/);
  });
});
