import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JsonRpcSigner, NonceManager, parseEther, Wallet, type JsonRpcProvider } from "ethers";

import { approveToken } from "@corex/sdk/actions/approve-token";
import { assignFragment } from "@corex/sdk/actions/assign-fragment";
import { createSender } from "@corex/sdk/actions/create-sender";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { publishNetworkTask } from "@corex/sdk/actions/publish-network-task";
import { publishTask } from "@corex/sdk/actions/publish-task";
import { readCursor } from "@corex/sdk/actions/read-cursor";
import { registerNode } from "@corex/sdk/actions/register-node";
import { removeNode } from "@corex/sdk/actions/remove-node";
import { loadCircuit } from "@corex/sdk/circuits/manifest";
import { createProvider } from "@corex/sdk/contracts/create-provider";
import type { PublishedDataset } from "@corex/sdk/data/publish-dataset";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { createTask, type CreatedTask } from "@corex/sdk/task/create-task";

import { startChain, type LocalChain } from "../../../scripts/lib/chain.ts";
import { deploySuite, type DeployedSuite } from "../../support/deploy-suite.ts";
import { recordCapacity } from "../../support/record-capacity.ts";
import { publishTinyDataset } from "./tiny-dataset.ts";

const CHAIN_ID = 31_337;
const MODEL_SALT = 987_654_321n;
const SHARDS_PER_CHAIN = 2;

/** A node that was registered and measured, and the key its agent runs with. */
export interface WorldNode {
  readonly id: bigint;
  readonly wallet: Wallet;
  readonly payout: string;
}

export interface PublishOptions {
  readonly chains?: number;
  readonly steps?: number;
  /** Seconds that a node has for a fragment. */
  readonly seconds?: number;
  /** CXT wei per fragment. */
  readonly fee?: bigint;
}

export interface PublishedWorldTask {
  readonly task: string;
  readonly created: CreatedTask;
  readonly dataset: PublishedDataset;
}

/** A chain in its own process with the suite on it, a content store, and a folder for everything. */
export class AgentWorld {
  readonly folder: string;
  readonly chain: LocalChain;
  readonly provider: JsonRpcProvider;
  readonly suite: DeployedSuite;
  readonly store: DirectoryStore;
  readonly admin: ActionContext;
  readonly deploymentFile: string;
  #nonce = 0n;

  private constructor(
    folder: string,
    chain: LocalChain,
    provider: JsonRpcProvider,
    suite: DeployedSuite,
    admin: ActionContext,
  ) {
    this.folder = folder;
    this.chain = chain;
    this.provider = provider;
    this.suite = suite;
    this.admin = admin;
    this.store = new DirectoryStore(join(folder, "store"));
    this.deploymentFile = join(folder, "deployment.json");
    writeFileSync(this.deploymentFile, JSON.stringify(suite.deployment));
  }

  /** Benchmarks are attested by the accounts given, or by the admin. */
  static async start(attestors?: readonly string[]): Promise<AgentWorld> {
    const folder = mkdtempSync(join(tmpdir(), "corex-agent-"));
    const chain = await startChain(join(folder, "chain.log"));
    const provider = createProvider(chain.rpcUrl, CHAIN_ID);
    provider.pollingInterval = 100;
    const admin = await provider.getSigner(0);
    const suite = await deploySuite({ admin: new NonceManager(admin), attestors, rpcUrl: chain.rpcUrl });
    return new AgentWorld(folder, chain, provider, suite, {
      contracts: suite.contracts,
      sender: await createSender(admin),
    });
  }

  async stop(): Promise<void> {
    this.provider.destroy();
    await this.chain.child.stop(2_000);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** An account with `funds` of the chain's coin. */
  async createAccount(funds = parseEther("10")): Promise<Wallet> {
    const wallet = new Wallet(Wallet.createRandom().privateKey, this.provider);
    await this.fund(wallet.address, funds);
    return wallet;
  }

  async fund(address: string, funds = parseEther("10")): Promise<void> {
    await this.provider.send("hardhat_setBalance", [address, `0x${funds.toString(16)}`]);
  }

  /** Registers a node and gives it a capacity, which draws count at once. */
  async createNode(): Promise<WorldNode> {
    const wallet = await this.createAccount();
    const payout = Wallet.createRandom().address;
    const context = { contracts: this.suite.contracts, sender: await createSender(wallet) };
    const { result: id } = await registerNode(context, { payout, deviceClass: "CPU", metadataUri: "" });
    await recordCapacity(this.admin, id, 10n ** 9n);
    await this.nextPeriod();
    return { id, wallet, payout };
  }

  /** Mines to the next entropy period: from then on draws count the weights of now. */
  async nextPeriod(): Promise<void> {
    const { entropySource } = this.suite.contracts;
    const period = await entropySource.period();
    while ((await entropySource.period()) === period) await this.provider.send("evm_mine", []);
  }

  /** Takes a node out of all further draws. */
  async removeNode({ id }: WorldNode): Promise<void> {
    await removeNode(this.admin, id);
  }

  /** Draws the node of the open fragment of a task's first chain, as soon as its entropy is there. */
  async assign({ task, created }: PublishedWorldTask): Promise<bigint> {
    const { contracts } = this.suite;
    const { ticket } = await readCursor(contracts, task, 0);
    while ((await contracts.scheduler.horizon()) <= ticket) await this.provider.send("evm_mine", []);
    return (await assignFragment(this.admin, created.terms, 0)).result;
  }

  /** Tells the terms of tasks apart. */
  nextNonce(): bigint {
    this.#nonce += 1n;
    return this.#nonce;
  }

  /** Where the store keeps the content with this digest. */
  fileOf(digest: string): string {
    const id = bytes32ToContentId(digest);
    return join(this.store.root, id.slice(-3, -1), id);
  }

  /** Publishes a task of the admin on the tiny dataset: a network task, or with a fee per fragment a market task. */
  async publish(options: PublishOptions = {}): Promise<PublishedWorldTask> {
    const { chains = 1, steps = 1, seconds = 300, fee = 0n } = options;
    const dataset = await publishTinyDataset(this.store, chains, SHARDS_PER_CHAIN);
    const created = await createTask({
      store: this.store,
      circuit: loadCircuit(LINEAR_STEP_CIRCUIT),
      dataset,
      owner: this.admin.sender.address,
      steps,
      feePerFragment: fee,
      fragmentDuration: seconds,
      modelSalt: MODEL_SALT,
      nonce: this.nextNonce(),
    });
    if (fee === 0n) {
      const { result: task } = await publishNetworkTask(this.admin, created.terms);
      return { task, created, dataset };
    }
    const cost = fee * BigInt(chains * steps);
    await this.giveCxt(this.admin.sender.address, cost);
    await approveToken(this.admin, this.suite.deployment.contracts.TaskEscrow, cost);
    const { result: task } = await publishTask(this.admin, created.terms);
    return { task, created, dataset };
  }

  /** Takes CXT out of the pool, which only a local chain can do: nobody has any before the first work is paid. */
  async giveCxt(account: string, amount: bigint): Promise<void> {
    const { MiningPool } = this.suite.deployment.contracts;
    await this.fund(MiningPool);
    await this.provider.send("hardhat_impersonateAccount", [MiningPool]);
    const pool = new JsonRpcSigner(this.provider, MiningPool);
    const { data } = await this.suite.contracts.token.transfer.populateTransaction(account, amount);
    await (await createSender(pool)).send({ intent: "fund", to: this.suite.deployment.contracts.CorexToken, data });
    await this.provider.send("hardhat_stopImpersonatingAccount", [MiningPool]);
  }
}
