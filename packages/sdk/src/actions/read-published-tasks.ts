import type { Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { toTaskTerms, type TaskTerms } from "../task/terms.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/** A task as its publication announced it. */
export interface PublishedTask {
  readonly task: string;
  readonly terms: TaskTerms;
  readonly network: boolean;
  readonly blockNumber: number;
}

/** Finds the tasks published in a range of blocks, oldest first. @throws CorexError CHAIN_*. */
export async function readPublishedTasks(
  { taskMarket }: CorexContracts,
  provider: Provider,
  range: ScanRange,
): Promise<PublishedTask[]> {
  const tasks: PublishedTask[] = [];
  for await (const events of scanEvents(provider, taskMarket, taskMarket.getEvent("TaskPublished"), range)) {
    for (const { args, blockNumber } of events) {
      tasks.push({ task: args.task, terms: toTaskTerms(args.terms), network: args.network, blockNumber });
    }
  }
  return tasks;
}
