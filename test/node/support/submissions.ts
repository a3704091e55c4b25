import type { AgentWorld } from "./agent-world.ts";

/**
 * Hashes of all transactions with which `operator` submitted steps, alone or in batches, successful or not, since block
 * `fromBlock`: one entry for each step in them.
 */
export async function submissions(
  { suite, provider }: AgentWorld,
  operator: string,
  fromBlock: number,
): Promise<string[]> {
  const { interface: market } = suite.contracts.taskMarket;
  const found: string[] = [];
  const last = await provider.getBlockNumber();
  for (let number = fromBlock; number <= last; number += 1) {
    const block = await provider.getBlock(number, true);
    for (const { from, data, hash } of block?.prefetchedTransactions ?? []) {
      const call = from === operator ? market.parseTransaction({ data }) : null;
      if (call?.name === "submit") found.push(hash);
      const batch = call?.name === "submitBatch" ? (call.args.submissions as unknown[]) : [];
      found.push(...batch.map(() => hash));
    }
  }
  return found;
}
