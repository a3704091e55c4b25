import { publishTask } from "@corex/sdk/actions/publish-task";
import { stake } from "@corex/sdk/actions/stake";
import { parseEther, type TransactionReceipt } from "ethers";

import { BenchTask } from "../bench-task.ts";
import { DAY, type World } from "../world.ts";
import type { Stage } from "./scene.ts";

const FEE = 10n ** 16n;
const STAKE = parseEther("10000");
const PERIOD = 365 * DAY;
const FULL_QUALITY = 10n ** 18n;
/** More completions than lie between two reports of a score. */
const MAX_COMPLETIONS = 50;

/** Submissions that tell the scheduler a risen score, and those of a node whose stake answers for them. */
export async function bondedTask({ world, prover, record }: Stage, node: bigint): Promise<void> {
  const [owner, operator] = [await world.as(world.owner), await world.as(world.operator)];
  const shape = { owner: owner.sender.address, feePerFragment: FEE, chains: 1, steps: 4 };
  const task = await BenchTask.create(world, { ...shape, nonce: 6n });
  await publishTask(owner, task.terms);
  const submitTelling = async (operation: string): Promise<void> => {
    await world.nextPeriod(); // the change of weight is the first in its period
    await task.assign(operator, 0);
    await completeUntilDue(world, node);
    const { tier } = await world.contracts.scheduler.weightOf(node);
    const submitted = await task.submit(operator, prover, 0);
    const isLifted = (await world.contracts.scheduler.weightOf(node)).tier !== tier;
    await record(isLifted ? `${operation} and changes its tier` : operation, submitted);
  };
  await task.assign(operator, 0);
  await task.submit(operator, prover, 0);

  await submitTelling("submit, market: warm, tells the scheduler");

  await sendTokens(world, operator.sender.address, STAKE);
  await stake(operator, { node, amount: STAKE, period: PERIOD });
  await world.nextPeriod();
  await task.assign(operator, 0);
  await record("submit, market: warm, bonded", await task.submit(operator, prover, 0));

  await completeUntilDue(world, node);
  await complete(world, node); // the words of the tree that the stake lifted it to have an earlier version from here on
  await submitTelling("submit, market: warm, bonded, tells the scheduler");
}

/** Records completions until the next one is told to the scheduler. */
async function completeUntilDue(world: World, node: bigint): Promise<void> {
  for (let completions = 0; completions < MAX_COMPLETIONS; completions += 1) {
    let isDue = false;
    await world.aside(async () => {
      const { logs } = await complete(world, node);
      isDue = logs.some(({ address }) => address === world.deployment.contracts.Scheduler);
    });
    if (isDue) return;
    await complete(world, node);
  }
  throw new Error(`no completion of node ${node} is told to the scheduler`);
}

/** Records a completion of full quality as the market does, whose address the simulated chain lets send. */
export async function complete(world: World, node: bigint): Promise<TransactionReceipt> {
  const { Reputation, TaskMarket } = world.deployment.contracts;
  const { sender } = await world.as(TaskMarket);
  const data = world.contracts.reputation.interface.encodeFunctionData("recordCompleted", [node, FULL_QUALITY]);
  return world.send(sender.address, Reputation, data);
}

/** Sends CXT of the pool, which the simulated chain lets its address do. */
export async function sendTokens(world: World, to: string, amount: bigint): Promise<void> {
  const { MiningPool, CorexToken } = world.deployment.contracts;
  const { sender } = await world.as(MiningPool);
  const data = world.contracts.token.interface.encodeFunctionData("transfer", [to, amount]);
  await world.send(sender.address, CorexToken, data);
}
