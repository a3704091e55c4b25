import { enrolVerifier } from "@corex/sdk/actions/enrol-verifier";
import { heartbeat } from "@corex/sdk/actions/heartbeat";
import { pokeNode } from "@corex/sdk/actions/poke-node";
import { registerNode } from "@corex/sdk/actions/register-node";
import { stake } from "@corex/sdk/actions/stake";
import { syncReputation } from "@corex/sdk/actions/sync-reputation";
import { WORK_NAMES } from "@corex/sdk/work/work-kind";
import { dataSlice, id, parseEther } from "ethers";

import { DAY, type World } from "../world.ts";
import { sendTokens } from "./bonds.ts";
import { operatorOf, QUICK_CAPACITY, recordCapacity } from "./nodes.ts";

/** Nodes that are drawn for committees. */
export const VERIFIERS = 12;

/** The node that does the work: the only one of its class, so that every draw is its own. */
export const EXECUTOR = BigInt(VERIFIERS + 1);
export const EXECUTOR_CLASS = "GPU";

/** CXT wei behind each node: what a verifier needs, and room for bonds. */
const STAKE = parseEther("12000");
const STAKE_PERIOD = 365 * DAY;

/** Completions that each node did before: its score is then about 0.9. */
const COMPLETIONS = 80;
const COMPLETIONS_AT_ONCE = 20;
const FULL_QUALITY = 10n ** 18n;

/** Verifiers with stake and reputation, enrolled for every kind, and a node that works. */
export async function seatPanel(world: World): Promise<void> {
  const at = world.deployment.contracts;
  const { reputation } = world.contracts;
  const recorder = await world.admin.getAddress();
  for (let node = 1n; node <= EXECUTOR; node += 1n) {
    const operator = await world.as(operatorOf(Number(node) - 1));
    const payout = dataSlice(id(`benchmark payout ${node}`), 12);
    const deviceClass = node === EXECUTOR ? EXECUTOR_CLASS : "CPU";
    await registerNode(operator, { payout, deviceClass, metadataUri: "ipfs://node" });
    await recordCapacity(world, node, QUICK_CAPACITY);
    await world.send(recorder, at.Reputation, reputation.interface.encodeFunctionData("recordMeasured", [node]));
    await sendTokens(world, operator.sender.address, STAKE);
    await stake(operator, { node, amount: STAKE, period: STAKE_PERIOD });
    await complete(world, node);
    await syncReputation(operator, node);
    await heartbeat(operator);
    await pokeNode(operator, node);
    if (node !== EXECUTOR) await enrolVerifier(operator, WORK_NAMES);
  }
  await world.nextPeriod();
}

/** A sign of life of every node. */
export async function wake(world: World): Promise<void> {
  for (let index = 0; index < Number(EXECUTOR); index += 1) await heartbeat(await world.as(operatorOf(index)));
}

async function complete(world: World, node: bigint): Promise<void> {
  const { Reputation, TaskMarket } = world.deployment.contracts;
  const { sender } = await world.as(TaskMarket);
  const nodes = Array<bigint>(COMPLETIONS_AT_ONCE).fill(node);
  const call = [nodes, nodes.map(() => FULL_QUALITY)] as const;
  const data = world.contracts.reputation.interface.encodeFunctionData("recordCompletedMany", [...call]);
  for (let done = 0; done < COMPLETIONS; done += COMPLETIONS_AT_ONCE)
    await world.send(sender.address, Reputation, data);
}
