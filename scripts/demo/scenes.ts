import { approveToken } from "@corex/sdk/actions/approve-token";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { publishNetworkTask } from "@corex/sdk/actions/publish-network-task";
import { publishTask } from "@corex/sdk/actions/publish-task";
import { createTask, type CreatedTask, type CreateTaskInput } from "@corex/sdk/task/create-task";
import { formatEther, parseEther, type Wallet } from "ethers";

import type { Board } from "./board.ts";
import { collectFees, passOneDay, settleAll, waitForPeriod, waitUntilEligible } from "./economy.ts";
import { CHALLENGE_BOND, exposeFaker, withdrawBonds } from "./faker.ts";
import type { DemoNetwork, DemoNode } from "./network.ts";
import { print } from "./print.ts";
import { stakeAll } from "./staking.ts";
import { readShares, type Share } from "./shares.ts";
import { trade, type Sales } from "./trade.ts";
import {
  publishModel,
  readTrainedTask,
  waitForCompletion,
  type TrainedTask,
  type TrainingContext,
} from "./training.ts";

/** Fragments of the network task: what they earn pays for the stakes, the challenge and the market task. */
const NETWORK_FRAGMENTS = 16;

const SECONDS_PER_FRAGMENT_ALLOWED = 40;

/** CXT for the market task, and the most that a fragment costs. */
const BUDGET = parseEther("320");
const LARGEST_FEE = parseEther("5");

/** Steps of each chain of the network task that brings the first CXT into the world. */
export function networkSteps(chains: number): number {
  return Math.ceil(NETWORK_FRAGMENTS / chains);
}

/** Everything the scenes share. */
export interface Stage {
  readonly network: DemoNetwork;
  readonly context: TrainingContext;
  readonly board: Board;
  readonly labels: readonly string[];
  readonly operations: ActionContext;
  readonly owner: ActionContext;
  readonly ownerWallet: Wallet;
  /** What the tasks have in common. */
  readonly task: Pick<CreateTaskInput, "store" | "circuit" | "dataset" | "fragmentDuration" | "modelSalt">;
  /** Rejects when a process ends that the network cannot do without. */
  readonly death: () => Promise<never>;
}

export interface Scene {
  readonly trained: TrainedTask;
  readonly model: string;
}

/** Scene 1: the Operations Committee issues a task that pays no fee; the pool pays for its work once the day is over. */
export async function networkScene(stage: Stage): Promise<Scene> {
  const { operations, context, labels, network } = stage;
  const steps = networkSteps(labels.length);
  await waitForPeriod(network);
  print(`\nScene 1: nobody owns CXT yet. The Operations Committee issues a network task of ${steps} steps per class.`);
  const owner = operations.sender.address;
  const created = await createTask({ ...stage.task, owner, steps, feePerFragment: 0n, nonce: 1n });
  const { result: task } = await publishNetworkTask(operations, created.terms);
  const trained = await finish(stage, "network task", task, created);
  const metadataUri = "corex demo: network task";
  const model = await publishModel(operations, context.store, trained, { labels, metadataUri });
  return { trained, model };
}

/**
 * Between the scenes: rewards are settled; the owner buys what its tasks cost, nodes buy what they want to stake, and stake.
 * Returns what each node sold.
 */
export async function firstCxt(
  { network, operations, ownerWallet, labels }: Stage,
  steps: number,
  roundsCost: bigint,
): Promise<Sales> {
  const cost = feeOf(steps, labels.length) * BigInt(steps * labels.length) + roundsCost + CHALLENGE_BOND;
  print(`A day passes; the pool pays for the verified work; the owner buys ${formatEther(cost)} CXT from the nodes.`);
  await passOneDay(network.provider);
  await settleAll(operations, network.nodes);
  const stakes = network.nodes.flatMap(({ payout, profile }) =>
    profile.stake === undefined ? [] : [{ account: payout.address, amount: profile.stake.amount }],
  );
  const sold = await trade(network, [{ account: ownerWallet.address, amount: cost }, ...stakes]);
  await stakeAll(network);
  for (const { name, id, profile } of network.nodes) {
    if (profile.stake === undefined) continue;
    const boost = formatEther(await network.contracts.stakeVault.boostOf(id));
    const { amount, days } = profile.stake;
    print(`  ${name} stakes ${formatEther(amount)} CXT for ${days} days: boost ${Number(boost).toFixed(3)}`);
  }
  await waitUntilEligible(network);
  return sold;
}

/** The owner doubts the score of the node that fakes it; the node is exposed, slashed and removed. */
export async function honestyScene(stage: Stage): Promise<DemoNode | undefined> {
  const { network, owner } = stage;
  const faker = network.nodes.find(({ profile }) => profile.conduct === "faker");
  if (faker === undefined) return undefined;
  print(`\nThe owner doubts the benchmark of ${faker.name} and risks ${formatEther(CHALLENGE_BOND)} CXT on it.`);
  await faker.child.stop();
  const fakerWallet = faker.operator.connect(network.provider);
  await exposeFaker({ challenger: owner, faker, fakerWallet, attestors: network.attestors });
  const [, slashed] = await network.contracts.slasher.lastOffenceOf(faker.id);
  print(`  its result was made up: two attestors found wrong lanes; ${formatEther(slashed)} CXT slashed, node removed`);
  return faker;
}

/** Scene 2: the owner's task goes on from the model of scene 1, with its fees in escrow. */
export async function marketScene(
  stage: Stage,
  parent: Scene,
  steps: number,
): Promise<{ scene: Scene; shares: readonly Share[] }> {
  const { owner, network, context, labels } = stage;
  const fee = feeOf(steps, labels.length);
  await waitForPeriod(network);
  const shares = await readShares(network);
  print(
    `\nScene 2: the owner publishes ${steps} more steps per class for ${formatEther(fee)} CXT each, starting from that model.`,
  );
  const created = await createTask({
    ...stage.task,
    owner: owner.sender.address,
    steps,
    feePerFragment: fee,
    initialWeights: parent.trained.weights,
    nonce: 2n,
  });
  const cost = fee * BigInt(steps * labels.length);
  await approveToken(owner, await network.contracts.taskEscrow.getAddress(), cost);
  const { result: task } = await publishTask(owner, created.terms);
  const trained = await finish(stage, "market task", task, created);
  const metadataUri = "corex demo: market task";
  const model = await publishModel(owner, context.store, trained, { labels, parent: parent.model, metadataUri });
  return { scene: { trained, model }, shares };
}

/** The end: the rewards of the second day, and all fees on their way. */
export async function payOut({ network, operations, owner }: Stage): Promise<void> {
  print("Another day passes; rewards are settled and fees collected.");
  await passOneDay(network.provider);
  await settleAll(operations, network.nodes);
  await collectFees(operations, network.nodes, owner.sender.address);
  await withdrawBonds(owner);
}

/** CXT wei per fragment: what the owner can spend must pay for every one of them. */
function feeOf(steps: number, chains: number): bigint {
  const affordable = BUDGET / BigInt(steps * chains);
  return affordable < LARGEST_FEE ? affordable : LARGEST_FEE;
}

async function finish(
  { context, board, death }: Stage,
  name: string,
  task: string,
  created: CreatedTask,
): Promise<TrainedTask> {
  board.watch(task);
  const fragments = Number(created.terms.chains * created.terms.steps);
  const timeoutMs = 60_000 + fragments * SECONDS_PER_FRAGMENT_ALLOWED * 1_000;
  await Promise.race([waitForCompletion(context, task, { fragments, timeoutMs }), death()]);
  await board.finish(fragments, 5_000);
  return readTrainedTask(context, { name, task, created });
}
