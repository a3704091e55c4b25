// The deployed suite with staked verifiers, and everybody in it as the sender of actions.
import { createSender } from "../../../../packages/sdk/src/actions/create-sender.ts";
import type { ActionContext } from "../../../../packages/sdk/src/actions/execute.ts";
import { connect, type CorexContracts } from "../../../../packages/sdk/src/contracts/connect.ts";
import type { Deployment } from "../../../../packages/sdk/src/contracts/deployment.ts";
import { decide, deployReview, ethers, loadFixture, workerOf, type Signer } from "../../../support/review/suite.ts";
import type { ReviewSuite } from "../../../support/review/suite.ts";

const CHAIN_ID = 31_337;

export class ReviewWorld {
  readonly suite: ReviewSuite;
  readonly contracts: CorexContracts;
  readonly chainId = CHAIN_ID;
  readonly owner: ActionContext;
  readonly admin: ActionContext;
  readonly stranger: ActionContext;
  readonly challenger: ActionContext;

  private constructor(suite: ReviewSuite, contracts: CorexContracts, contexts: readonly ActionContext[]) {
    const [admin, owner, stranger, challenger] = contexts;
    if (admin === undefined || owner === undefined || stranger === undefined || challenger === undefined) {
      throw new Error("too few accounts");
    }
    this.suite = suite;
    this.contracts = contracts;
    this.admin = admin;
    this.owner = owner;
    this.stranger = stranger;
    this.challenger = challenger;
  }

  static async create(): Promise<ReviewWorld> {
    const suite = await loadFixture(deployReview);
    const contracts = connect(await deploymentOf(suite), ethers.provider);
    const signers = [suite.admin, suite.owner, suite.stranger, suite.challenger];
    const contexts = await Promise.all(signers.map((signer) => contextOf(contracts, signer)));
    return new ReviewWorld(suite, contracts, contexts);
  }

  /** An account as the sender of actions. */
  async as(signer: Signer): Promise<ActionContext> {
    return contextOf(this.contracts, signer);
  }

  /** The operator of a node as the sender of actions. */
  async operatorOf(node: bigint): Promise<ActionContext> {
    return this.as(workerOf(this.suite, node).signer);
  }

  /** All blocks so far. */
  async range(): Promise<{ fromBlock: number; toBlock: number }> {
    return { fromBlock: 0, toBlock: await ethers.provider.getBlockNumber() };
  }

  /** Mines until calls can read the entropy of a ticket: a simulation sees the block before the one that will be mined. */
  async ready(ticket: number): Promise<void> {
    await decide(this.suite, BigInt(ticket) + 1n);
  }
}

async function contextOf(contracts: CorexContracts, signer: Signer): Promise<ActionContext> {
  return { contracts, sender: await createSender(signer) };
}

async function deploymentOf(suite: ReviewSuite): Promise<Deployment> {
  const deployed = {
    AccessManager: suite.accessManager,
    NodeRegistry: suite.nodeRegistry,
    RewardDistributor: suite.rewardDistributor,
    MiningPool: suite.miningPool,
    CorexToken: suite.token,
    Treasury: suite.treasury,
    FeeRouter: suite.feeRouter,
    EntropySource: suite.entropy,
    Scheduler: suite.scheduler,
    Reputation: suite.reputation,
    StakeVault: suite.vault,
    Slasher: suite.slasher,
    BenchmarkRegistry: suite.benchmarks,
    VerifierCommittee: suite.committee,
    CircuitRegistry: suite.circuitRegistry,
    ProofVerifier: suite.proofVerifier,
    TaskEscrow: suite.escrow,
    TaskMarket: suite.market,
    RoundEscrow: suite.roundEscrow,
    RoundMarket: suite.rounds,
    WorkEscrow: suite.workEscrow,
    WorkMarket: suite.workMarket,
    WorkReview: suite.workReview,
    JurorPool: suite.jurorPool,
    Arbitration: suite.arbitration,
    Explainer: suite.explainer,
    ModelRegistry: suite.models,
    ModelMetrics: suite.modelMetrics,
    ModelContributions: suite.contributions,
    DatasetRegistry: suite.datasets,
  };
  const addresses = Object.entries(deployed).map(async ([name, contract]) => [name, await contract.getAddress()]);
  return {
    chainId: CHAIN_ID,
    contracts: Object.fromEntries(await Promise.all(addresses)) as Deployment["contracts"],
  };
}
