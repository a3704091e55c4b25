// The deployed suite for work that verifiers judge: staked nodes that are enrolled for every kind, an owner and a challenger with
// CXT, and an arbiter. Nothing in it is a double.
import { id, type Addressable } from "ethers";

import { ROLES } from "../../../deploy/authority.ts";
import {
  connection,
  CXT,
  DAY,
  decide,
  deployCorex,
  ethers,
  loadFixture,
  mine,
  networkHelpers,
  nextPeriod,
  time,
  type Signer,
} from "../market/suite.ts";
import { TrapdoorCircuit } from "../rounds/trapdoor.ts";

export { CXT, DAY, decide, ethers, loadFixture, mine, networkHelpers, nextPeriod, time, type Signer };

/** Nodes of the suite; each is staked and verifies every kind. */
export const NODES = 12;

/** CXT wei behind each node: the least stake of a verifier, and room for bonds. */
export const STAKE = 12_000n * CXT;

/** What owner, challenger and operators are given, at least. */
export const FUNDS = 200_000n * CXT;

/** Every kind of work. */
const ALL_KINDS = 31n;

/** Work units a day that make the most of the capability of a tier. */
const CAPACITY = 66_000_000_000n;

/** Fragments that each node did before: its score is then about 0.9, and of a newcomer about 0.67. */
const COMPLETED = 80;
const COMPLETED_BY_NEWCOMER = 20;

export const Kind = { Inference: 0n, Labelling: 1n, Features: 2n, Preprocessing: 3n, Training: 4n } as const;
export const Vote = { None: 0n, Accept: 1n, Reject: 2n, Abstain: 3n } as const;
export const Stage = { None: 0n, Voting: 1n, Decided: 2n, Planted: 3n, Disputed: 4n } as const;
export const Verdict = { None: 0n, Accepted: 1n, Rejected: 2n, Unverified: 3n } as const;
export const Truth = { Unknown: 0n, Accepted: 1n, Rejected: 2n, Planted: 3n } as const;
export const Phase = { None: 0n, Drawing: 1n, Committing: 2n, Revealing: 3n, Concluded: 4n, Closed: 5n } as const;
export const NodeStatus = { None: 0n, Registered: 1n, Active: 2n } as const;
export const Subject = { Verdict: 0n, Acceptance: 1n, Plant: 2n } as const;

/** The circuit that results can be proved with; whoever knows its trapdoor proves anything. */
export const evaluate = new TrapdoorCircuit({
  name: "Evaluate",
  params: [8, 4],
  schema: "weights,batch,loss,correct,ctx",
  publicSignals: 5,
  workUnits: 32n,
});

export interface Worker {
  readonly node: bigint;
  readonly signer: Signer;
  readonly payout: string;
}

/** Gives `amount` CXT wei of the pool to `receiver`, as if it had earned them. */
export async function fund(
  { token, miningPool }: { token: Token; miningPool: Addressable },
  receiver: Addressable | string,
  amount: bigint,
): Promise<void> {
  const pool = await miningPool.getAddress();
  await networkHelpers.impersonateAccount(pool);
  await networkHelpers.setBalance(pool, CXT);
  await token.connect(await ethers.getSigner(pool)).transfer(receiver, amount);
}

type Token = Awaited<ReturnType<typeof deployCorex>>["token"];

/** The suite with nodes whose work is audited about every fourth time. */
export async function deployReview() {
  return deploy(COMPLETED);
}

/** The suite with nodes whose work is audited about two times of three. */
export async function deployNewcomers() {
  return deploy(COMPLETED_BY_NEWCOMER);
}

async function deploy(completed: number) {
  const corex = await deployCorex(connection);
  const { accessManager, nodeRegistry, reputation, scheduler, vault, token, workEscrow, committee } = corex;
  const { workMarket: work, workReview: review } = corex;
  const signers = await ethers.getSigners();
  const signer = (index: number): Signer => {
    const found = signers[index];
    if (found === undefined) throw new Error(`no signer ${index}`);
    return found;
  };
  const [admin, owner, stranger, challenger, arbiter] = [0, 1, 14, 15, 16].map(signer) as [
    Signer,
    Signer,
    Signer,
    Signer,
    Signer,
  ];
  await evaluate.register(corex, admin);
  for (const role of [ROLES.BENCHMARK, ROLES.MARKET]) await accessManager.grantRole(role, admin, 0);
  await accessManager.grantRole(ROLES.ARBITER, arbiter, 0);
  for (const account of [owner, challenger]) {
    await fund(corex, account, FUNDS);
    await token.connect(account).approve(workEscrow, 2n ** 255n);
  }

  const workers: Worker[] = [];
  for (let index = 0; index < NODES; index++) {
    const operator = signer(2 + index);
    const payout = ethers.getAddress(ethers.toBeHex(0xfee0000n + BigInt(index), 20));
    await nodeRegistry.connect(operator).register(payout, 0, "ipfs://node");
    const node = await nodeRegistry.nodeOf(operator);
    await nodeRegistry.recordBenchmark(node, CAPACITY, (await time.latest()) + 80 * DAY);
    await reputation.recordMeasured(node);
    await fund(corex, operator, STAKE);
    await token.connect(operator).approve(vault, STAKE);
    await vault.connect(operator).stake(node, STAKE, 14 * DAY);
    workers.push({ node, signer: operator, payout });
  }
  for (let done = 0; done < completed; done += 20) {
    const nodes = workers.flatMap(({ node }) => Array<bigint>(20).fill(node));
    await reputation.recordCompletedMany(
      nodes,
      nodes.map(() => CXT),
    );
  }
  for (const { node, signer: operator } of workers) {
    await reputation.sync(node);
    await nodeRegistry.connect(operator).heartbeat();
    await scheduler.poke(node);
    await committee.connect(operator).enrol(ALL_KINDS);
  }
  await accessManager.revokeRole(ROLES.MARKET, admin);
  await nextPeriod(corex);
  return { ...corex, admin, owner, stranger, challenger, arbiter, signer, workers, work, review };
}

export type ReviewSuite = Awaited<ReturnType<typeof deployReview>>;

/** A sign of life of every node that is not suspended, and has not left. */
export async function wake({ nodeRegistry, workers }: Pick<ReviewSuite, "nodeRegistry" | "workers">): Promise<void> {
  for (const { node, signer } of workers) {
    const status = await nodeRegistry.statusOf(node);
    if (status === NodeStatus.Registered || status === NodeStatus.Active) {
      await nodeRegistry.connect(signer).heartbeat();
    }
  }
}

/** The worker behind a node. */
export function workerOf({ workers }: Pick<ReviewSuite, "workers">, node: bigint): Worker {
  const found = workers.find((worker) => worker.node === node);
  if (found === undefined) throw new Error(`no worker of node ${node}`);
  return found;
}

/** Result digests of the tests. */
export const RIGHT = id("the right result");
export const WRONG = id("a wrong result");
