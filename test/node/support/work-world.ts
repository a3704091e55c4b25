import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { hexlify, Interface, parseEther, toBeHex, Wallet } from "ethers";

import { approveToken } from "@corex/sdk/actions/approve-token";
import { createSender } from "@corex/sdk/actions/create-sender";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { enrolVerifier } from "@corex/sdk/actions/enrol-verifier";
import { heartbeat } from "@corex/sdk/actions/heartbeat";
import { pokeNode } from "@corex/sdk/actions/poke-node";
import { publishWorkTask } from "@corex/sdk/actions/publish-work-task";
import { registerNode, type DeviceClass } from "@corex/sdk/actions/register-node";
import { stake } from "@corex/sdk/actions/stake";
import { syncReputation } from "@corex/sdk/actions/sync-reputation";
import { contentIdToBytes32, type ContentId } from "@corex/sdk/store/content-id";
import { createWorkTask, type CreateWorkTaskInput } from "@corex/sdk/task/create-work-task";
import type { Plant } from "@corex/sdk/task/plants";
import { workTaskFees, type WorkTerms } from "@corex/sdk/task/work-terms";
import { canonicalLie } from "@corex/sdk/work/canonical-lie";
import { execute } from "@corex/sdk/work/execute";
import { WORK_KIND, type WorkName } from "@corex/sdk/work/work-kind";
import { putWorkManifest } from "@corex/sdk/work/work-manifest";
import { writeItems } from "@corex/sdk/work/work-input";
import { putWorkSpec, type WorkSpec } from "@corex/sdk/work/work-spec";

import { ROLES } from "../../../deploy/authority.ts";
import { recordCapacity } from "../../support/record-capacity.ts";
import type { AgentWorld, WorldNode } from "./agent-world.ts";

/** Work units a day that make the most of the capability of a tier. */
const CAPACITY = 66_000_000_000n;
/** Fragments that a verifier did before: its score is then about 0.9. */
const COMPLETED = 80;
const STAKE = parseEther("12000");
const FEE = parseEther("2");
const DAY = 86_400;

const ITEMS = writeItems(
  ["good day", "bad night", "good night", "a day"].map((text, index) => ({ id: `item ${index}`, text, values: [] })),
);

/** Labels by keyword: what everybody with the rule of the task agrees on. */
const LABELLING: WorkSpec = {
  work: "labelling",
  maxResultBytes: 65_536,
  classes: ["bad", "good"],
  minScore: 60,
  rule: {
    clauses: [{ label: 1, weight: 1, when: { type: "keyword", words: ["good"], ignoreCase: true } }],
    minScore: 1,
    otherwise: 0,
  },
};

/** Hashed words of texts. */
const FEATURES: WorkSpec = { work: "features", maxResultBytes: 65_536, method: { type: "hash", buckets: 8 } };

export interface PublishedWork {
  readonly task: string;
  readonly terms: WorkTerms;
  readonly manifest: ContentId;
}

/** What a world of agents needs for work that verifiers judge. */
export class WorkWorld {
  readonly world: AgentWorld;

  constructor(world: AgentWorld) {
    this.world = world;
  }

  /** Lets the admin record completed work, which only markets do otherwise. */
  async prepare(): Promise<void> {
    const { admin, suite } = this.world;
    const abi = new Interface(["function grantRole(uint64 role, address account, uint32 delay)"]);
    const data = abi.encodeFunctionData("grantRole", [ROLES.MARKET, admin.sender.address, 0]);
    await admin.sender.send({ intent: "grant", to: suite.deployment.contracts.AccessManager, data });
  }

  /** A node with a device that no verifier has: it is drawn for tasks that ask for it. Its results are always audited: it has no bond. */
  async createExecutor(): Promise<WorldNode> {
    return this.#createNode("GPU");
  }

  /** A node with the stake, the reputation and the tier of a verifier, enrolled for labels and features unless it is said. */
  async createVerifier(kinds: readonly WorkName[] = ["labelling", "features"]): Promise<WorldNode> {
    const { world } = this;
    const node = await this.#createNode("CPU");
    const context = await this.contextOf(node.wallet);
    await world.giveCxt(node.wallet.address, STAKE);
    await stake(context, { node: node.id, amount: STAKE, period: 14 * DAY });
    const { reputation } = world.suite.contracts;
    const nodes = Array<bigint>(COMPLETED).fill(node.id);
    const qualities = nodes.map(() => parseEther("1"));
    const { data } = await reputation.recordCompletedMany.populateTransaction(nodes, qualities);
    const to = world.suite.deployment.contracts.Reputation;
    await world.admin.sender.send({ intent: "completed", to, data });
    await syncReputation(context, node.id);
    await heartbeat(context);
    await pokeNode(context, node.id);
    await enrolVerifier(context, kinds);
    return node;
  }

  async contextOf(wallet: Wallet): Promise<ActionContext> {
    return { contracts: this.world.suite.contracts, sender: await createSender(wallet) };
  }

  /** Publishes labels of four texts, done twice. */
  async publishLabels(): Promise<PublishedWork> {
    return this.#publish(LABELLING, {});
  }

  /** Publishes features of four texts; with a plant, wrong ones are committed to. */
  async publishFeatures(isPlanted = false): Promise<PublishedWork & { readonly plants: readonly Plant[] }> {
    const plants = isPlanted ? [{ fragment: 0, result: await this.#lie(), salt: hexlify(randomBytes(32)) }] : [];
    const planted = isPlanted ? { planted: { plants, jackpot: parseEther("9") } } : {};
    return { ...(await this.#publish(FEATURES, planted)), plants };
  }

  /** Lets time pass on the chain. */
  async pass(seconds: number): Promise<void> {
    await this.world.provider.send("evm_increaseTime", [seconds]);
    await this.world.provider.send("evm_mine", []);
  }

  journalOf({ id }: WorldNode): string {
    return join(this.world.folder, `node-${id}.sqlite`);
  }

  async #createNode(deviceClass: DeviceClass): Promise<WorldNode> {
    const { world } = this;
    const wallet = await world.createAccount();
    const payout = Wallet.createRandom().address;
    const context = await this.contextOf(wallet);
    const { result: id } = await registerNode(context, { payout, deviceClass, metadataUri: "" });
    await recordCapacity(world.admin, id, CAPACITY);
    return { id, wallet, payout };
  }

  async #publish(spec: WorkSpec, change: Partial<CreateWorkTaskInput>): Promise<PublishedWork> {
    const { world } = this;
    const { store, admin } = world;
    const input = await store.put(ITEMS);
    const specId = await putWorkSpec(store, spec);
    const manifest = await putWorkManifest(store, { spec: specId, inputs: [input] });
    const terms = createWorkTask({
      owner: admin.sender.address,
      kind: spec.work,
      spec: specId,
      manifest,
      inputs: 1,
      workUnits: 1_000n,
      feePerFragment: FEE,
      feePerVerifier: parseEther("1"),
      fragmentDuration: 600,
      device: "GPU",
      nonce: world.nextNonce(),
      ...change,
    });
    await world.giveCxt(admin.sender.address, workTaskFees(terms));
    await approveToken(admin, world.suite.deployment.contracts.WorkEscrow, workTaskFees(terms));
    const { result: task } = await publishWorkTask(admin, terms);
    return { task, terms, manifest };
  }

  /** A well-formed wrong result of the features, which is put into the store. */
  async #lie(): Promise<string> {
    const { store } = this.world;
    const random = (bytes: number): Uint8Array => randomBytes(bytes);
    const work = { store, node: 1, operator: toBeHex(1, 20), fragment: 0, random };
    const right = await execute(WORK_KIND.features, FEATURES, ITEMS, work);
    return contentIdToBytes32(await store.put(canonicalLie(WORK_KIND.features, right)));
  }
}
