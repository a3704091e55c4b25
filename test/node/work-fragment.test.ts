import { expect } from "chai";

import { hexlify, id, Wallet, type Log } from "ethers";

import type { ActionContext } from "@corex/sdk/actions/execute";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { decoyNotice } from "@corex/sdk/notice/decoy-notice";
import { encodePlantNotice } from "@corex/sdk/notice/plant-notice";
import { sealNotice } from "@corex/sdk/notice/seal-notice";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import type { CreateWorkTaskInput } from "@corex/sdk/task/create-work-task";
import { plantRoot, provePlant, type Plant } from "@corex/sdk/task/plants";
import { writeItems } from "@corex/sdk/work/work-input";
import { putWorkManifest } from "@corex/sdk/work/work-manifest";
import { putWorkSpec, type WorkSpec } from "@corex/sdk/work/work-spec";

import { IWorkMarket__factory } from "../../typechain-types/factories/contracts/market/IWorkMarket__factory.ts";
import type { Tools } from "../../packages/node/src/markets/open-fragment.ts";
import { WorkFragment, type WorkEquipment } from "../../packages/node/src/markets/work-fragment.ts";
import { checkPlace } from "../../packages/node/src/work/check-place.ts";
import { WORK_SKILL } from "../../packages/node/src/work/work-skill.ts";
import type { WorkPlace } from "../../packages/node/src/work/work-place.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";
import { deliveredPlace, JournalFolder, NODE, placeOf, silent, TASK } from "./support/work-fakes.ts";

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
// └── when only a circuit verifies, or the data is gone
//     └── it throws WORK_NEEDS_PROOF, STORE_NOT_FOUND
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

  function prove(place: WorkPlace, change: Partial<WorkEquipment> = {}) {
    const provider = {
      getBlockNumber: async () => Promise.resolve(9),
      getLogs: async () => Promise.resolve(logs),
    } as unknown as RpcProvider;
    const contracts = { workMarket: IWorkMarket__factory.connect(MARKET, provider) };
    const context = { contracts, sender: { address: wallet.address } } as unknown as ActionContext;
    const { signingKey } = wallet;
    const { documents } = folder.journal;
    const own = { node: NODE, signingKey, acceptPlants: true, labelsFile: undefined, documents, skill: WORK_SKILL };
    const equipment = { ...own, ...change };
    const tools = { store, logger: silent, onComputed: () => undefined } as unknown as Tools;
    return new WorkFragment({ context, provider, equipment }, place).prove(tools);
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

  it("throws what makes the agent give the fragment back", async function () {
    const circuit = { id: id("circuit"), weights: 1n, inputRoot: id("inputs") };
    const proved = await placeFor(FEATURES, { verification: "both", circuit });
    await expectCorexError(async () => prove(proved), "WORK_NEEDS_PROOF", /both/);
    await expectCorexError(async () => prove(placeOf()), "STORE_NOT_FOUND", /./, "later");
  });
});
