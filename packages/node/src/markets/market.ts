import type { Logger } from "pino";

import type { ActionContext } from "@corex/sdk/actions/execute";
import type { TaskStatusName } from "@corex/sdk/actions/read-task";
import type { ScanRange } from "@corex/sdk/actions/scan-events";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";

import type { FragmentKey, MarketName } from "../journal/fragment-key.ts";
import type { KnownTask, TaskLog } from "../journal/task-log.ts";
import type { OpenFragment } from "./open-fragment.ts";

/** Blocks that are searched again in case they were replaced. */
const REORGANISATION_DEPTH = 32;

export interface MarketOptions<Terms extends object> {
  readonly context: ActionContext;
  readonly provider: RpcProvider;
  readonly tasks: TaskLog<Terms>;
  readonly chainId: number;
  /** First block that can hold a publication. */
  readonly fromBlock: number;
  readonly logger: Logger;
}

/** What the chain says of a task. */
export interface TaskView {
  readonly status: TaskStatusName;
  /** Whether it has no work left, now or later. */
  readonly isOver: boolean;
  readonly fragments: readonly OpenFragment[];
}

/** Follows the tasks of one market: finds them in the logs, reads their open fragments, and stops when they are over. */
export abstract class Market<Terms extends object> {
  abstract readonly name: MarketName;
  protected readonly options: MarketOptions<Terms>;

  constructor(options: MarketOptions<Terms>) {
    this.options = options;
  }

  /** The open fragments of every running task after block `blockNumber`. @throws CorexError CHAIN_UNREACHABLE and others. */
  async poll(blockNumber: number): Promise<OpenFragment[]> {
    const { tasks, logger } = this.options;
    await this.#search(blockNumber);
    const fragments: OpenFragment[] = [];
    for (const task of tasks.open()) {
      const view = await this.view(task);
      fragments.push(...view.fragments);
      if (!view.isOver) continue;
      tasks.close(task.task);
      logger.info({ task: task.task, status: view.status }, "task closed");
    }
    return fragments;
  }

  /** Whether the chain has moved past a fragment: at the last look it was neither open nor still to be opened. */
  abstract isPast(key: FragmentKey): boolean;

  /** The node that settled a fragment; undefined when none did. @throws CorexError CHAIN_*. */
  abstract settledBy(key: FragmentKey): Promise<bigint | undefined>;

  /** Finds publications in a range of blocks. @throws CorexError CHAIN_*. */
  protected abstract find(range: ScanRange): Promise<KnownTask<Terms>[]>;

  /** The id that a task of these terms must have. */
  protected abstract idOf(terms: Terms): string;

  /** Reads a task. One whose publication was undone by a reorganisation is unknown for now; the search finds it again. */
  protected abstract view(task: KnownTask<Terms>): Promise<TaskView>;

  async #search(toBlock: number): Promise<void> {
    const { tasks, fromBlock, logger } = this.options;
    const scannedTo = tasks.scannedTo();
    const start = scannedTo === undefined ? fromBlock : Math.max(fromBlock, scannedTo - REORGANISATION_DEPTH);
    const found = await this.find({ fromBlock: start, toBlock });
    const genuine = found.filter(({ task, terms }) => {
      const expected = this.idOf(terms);
      if (task !== expected) logger.error({ task, expected }, "the endpoint announced a task under a wrong id");
      return task === expected;
    });
    tasks.record(genuine, toBlock);
  }
}
