import type { AgentWorld } from "./agent-world.ts";

/**
 * Hashes of all transactions with which `operator` submitted fragments, alone or in batches, successful or not, since block
 * `fromBlock`: one entry for each fragment in them.
 */
export async function submissions(
  { suite, provider }: AgentWorld,
  operator: string,
  fromBlock: number,
): Promise<string[]> {
  const { taskMarket, roundMarket, workMarket } = suite.contracts;
  const found: string[] = [];
  const last = await provider.getBlockNumber();
  for (let number = fromBlock; number <= last; number += 1) {
    const block = await provider.getBlock(number, true);
    for (const { from, data, hash } of block?.prefetchedTransactions ?? []) {
      if (from !== operator) continue;
      const call =
        taskMarket.interface.parseTransaction({ data }) ??
        roundMarket.interface.parseTransaction({ data }) ??
        workMarket.interface.parseTransaction({ data });
      if (/^submit(Gradient|Apply|Evaluation|Proved)?$/.test(call?.name ?? "")) found.push(hash);
      const batch = call?.name === "submitBatch" ? (call.args.submissions as unknown[]) : [];
      found.push(...batch.map(() => hash));
    }
  }
  return found;
}
