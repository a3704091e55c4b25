import { cancelLeaving } from "@corex/sdk/actions/cancel-leaving";
import { expediteExit } from "@corex/sdk/actions/expedite-exit";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { leaveStake } from "@corex/sdk/actions/leave-stake";
import { publishTask } from "@corex/sdk/actions/publish-task";
import { raiseCommitment } from "@corex/sdk/actions/raise-commitment";
import { readCursor } from "@corex/sdk/actions/read-cursor";
import { reassignFragment } from "@corex/sdk/actions/reassign-fragment";
import { refuseFragment } from "@corex/sdk/actions/refuse-fragment";
import { stake } from "@corex/sdk/actions/stake";
import { withdrawStake } from "@corex/sdk/actions/withdraw-stake";
import { ZeroAddress, type TransactionReceipt } from "ethers";

import { BenchTask } from "../bench-task.ts";
import { isStaked } from "../crowd.ts";
import { DAY, type World } from "../world.ts";
import { STAKE, STAKE_PERIOD } from "./crowd.ts";
import { operatorOf } from "./nodes.ts";
import type { PlainStage } from "./scene.ts";

const FEE = 10n ** 16n;
const CHAINS = 16;
const STAKER = 3n;
const MISSED_DEADLINE = 1;

/** The life of a position after the first, at ten nodes. Each change is the first in its period. */
export async function positions({ world, record }: PlainStage): Promise<void> {
  const operator = await world.as(operatorOf(Number(STAKER) - 1));
  await world.nextPeriod();
  const second = await stake(operator, { node: STAKER, amount: STAKE, period: STAKE_PERIOD });
  await record("stake: second position", second);
  const position = second.result;
  await world.nextPeriod();
  await record("stake: raise", await raiseCommitment(operator, STAKER, position, 2 * STAKE_PERIOD));
  await world.nextPeriod();
  await record("stake: leave", await leaveStake(operator, STAKER, position));
  await world.nextPeriod();
  await world.aside(async () => {
    await record("stake: stay after all", await cancelLeaving(operator, STAKER, position));
  });
  await world.aside(async () => {
    await record("stake: expedite", await expediteExit(operator, STAKER, position));
  });
  await world.passSeconds(2 * STAKE_PERIOD + DAY);
  await record("stake: withdraw", await withdrawStake(operator, STAKER, position));
}

/** Verdicts alone, that take stake: the first of a node, and another of the same bucket of time. */
export async function slashes({ world, record }: PlainStage): Promise<void> {
  await world.grant("JUDGE", world.admin);
  const verdict = {
    node: STAKER,
    offence: MISSED_DEADLINE,
    base: STAKE / 10n,
    reporter: ZeroAddress,
    reporterBond: 0n,
  };
  const punish = async (): Promise<{ receipt: TransactionReceipt }> => {
    await world.nextPeriod();
    const data = world.contracts.slasher.interface.encodeFunctionData("punish", [verdict]);
    return { receipt: await world.send(await world.admin.getAddress(), world.deployment.contracts.Slasher, data) };
  };
  for (const operation of ["slash: first ever of a node", "slash: later"]) {
    const before = await world.contracts.stakeVault.stakeOf(STAKER);
    await record(operation, await punish());
    if ((await world.contracts.stakeVault.stakeOf(STAKER)) >= before) throw new Error(`${operation} took nothing`);
  }
}

/** Fragments that come back: given back in time, and missed; of nodes without and with stake. */
export async function returned({ world, record }: PlainStage): Promise<void> {
  const owner = await world.as(world.owner);
  const shape = { owner: owner.sender.address, feePerFragment: FEE, chains: CHAINS, steps: 2 };
  const task = await BenchTask.create(world, { ...shape, nonce: 7n });
  await world.nextPeriod();
  await publishTask(owner, task.terms);
  for (const staked of [false, true]) {
    await world.aside(async () => {
      const { chain, node } = await assignTo(world, owner, task, staked);
      const { bonded } = await readCursor(owner.contracts, task.id, chain);
      if (bonded !== staked) throw new Error(`node ${node} has${bonded ? "" : " no"} bond`);
      const name = bonded ? "bonded" : "without bond";
      const operator = await world.as(operatorOf(Number(node) - 1));
      await world.aside(async () => {
        await record(`refuse: ${name}`, await refuseFragment(operator, task.terms, chain));
      });
      await world.passSeconds(Number(task.terms.fragmentDuration) + 1);
      await record(`reassign: ${name}, first miss of the node`, await reassignFragment(owner, task.terms, chain));
    });
  }
}

/** Draws chains until one goes to a node with, or without, stake. */
async function assignTo(
  world: World,
  owner: ActionContext,
  task: BenchTask,
  staked: boolean,
): Promise<{ chain: number; node: bigint }> {
  for (let chain = 0; chain < CHAINS; chain += 1) {
    let node = 0n;
    await world.aside(async () => {
      node = (await task.assign(owner, chain)).result;
    });
    if (isStaked(node) !== staked) continue;
    await task.assign(owner, chain);
    return { chain, node };
  }
  throw new Error(`no chain was drawn to a node ${staked ? "with" : "without"} stake`);
}
