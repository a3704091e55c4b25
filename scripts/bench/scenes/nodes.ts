import { deactivateNode } from "@corex/sdk/actions/deactivate-node";
import type { Executed } from "@corex/sdk/actions/execute";
import { heartbeat } from "@corex/sdk/actions/heartbeat";
import { pokeNode } from "@corex/sdk/actions/poke-node";
import { registerCircuit } from "@corex/sdk/actions/register-circuit";
import { registerNode } from "@corex/sdk/actions/register-node";
import { dataSlice, id } from "ethers";

import { circuitRegistration } from "../../../deploy/circuit-registration.ts";
import { DAY, type World } from "../world.ts";
import { measure } from "./benchmarks.ts";
import type { PlainStage } from "./scene.ts";

const METADATA_URI = "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
const HEARTBEAT_WINDOW_SECONDS = 3_600;

/** Work units a day of nodes that are not measured: of the second tier, and of the third with stake, also after a miss. */
export const QUICK_CAPACITY = 4_000_000_000n;
const QUICK_LIFETIME = 60n * BigInt(DAY);

/** Registers the circuit, and the node that does all proved work, and has it measured. Returns the node's id. */
export async function registerAll(stage: PlainStage): Promise<bigint> {
  const { world, record } = stage;
  await record("register circuit", await addCircuit(world));

  const operator = await world.as(world.operator);
  const input = { payout: await world.payout.getAddress(), deviceClass: "CPU", metadataUri: METADATA_URI } as const;
  const registered = await registerNode(operator, input);
  await record("register node", registered);
  await measure(stage, registered.result, "first");
  await record("heartbeat", await heartbeat(operator));
  await age(world, registered.result);
  return registered.result;
}

/** Changes the weight of `node` and back, so that its words have earlier versions as in a network some periods old. */
async function age(world: World, node: bigint): Promise<void> {
  const capacity = await world.contracts.nodeRegistry.dailyCapacityOf(node);
  for (const changed of [capacity / 2n, capacity]) {
    await world.nextPeriod();
    await recordCapacity(world, node, changed);
    await poke(world, node);
  }
  await world.nextPeriod();
}

/** Registers the circuit that every task of the scenario names. */
export async function addCircuit(world: World): Promise<Executed<string>> {
  const { name, terms, verifyingKey } = circuitRegistration(world.circuit.entry);
  return registerCircuit(await world.as(world.admin), { name, terms, key: verifyingKey });
}

/** Takes a node that fell silent out of the set of active nodes, and out of the draws. */
export async function deactivateSilent({ world, record }: PlainStage, node: bigint): Promise<void> {
  await world.aside(async () => {
    await world.passSeconds(HEARTBEAT_WINDOW_SECONDS + 1);
    const anyone = await world.as(world.owner);
    await record("deactivate", await deactivateNode(anyone, node));
    await record("poke: node that fell silent", await pokeNode(anyone, node));
  });
}

/** Registers nodes and gives them a capacity until `count` are active, quickly: nothing of it is measured. */
export async function growTo(world: World, count: number): Promise<void> {
  const { nodeRegistry, reputation } = world.contracts;
  const at = world.deployment.contracts;
  const recorder = await world.admin.getAddress();
  for (let index = Number(await nodeRegistry.activeCount()); index < count; index += 1) {
    const { sender } = await world.as(operatorOf(index));
    const payout = dataSlice(id(`benchmark payout ${index}`), 12);
    const registration = nodeRegistry.interface.encodeFunctionData("register", [payout, 0, "ipfs://node"]);
    await world.send(sender.address, at.NodeRegistry, registration);
    const node = BigInt(index + 1);
    await recordCapacity(world, node, QUICK_CAPACITY);
    await world.send(recorder, at.Reputation, reputation.interface.encodeFunctionData("recordMeasured", [node]));
    await poke(world, node);
  }
}

/** Records a capacity as the benchmark registry does; the scheduler hears of it with the next poke. */
export async function recordCapacity(world: World, node: bigint, dailyWorkUnits: bigint): Promise<void> {
  const { nodeRegistry } = world.contracts;
  const call = [node, dailyWorkUnits, (await world.now()) + QUICK_LIFETIME] as const;
  const data = nodeRegistry.interface.encodeFunctionData("recordBenchmark", [...call]);
  await world.send(await world.admin.getAddress(), world.deployment.contracts.NodeRegistry, data);
}

async function poke(world: World, node: bigint): Promise<void> {
  const data = world.contracts.scheduler.interface.encodeFunctionData("poke", [node]);
  await world.send(await world.admin.getAddress(), world.deployment.contracts.Scheduler, data);
}

/** Operator of the node that `growTo` made as number `index`, from 0; its id is one more. */
export function operatorOf(index: number): string {
  return dataSlice(id(`benchmark operator ${index}`), 12);
}
