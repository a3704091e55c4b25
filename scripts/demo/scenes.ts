import { approveToken } from "@corex/sdk/actions/approve-token";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { publishNetworkTask } from "@corex/sdk/actions/publish-network-task";
import { publishTask } from "@corex/sdk/actions/publish-task";
import { createTask, type CreatedTask, type CreateTaskInput } from "@corex/sdk/task/create-task";
import { formatEther, parseEther, type Wallet } from "ethers";

import type { Board } from "./board.ts";
import { collectFees, passOneDay, sellToOwner, settleAll, waitUntilEligible } from "./economy.ts";
import type { DemoNetwork } from "./network.ts";
import {
  publishModel,
  readTrainedTask,
  waitForCompletion,
  type TrainedTask,
  type TrainingContext,
} from "./training.ts";

/** Steps of the network task that brings the first CXT into the world. */
export const NETWORK_STEPS = 2;

const SECONDS_PER_FRAGMENT_ALLOWED = 30;

/** What the network task earns for each class, less fees, with a margin: all that the owner can buy. */
const BUDGET_PER_CLASS = parseEther("1.8");
const LARGEST_FEE = parseEther("0.05");

/** Everything the scenes share. */
export interface Stage {
  readonly network: DemoNetwork;
  readonly context: TrainingContext;
  readonly board: Board;
  readonly labels: readonly string[];
  readonly operations: ActionContext;
  readonly owner: ActionContext;
  readonly ownerWallet: Wallet;
  /** What both tasks have in common. */
  readonly task: Pick<CreateTaskInput, "store" | "circuit" | "dataset" | "fragmentDuration" | "modelSalt">;
  /** Rejects when a process that should run ends. */
  readonly death: () => Promise<never>;
}

export interface Scene {
  readonly trained: TrainedTask;
  readonly model: string;
}

/** Scene 1: the Operations Committee issues a task that pays no fee; the pool pays for its work once the day is over. */
export async function networkScene(stage: Stage): Promise<Scene> {
  const { operations, context, labels } = stage;
  print(
    `\nScene 1: nobody owns CXT yet. The Operations Committee issues a network task of ${NETWORK_STEPS} steps per class.`,
  );
  const owner = operations.sender.address;
  const created = await createTask({ ...stage.task, owner, steps: NETWORK_STEPS, feePerFragment: 0n, nonce: 1n });
  const { result: task } = await publishNetworkTask(operations, created.terms);
  const trained = await finish(stage, "network task", task, created);
  const metadataUri = "corex demo: network task";
  const model = await publishModel(operations, context.store, trained, { labels, metadataUri });
  return { trained, model };
}

/** Between the scenes: rewards are settled, and the owner buys what its task costs. Returns what each node sold. */
export async function firstCxt({ network, operations, ownerWallet, labels }: Stage, steps: number): Promise<bigint[]> {
  const cost = feeOf(steps) * BigInt(steps * labels.length);
  print(`A day passes; the pool pays for the verified work; the owner buys ${formatEther(cost)} CXT from the nodes.`);
  await passOneDay(network.provider);
  await settleAll(operations, network.nodes);
  const sold = await sellToOwner(network, ownerWallet, cost);
  await waitUntilEligible(network);
  return sold;
}

/** Scene 2: the owner's task goes on from the model of scene 1, with its fees in escrow. */
export async function marketScene(stage: Stage, parent: Scene, steps: number): Promise<Scene> {
  const { owner, network, context, labels } = stage;
  const fee = feeOf(steps);
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
  return { trained, model };
}

/** The end: the rewards of the second day, and all fees on their way. */
export async function payOut({ network, operations }: Stage): Promise<void> {
  print("Another day passes; rewards are settled and fees collected.");
  await passOneDay(network.provider);
  await settleAll(operations, network.nodes);
  await collectFees(operations, network.nodes);
}

/** CXT wei per fragment: what the nodes earned in scene 1 must pay for every step of scene 2. */
function feeOf(steps: number): bigint {
  const affordable = BUDGET_PER_CLASS / BigInt(steps);
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

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
