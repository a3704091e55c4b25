import type { AgentWorld } from "./agent-world.ts";

/** Hashes of all transactions with which `operator` called `submit`, successful or not, since block `fromBlock`. */
export async function submissions(
  { suite, provider }: AgentWorld,
  operator: string,
  fromBlock: number,
): Promise<string[]> {
  const { selector } = suite.contracts.taskMarket.submit.fragment;
  const found: string[] = [];
  const last = await provider.getBlockNumber();
  for (let number = fromBlock; number <= last; number += 1) {
    const block = await provider.getBlock(number, true);
    for (const { from, data, hash } of block?.prefetchedTransactions ?? []) {
      if (from === operator && data.startsWith(selector)) found.push(hash);
    }
  }
  return found;
}
