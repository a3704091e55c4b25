import type { Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { toWorkTerms, type WorkTerms } from "../task/work-terms.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/** A task of work as its publication announced it. */
export interface PublishedWorkTask {
  readonly task: string;
  readonly terms: WorkTerms;
  readonly network: boolean;
  readonly blockNumber: number;
}

/** Finds the tasks of work published in a range of blocks, oldest first. @throws CorexError CHAIN_*. */
export async function readPublishedWorkTasks(
  { workMarket }: CorexContracts,
  provider: Provider,
  range: ScanRange,
): Promise<PublishedWorkTask[]> {
  const tasks: PublishedWorkTask[] = [];
  for await (const events of scanEvents(provider, workMarket, workMarket.getEvent("TaskPublished"), range)) {
    for (const { args, blockNumber } of events) {
      tasks.push({ task: args.task, terms: toWorkTerms(args.terms), network: args.network, blockNumber });
    }
  }
  return tasks;
}
