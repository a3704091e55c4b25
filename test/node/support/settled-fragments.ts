import { scanEvents } from "@corex/sdk/actions/scan-events";

import type { AgentWorld } from "./agent-world.ts";

export interface SettledFragmentLog {
  readonly chain: number;
  readonly step: number;
  readonly node: bigint;
  readonly paid: bigint;
  readonly points: bigint;
  readonly artifact: string;
}

/** Every settled submission of a task that is on chain, in the order of blocks. */
export async function settledFragments({ suite, provider }: AgentWorld, task: string): Promise<SettledFragmentLog[]> {
  const { taskMarket } = suite.contracts;
  const toBlock = await provider.getBlockNumber();
  const found: SettledFragmentLog[] = [];
  for await (const events of scanEvents(
    provider,
    taskMarket,
    taskMarket.getEvent("FragmentSettled"),
    { fromBlock: 0, toBlock },
    [task],
  )) {
    for (const { args } of events) {
      const { node, paid, points, artifact } = args;
      found.push({ chain: Number(args.chain), step: Number(args.step), node, paid, points, artifact });
    }
  }
  return found;
}
