import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { NonceManager, parseEther, Wallet, type JsonRpcProvider } from "ethers";

import { createSender } from "@corex/sdk/actions/create-sender";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { publishNetworkTask } from "@corex/sdk/actions/publish-network-task";
import { registerNode } from "@corex/sdk/actions/register-node";
import { signBenchmark } from "@corex/sdk/actions/sign-benchmark";
import { submitBenchmark } from "@corex/sdk/actions/submit-benchmark";
import { loadCircuit } from "@corex/sdk/circuits/manifest";
import { createProvider } from "@corex/sdk/contracts/create-provider";
import type { PublishedDataset } from "@corex/sdk/data/publish-dataset";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { createTask, type CreatedTask } from "@corex/sdk/task/create-task";

import { startChain, type LocalChain } from "../../../scripts/lib/chain.ts";
import { deploySuite, type DeployedSuite } from "../../support/deploy-suite.ts";
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

  private constructor(folder: string, chain: LocalChain, provider: JsonRpcProvider, suite: DeployedSuite, admin: ActionContext) {
    this.folder = folder;
    this.chain = chain;
    this.provider = provider;
    this.suite = suite;
    this.admin = admin;
    this.store = new DirectoryStore(join(folder, "store"));
    this.deploymentFile = join(folder, "deployment.json");
    writeFileSync(this.deploymentFile, JSON.stringify(suite.deployment));
  }

  static async start(): Promise<AgentWorld> {
    const folder = mkdtempSync(join(tmpdir(), "corex-agent-"));
    const chain = await startChain(join(folder, "chain.log"));
    const provider = createProvider(chain.rpcUrl, CHAIN_ID);
    provider.pollingInterval = 100;
    const admin = await provider.getSigner(0);
    const suite = await deploySuite({ admin: new NonceManager(admin), rpcUrl: chain.rpcUrl });
    return new AgentWorld(folder, chain, provider, suite, { contracts: suite.contracts, sender: await createSender(admin) });
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

  /** Registers a node and gives it a benchmark signed by the admin, who holds the ATTESTOR role. */
  async createNode(): Promise<WorldNode> {
    const wallet = await this.createAccount();
    const payout = Wallet.createRandom().address;
    const context = { contracts: this.suite.contracts, sender: await createSender(wallet) };
    const { result: id } = await registerNode(context, { payout, deviceClass: "CPU", metadataUri: "" });
    const block = await this.provider.getBlock("latest");
    const measuredAt = BigInt(block?.timestamp ?? 0);
    const benchmark = { node: id, dailyWorkUnits: 10n ** 9n, measuredAt, expiresAt: measuredAt + 86_400n, nonce: 0n };
    const attestor = await this.provider.getSigner(0);
    const nodeRegistry = this.suite.deployment.contracts.NodeRegistry;
    const signature = await signBenchmark(attestor, { chainId: CHAIN_ID, nodeRegistry }, benchmark);
    await submitBenchmark(context, { benchmark, attestor: attestor.address, signature });
    return { id, wallet, payout };
  }

  /** Publishes a network task on the tiny dataset. */
  async publish(options: { chains?: number; steps?: number; seconds?: number } = {}): Promise<PublishedWorldTask> {
    const { chains = 1, steps = 1, seconds = 300 } = options;
    const dataset = await publishTinyDataset(this.store, chains, SHARDS_PER_CHAIN);
    this.#nonce += 1n;
    const created = await createTask({
      store: this.store,
      circuit: loadCircuit(LINEAR_STEP_CIRCUIT),
      dataset,
      owner: this.admin.sender.address,
      steps,
      feePerFragment: 0n,
      fragmentDuration: seconds,
      modelSalt: MODEL_SALT,
      nonce: this.#nonce,
    });
    const { result: task } = await publishNetworkTask(this.admin, created.terms);
    return { task, created, dataset };
  }
}
