import type { Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { toRoundTerms, type RoundTerms } from "../task/round-terms.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/** A task of rounds as its publication announced it. */
export interface PublishedRoundTask {
  readonly task: string;
  readonly terms: RoundTerms;
  readonly network: boolean;
  readonly blockNumber: number;
}

/** Finds the tasks of rounds published in a range of blocks, oldest first. @throws CorexError CHAIN_*. */
export async function readPublishedRoundTasks(
  { roundMarket }: CorexContracts,
  provider: Provider,
  range: ScanRange,
): Promise<PublishedRoundTask[]> {
  const tasks: PublishedRoundTask[] = [];
  for await (const events of scanEvents(provider, roundMarket, roundMarket.getEvent("TaskPublished"), range)) {
    for (const { args, blockNumber } of events) {
      tasks.push({ task: args.task, terms: toRoundTerms(args.terms), network: args.network, blockNumber });
    }
  }
  return tasks;
}
