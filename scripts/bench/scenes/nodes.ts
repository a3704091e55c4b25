import { deactivateNode } from "@corex/sdk/actions/deactivate-node";
import type { Executed } from "@corex/sdk/actions/execute";
import { heartbeat } from "@corex/sdk/actions/heartbeat";
import { registerCircuit } from "@corex/sdk/actions/register-circuit";
import { registerNode } from "@corex/sdk/actions/register-node";
import { signBenchmark } from "@corex/sdk/actions/sign-benchmark";
import { submitBenchmark, type SignedBenchmark } from "@corex/sdk/actions/submit-benchmark";
import { dataSlice, id } from "ethers";

import { circuitRegistration } from "../../../deploy/circuit-registration.ts";
import { DAY, type World } from "../world.ts";
import type { Stage } from "./scene.ts";

const METADATA_URI = "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
const HEARTBEAT_WINDOW_SECONDS = 3_600;

/** Registers the circuit, and the node that does all proved work. Returns the node's id. */
export async function registerAll({ world, record }: Stage): Promise<bigint> {
  record("register circuit", await addCircuit(world));

  const operator = await world.as(world.operator);
  const input = { payout: await world.payout.getAddress(), deviceClass: "CPU", metadataUri: METADATA_URI } as const;
  const registered = await registerNode(operator, input);
  record("register node", registered);
  record("submit benchmark (first)", await submitBenchmark(operator, await attest(world, registered.result, 0n)));
  record("heartbeat", await heartbeat(operator));
  return registered.result;
}

/** Registers the circuit that every task of the scenario names. */
export async function addCircuit(world: World): Promise<Executed<string>> {
  const { name, terms, verifyingKey } = circuitRegistration(world.circuit.entry);
  return registerCircuit(await world.as(world.admin), { name, terms, key: verifyingKey });
}

/** Takes a node that fell silent out of the draws. */
export async function deactivateSilent({ world, record }: Stage, node: bigint): Promise<void> {
  await world.aside(async () => {
    await world.passSeconds(HEARTBEAT_WINDOW_SECONDS + 1);
    record("deactivate", await deactivateNode(await world.as(world.owner), node));
  });
}

/** Registers and attests nodes until `count` are active, quickly: nothing of it is measured. */
export async function growTo(world: World, count: number): Promise<void> {
  const { nodeRegistry } = world.contracts;
  const to = world.deployment.contracts.NodeRegistry;
  const relay = await world.admin.getAddress();
  for (let index = Number(await nodeRegistry.activeCount()); index < count; index += 1) {
    const { sender } = await world.as(operatorOf(index));
    const payout = dataSlice(id(`benchmark payout ${index}`), 12);
    await world.send(
      sender.address,
      to,
      nodeRegistry.interface.encodeFunctionData("register", [payout, 0, "ipfs://node"]),
    );
    const { benchmark, attestor, signature } = await attest(world, BigInt(index + 1), 0n);
    const data = nodeRegistry.interface.encodeFunctionData("submitBenchmark", [benchmark, attestor, signature]);
    await world.send(relay, to, data);
  }
}

function operatorOf(index: number): string {
  return dataSlice(id(`benchmark operator ${index}`), 12);
}

/** A benchmark of `node`, signed by the admin. */
async function attest(world: World, node: bigint, nonce: bigint): Promise<SignedBenchmark> {
  const measuredAt = await world.now();
  const benchmark = {
    node,
    dailyWorkUnits: 1_000_000_000n,
    measuredAt,
    expiresAt: measuredAt + 60n * BigInt(DAY),
    nonce,
  };
  const { chainId, contracts } = world.deployment;
  const signature = await signBenchmark(world.admin, { chainId, nodeRegistry: contracts.NodeRegistry }, benchmark);
  return { benchmark, attestor: await world.admin.getAddress(), signature };
}
