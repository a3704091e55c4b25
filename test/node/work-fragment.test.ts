import { expect } from "chai";

import { hexlify, id, Wallet, type Log } from "ethers";

import type { ActionContext } from "@corex/sdk/actions/execute";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { decoyNotice } from "@corex/sdk/notice/decoy-notice";
import { encodePlantNotice } from "@corex/sdk/notice/plant-notice";
import { sealNotice } from "@corex/sdk/notice/seal-notice";
import type { Prover } from "@corex/sdk/proof/prover";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { claimContext } from "@corex/sdk/task/claim-context";
import type { CreateWorkTaskInput } from "@corex/sdk/task/create-work-task";
import { plantRoot, provePlant, type Plant } from "@corex/sdk/task/plants";
import type { VerificationName, WorkTerms } from "@corex/sdk/task/work-terms";
import { evaluateClaim } from "@corex/sdk/work/evaluate-claim";
import { loadProvedWork } from "@corex/sdk/work/load-proved-work";
import { claimDigest, getWorkClaim, putWorkClaim } from "@corex/sdk/work/work-claim";
import { writeItems } from "@corex/sdk/work/work-input";
import { putWorkManifest } from "@corex/sdk/work/work-manifest";
import { putWorkSpec, type WorkSpec } from "@corex/sdk/work/work-spec";

import { IWorkMarket__factory } from "../../typechain-types/factories/contracts/market/IWorkMarket__factory.ts";
import type { Tools } from "../../packages/node/src/markets/open-fragment.ts";
import type { WorkSubmission } from "../../packages/node/src/journal/submission-json.ts";
import { WorkFragment, type WorkEquipment } from "../../packages/node/src/markets/work-fragment.ts";
import { checkPlace } from "../../packages/node/src/work/check-place.ts";
import { WORK_SKILL } from "../../packages/node/src/work/work-skill.ts";
import type { WorkPlace } from "../../packages/node/src/work/work-place.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";
import { createEvaluation, LINEAR_EVALUATE } from "./support/proved-work.ts";
import { CHAIN_ID, deliveredPlace, JournalFolder, NODE, placeOf, silent, TASK } from "./support/work-fakes.ts";

const MARKET = `0x${"66".repeat(20)}`;
const wallet = Wallet.createRandom();
const FEATURES: WorkSpec = { work: "features", maxResultBytes: 65_536, method: { type: "hash", buckets: 4 } };
const LABELLING: WorkSpec = {
  ...{ work: "labelling", maxResultBytes: 65_536, classes: ["bad", "good"], minScore: 50 },
  rule: {
    clauses: [{ label: 1, weight: 1, when: { type: "keyword", words: ["good"], ignoreCase: true } }],
    minScore: 1,
    otherwise: 0,
  },
};

// WorkFragment.prove
// ├── features: the result is in the store, and a check accepts it
// ├── labels: the result is in the journal alone, and a check with it accepts it
// ├── when a note asks for a planted result
// │   ├── and the terms committed to it: that is submitted
// │   ├── and the node takes none, or the terms did not commit to it, or it is for another: the work is done
// │   └── the latest note counts, and decoys are none
// ├── when a circuit can prove the result
// │   ├── and a committee verifies: the result is the digest of a claim, which is stored; a check accepts it and no other
// │   └── and a proof is asked for: it proves the claim for its operator, and takes no planted result
// └── when the data is gone
//     └── it throws STORE_NOT_FOUND, and a check abstains
describe("WorkFragment.prove", function () {
  let folder: JournalFolder;
  let store: DirectoryStore;
  let logs: Log[];

  beforeEach(function () {
    folder = new JournalFolder();
    store = new DirectoryStore(`${folder.folder}/store`);
    logs = [];
  });

  afterEach(function () {
    folder.remove();
  });

  async function placeFor(spec: WorkSpec, change: Partial<CreateWorkTaskInput> = {}): Promise<WorkPlace> {
    const texts = ["a good day", "a bad day", "good", "bad"];
    const input = await store.put(writeItems(texts.map((text, index) => ({ id: `i${index}`, text, values: [] }))));
    const specId = await putWorkSpec(store, spec);
    const manifest = await putWorkManifest(store, { spec: specId, inputs: [input] });
    return placeOf({}, { kind: spec.work, workUnits: 100n, spec: specId, manifest, inputs: 1, ...change });
  }

  async function prove(place: WorkPlace, change: Partial<WorkEquipment> = {}): Promise<WorkSubmission> {
    const submission = await proveAny(place, change);
    if (submission.kind !== "work") throw new Error(`a submission of kind ${submission.kind}`);
    return submission;
  }

  async function proveAny(place: WorkPlace, change: Partial<WorkEquipment> = {}, prover?: Prover) {
    const provider = {
      getBlockNumber: async () => Promise.resolve(9),
      getLogs: async () => Promise.resolve(logs),
    } as unknown as RpcProvider;
    const contracts = { workMarket: IWorkMarket__factory.connect(MARKET, provider) };
    const ground = { provider, chainId: CHAIN_ID };
    const context = { contracts, sender: { address: wallet.address } } as unknown as ActionContext;
    const { signingKey } = wallet;
    const { documents } = folder.journal;
    const own = { node: NODE, signingKey, acceptPlants: true, labelsFile: undefined, documents, skill: WORK_SKILL };
    const equipment = { ...own, ...change };
    const tools = { store, prover, logger: silent, onComputed: () => undefined } as unknown as Tools;
    return new WorkFragment({ ...ground, context, equipment }, place).prove(tools);
  }

  /** A note on chain. */
  function post(note: string): void {
    const abi = IWorkMarket__factory.createInterface();
    const { data, topics } = abi.encodeEventLog("NoticePosted", [TASK, 0, note]);
    logs.push({ address: MARKET, data, topics, blockNumber: 1, transactionHash: id("t"), index: logs.length } as never);
  }

  const plantOf = (result: string): Plant => ({ fragment: 0, result: id(result), salt: id("salt") });
  const noteFor = (key: string, plants: readonly Plant[]): string =>
    sealNotice(key, encodePlantNotice(provePlant(plants, 0)));

  it("does features: in the store, and accepted by a check", async function () {
    const place = await placeFor(FEATURES);
    const { result, fragment, attempt, weights } = await prove(place);
    expect({ fragment, attempt, weights }).to.deep.equal({ fragment: 0, attempt: 0, weights: 0n });
    expect(await store.has(bytes32ToContentId(result))).to.equal(true);
    const checked = { place, result, executor: NODE, sibling: undefined };
    expect(await checkPlace(checked, { store, waitsForSibling: true })).to.include({ vote: "accept" });
    const other = { ...checked, result: id("other") };
    expect(await checkPlace(other, { store, waitsForSibling: true })).to.include({ vote: "abstain", retry: "later" });
  });

  it("does labels: in the journal alone, for whoever has it", async function () {
    const place = await placeFor(LABELLING, { kind: "labelling" });
    const { result } = await prove(place);
    expect(await store.has(bytes32ToContentId(result))).to.equal(false);
    expect((await prove(place)).result).not.to.equal(result);
    const [kept] = folder.journal.documents.unpublished();
    expect(kept).to.include({ task: TASK, fragment: 0, attempt: 0 });

    const own = folder.journal.documents;
    const digest = kept?.digest ?? "";
    const checked = { place, result: digest, executor: NODE, sibling: undefined };
    expect(await checkPlace(checked, { store, own, waitsForSibling: true })).to.include({ vote: "accept", score: 100 });
    expect(await checkPlace({ ...checked, executor: 8n }, { store, own, waitsForSibling: true })).to.include({
      vote: "reject",
    });
    const sibling = { ...place, ...deliveredPlace({ fragment: 1, node: 8n, task: { kind: "labelling" } }) };
    const pair = { ...checked, sibling };
    expect(await checkPlace(pair, { store, own, waitsForSibling: true })).to.include({
      vote: "abstain",
      retry: "later",
    });
    expect(await checkPlace(pair, { store, own, waitsForSibling: false })).to.include({ vote: "accept" });
  });

  it("takes labels that people made", async function () {
    const place = await placeFor(LABELLING, { kind: "labelling" });
    const labelsFile = new TextEncoder().encode("id,label\ni0,bad\ni1,bad\ni2,bad\ni3,bad\n");
    await prove(place, { labelsFile });
    const [kept] = folder.journal.documents.unpublished();
    const document = JSON.parse(new TextDecoder().decode(kept?.bytes)) as { labels: unknown };
    expect(document.labels).to.deep.equal([0, 0, 0, 0]);
  });

  it("submits the planted result that the latest note asks for", async function () {
    const plants = [plantOf("wrong")];
    const place = await placeFor(FEATURES, { planted: { plants, jackpot: 1n } });
    expect(place.task.terms.plantRoot).to.equal(plantRoot(plants));
    post(noteFor(wallet.signingKey.publicKey, plants));
    post(decoyNotice());
    expect((await prove(place)).result).to.equal(id("wrong"));
  });

  it("does the work when it takes no plants, or the note is not for it, or not of the terms", async function () {
    const plants = [plantOf("wrong")];
    const place = await placeFor(FEATURES, { planted: { plants, jackpot: 1n } });
    const right = (await prove(place)).result;
    post(noteFor(Wallet.createRandom().signingKey.publicKey, plants));
    post(noteFor(wallet.signingKey.publicKey, [plantOf("another")]));
    post(sealNotice(wallet.signingKey.publicKey, new TextEncoder().encode("hello")));
    post(hexlify(new Uint8Array(5)));
    expect((await prove(place)).result).to.equal(right);
    post(noteFor(wallet.signingKey.publicKey, plants));
    expect((await prove(place, { acceptPlants: false })).result).to.equal(right);
    expect((await prove(await placeFor(FEATURES))).result).to.equal(right);
  });

  const evaluationPlace = async (
    verification: VerificationName,
    change: Partial<WorkTerms> = {},
  ): Promise<WorkPlace> => {
    const { terms } = await createEvaluation(store, LINEAR_EVALUATE, { verification });
    return placeOf({ task: { task: TASK, terms: { ...terms, ...change }, blockNumber: 1 } });
  };

  it("evaluates a claim for verifiers: its digest is the result, and its numbers are stored", async function () {
    this.timeout(20_000); // the first commitment builds the hash
    const place = await evaluationPlace("committee");
    const { result } = await prove(place);
    const { claim } = await evaluateClaim(store, await loadProvedWork(store, place.task.terms), 0);
    expect(result).to.equal(claimDigest(claim));
    const document = await putWorkClaim(new DirectoryStore(`${folder.folder}/other`), claim);
    expect(await getWorkClaim(store, document, result)).to.deep.equal(claim);

    const checked = { place, result, executor: NODE, sibling: undefined };
    expect(await checkPlace(checked, { store, waitsForSibling: true })).to.include({ vote: "accept" });
    const wrong = { ...checked, result: claimDigest({ ...claim, correct: claim.correct + 1n }) };
    expect(await checkPlace(wrong, { store, waitsForSibling: true })).to.include({ vote: "reject" });
    const empty = new DirectoryStore(`${folder.folder}/empty`);
    expect(await checkPlace(checked, { store: empty, waitsForSibling: true })).to.include({
      ...{ vote: "abstain", retry: "later" },
    });
  });

  for (const verification of ["proof", "both"] as const) {
    it(`proves a claim for its operator when it is verified by ${verification}`, async function () {
      this.timeout(20_000);
      const contexts: unknown[] = [];
      const point = ["1", "2", "1"];
      const proof = { pi_a: point, pi_b: [point, point, point], pi_c: point, protocol: "groth16", curve: "bn128" };
      const prover = {
        async prove(_: unknown, inputs: { readonly ctx: bigint }) {
          contexts.push(inputs.ctx);
          return Promise.resolve({ proof, publicSignals: await signalsOf(inputs.ctx) });
        },
      } as unknown as Prover;
      const plants = [plantOf("wrong")];
      const place = await evaluationPlace(verification, { plants: 1n, plantRoot: plantRoot(plants) });
      const { terms } = place.task;
      const { claim } = await evaluateClaim(store, await loadProvedWork(store, terms), 0);
      const signalsOf = async (ctx: bigint) =>
        Promise.resolve([terms.weights, claim.batch, claim.loss, claim.correct, ctx].map(String));
      post(noteFor(wallet.signingKey.publicKey, plants));
      const submission = await proveAny(place, {}, prover);
      expect(submission).to.deep.include({
        kind: "proved-work",
        fragment: 0,
        attempt: 0,
        weights: terms.weights,
        ...claim,
      });
      const { circuit } = terms;
      const own = { chainId: CHAIN_ID, market: MARKET, circuit, task: TASK, fragment: 0, operator: wallet.address };
      expect(contexts).to.deep.equal([claimContext(own)]);
      folder.journal.fragments.prove({ market: "work", task: TASK, chain: 0, step: 0 }, submission);
      const row = folder.reopen().fragments.get({ market: "work", task: TASK, chain: 0, step: 0 });
      expect(row?.submission).to.deep.equal(submission);
    });
  }

  it("throws what makes the agent give the fragment back", async function () {
    await expectCorexError(async () => prove(placeOf()), "STORE_NOT_FOUND", /./, "later");
  });
});
