import { approveToken } from "@corex/sdk/actions/approve-token";
import { assignFragment } from "@corex/sdk/actions/assign-fragment";
import { pokeNode } from "@corex/sdk/actions/poke-node";
import { publishTask } from "@corex/sdk/actions/publish-task";
import { readCursor } from "@corex/sdk/actions/read-cursor";
import { stake } from "@corex/sdk/actions/stake";
import { syncReputation } from "@corex/sdk/actions/sync-reputation";
import { topUpStake } from "@corex/sdk/actions/top-up-stake";
import { parseEther } from "ethers";

import { BenchTask } from "../bench-task.ts";
import { Crowd, isStaked } from "../crowd.ts";
import { passedOver } from "../tree-words.ts";
import { DAY, type World } from "../world.ts";
import { complete, sendTokens } from "./bonds.ts";
import { addCircuit, growTo, operatorOf, QUICK_CAPACITY, recordCapacity } from "./nodes.ts";
import type { PlainStage } from "./scene.ts";
import { fundedOwner } from "./tasks.ts";

/** Nodes that come by transactions. */
export const REAL_NODES = 10;

export const STAKE = parseEther("10000");
export const STAKE_PERIOD = 365 * DAY;
const FEE = 10n ** 16n;

/** Chains of the task that is drawn: among so many, some are drawn to nodes with stake and some to nodes without. */
const CHAINS = 16;

/** Nodes without stake in different words of level 0 and the same of every level above. */
const [CHANGED, NEIGHBOUR] = [2n, 10n];
/** A node with stake. */
const STAKER = 3n;

/** Makes the real nodes, every second of them with stake. */
export async function settle(world: World): Promise<void> {
  await addCircuit(world);
  await fundedOwner(world);
  await growTo(world, REAL_NODES);
  for (let node = 1n; node <= BigInt(REAL_NODES); node += 1n) {
    const operator = await world.as(operatorOf(Number(node) - 1));
    await sendTokens(world, operator.sender.address, 10n * STAKE);
    if (isStaked(node)) await stake(operator, { node, amount: STAKE, period: STAKE_PERIOD });
  }
  await world.nextPeriod();
}

/** Every operation whose gas depends on the number of nodes, among `size` of them. */
export async function among(stage: PlainStage, size: number): Promise<void> {
  const { world } = stage;
  const crowd = await Crowd.populate(world, size, REAL_NODES);
  const nodes = `${size.toLocaleString("en-US")} nodes`;
  await world.aside(async () => draws(stage, crowd, nodes));
  await world.aside(async () => weightUpdates(stage, nodes));
  await world.aside(async () => stakes(stage, nodes));
}

/** First draws of a chain, and draws of a chain that had one: here one that expired, which costs what a later step costs. */
async function draws({ world, record }: PlainStage, crowd: Crowd, nodes: string): Promise<void> {
  const owner = await world.as(world.owner);
  const shape = { owner: owner.sender.address, feePerFragment: FEE, chains: CHAINS, steps: 2 };
  const task = await BenchTask.create(world, { ...shape, nonce: BigInt(crowd.size) });
  const chains = Array.from({ length: CHAINS }, (_, chain) => chain);
  await world.nextPeriod();
  await publishTask(owner, task.terms);

  /** Draws the chain whose fragment goes to a node with, or without, stake, and that passes over as much as the mean draw. */
  const draw = async (operation: string, staked: boolean): Promise<void> => {
    const cursors = await Promise.all(chains.map(async (chain) => readCursor(owner.contracts, task.id, chain)));
    await world.mineBeyond(Math.max(...cursors.map(({ ticket }) => ticket)));
    const candidates = await Promise.all(
      cursors.map(async ({ ticket }, chain) => ({ chain, node: await crowd.candidate(task.id, chain, 0, ticket) })),
    );
    const mean = crowd.meanPassedOver(staked);
    const distance = ({ node }: { node: bigint }): number => Math.abs(passedOver(Number(node) - 1, crowd.size) - mean);
    const [chosen] = candidates
      .filter(({ node }) => isStaked(node) === staked)
      .sort((one, other) => distance(one) - distance(other));
    if (chosen === undefined) throw new Error(`no chain for ${operation}`);
    await crowd.admit(chosen.node);
    const assigned = await assignFragment(owner, task.terms, chosen.chain);
    if (assigned.result !== chosen.node) throw new Error(`node ${assigned.result} was drawn, not ${chosen.node}`);
    return record(operation, assigned);
  };
  const both = async (operation: string): Promise<void> => {
    await world.aside(async () => draw(`${operation}, ${nodes}`, false));
    await world.aside(async () => draw(`${operation}, bonded, ${nodes}`, true));
  };

  await both("assign: first of a chain");
  await world.nextPeriod();
  for (const chain of chains) {
    const renewed = await assignFragment(owner, task.terms, chain);
    if (chain === 1) await record(`assign: entropy expired, ${nodes}`, renewed);
  }
  await both("assign: later step");
}

/** A change of weight when nothing on its way was written in the period, and one when all but its own word was. */
async function weightUpdates({ world, record }: PlainStage, nodes: string): Promise<void> {
  const anyone = await world.as(world.owner);
  await world.nextPeriod();
  for (const node of [CHANGED, NEIGHBOUR]) await recordCapacity(world, node, (QUICK_CAPACITY * 9n) / 10n);
  await world.aside(async () => {
    await record(`weight update: poke, first in a period, ${nodes}`, await pokeNode(anyone, CHANGED));
    await record(`weight update: poke, typical, ${nodes}`, await pokeNode(anyone, NEIGHBOUR));
  });
  // Too little of a rise to be told to the scheduler.
  for (const node of [CHANGED, NEIGHBOUR]) await complete(world, node);
  await record(`weight update: sync of reputation, first in a period, ${nodes}`, await syncReputation(anyone, CHANGED));
  await record(`weight update: sync of reputation, typical, ${nodes}`, await syncReputation(anyone, NEIGHBOUR));
}

/** A first stake, which lifts the node to a higher tier and so into another tree, and more of it; first in a period. */
async function stakes({ world, record }: PlainStage, nodes: string): Promise<void> {
  for (const node of [CHANGED, STAKER]) {
    const operator = await world.as(operatorOf(Number(node) - 1));
    await approveToken(operator, world.deployment.contracts.StakeVault, STAKE);
  }
  await world.nextPeriod();
  const newcomer = await world.as(operatorOf(Number(CHANGED) - 1));
  const first = await stake(newcomer, { node: CHANGED, amount: STAKE, period: STAKE_PERIOD });
  await record(`stake: first, ${nodes}`, first);
  await world.nextPeriod();
  const staker = await world.as(operatorOf(Number(STAKER) - 1));
  await record(`stake: top-up, ${nodes}`, await topUpStake(staker, STAKER, 0n, STAKE));
}
