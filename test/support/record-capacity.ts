import { pokeNode } from "@corex/sdk/actions/poke-node";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { contractAddress } from "@corex/sdk/contracts/contract-address";

const VALID_SECONDS = 30 * 86_400;

/**
 * Gives a node a capacity without measuring it, as the benchmark registry would: the sender holds BENCHMARK in test suites.
 * Draws count its weight from the next period on.
 */
export async function recordCapacity(context: ActionContext, node: bigint, dailyWorkUnits: bigint): Promise<void> {
  const { contracts, sender } = context;
  const { nodeRegistry, reputation } = contracts;
  const latest = await sender.provider.getBlock("latest");
  const expiresAt = (latest?.timestamp ?? 0) + VALID_SECONDS;
  const record = await nodeRegistry.recordBenchmark.populateTransaction(node, dailyWorkUnits, expiresAt);
  await sender.send({ intent: `record:${node}`, to: contractAddress(nodeRegistry), data: record.data });
  const measured = await reputation.recordMeasured.populateTransaction(node);
  await sender.send({ intent: `measured:${node}`, to: contractAddress(reputation), data: measured.data });
  await pokeNode(context, node);
}
