import type { Logger } from "pino";

import { readCursor } from "@corex/sdk/actions/read-cursor";
import { readPublishedTasks } from "@corex/sdk/actions/read-published-tasks";
import { readTask } from "@corex/sdk/actions/read-task";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";
import { taskId } from "@corex/sdk/task/task-id";

import type { KnownTask, TaskLog } from "../journal/task-log.ts";
import type { OpenFragment, Snapshot } from "./snapshot.ts";

/** Blocks that are searched again in case they were replaced. */
const REORGANISATION_DEPTH = 32;

export interface WatcherOptions {
  readonly contracts: CorexContracts;
  readonly provider: RpcProvider;
  readonly tasks: TaskLog;
  readonly chainId: number;
  /** First block that can hold a publication. */
  readonly fromBlock: number;
  readonly logger: Logger;
}

/** Follows the market: finds published tasks in the logs and reads the open fragment of each chain. */
export class Watcher {
  readonly #options: WatcherOptions;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Reads the state after the latest block. @throws CorexError CHAIN_UNREACHABLE and others. */
  async poll(): Promise<Snapshot> {
    const block = await this.#latestBlock();
    await this.#findTasks(block.number);
    const fragments: OpenFragment[] = [];
    for (const task of this.#options.tasks.open()) fragments.push(...(await this.#readTask(task)));
    return { blockNumber: block.number, timestamp: block.timestamp, horizon: await this.#horizon(), fragments };
  }

  async #latestBlock(): Promise<{ number: number; timestamp: number }> {
    try {
      const block = await this.#options.provider.getBlock("latest");
      if (block === null)
        throw new CorexError("CHAIN_UNREACHABLE", "the endpoint has no latest block", { retry: "later" });
      return block;
    } catch (cause) {
      throw decodeError(cause);
    }
  }

  async #horizon(): Promise<number> {
    try {
      return Number(await this.#options.contracts.scheduler.horizon());
    } catch (cause) {
      throw decodeError(cause);
    }
  }

  async #findTasks(toBlock: number): Promise<void> {
    const { contracts, provider, tasks, chainId, fromBlock, logger } = this.#options;
    const scannedTo = tasks.scannedTo();
    const start = scannedTo === undefined ? fromBlock : Math.max(fromBlock, scannedTo - REORGANISATION_DEPTH);
    const found = await readPublishedTasks(contracts, provider, { fromBlock: start, toBlock });
    const market = contractAddress(contracts.taskMarket);
    const genuine = found.filter(({ task, terms }) => {
      const expected = taskId(chainId, market, terms);
      if (task !== expected) logger.error({ task, expected }, "the endpoint announced a task under a wrong id");
      return task === expected;
    });
    tasks.record(genuine, toBlock);
  }

  async #readTask(task: KnownTask): Promise<OpenFragment[]> {
    const { contracts, tasks, logger } = this.#options;
    const { status, assigned } = await readTask(contracts, task.task);
    // A task whose publication was undone by a reorganisation is unknown for now; the search finds it again.
    if (status === "none") return [];
    if (status === "completed" || (status === "cancelled" && assigned === 0)) {
      tasks.close(task.task);
      logger.info({ task: task.task, status }, "task closed");
      return [];
    }
    const chains = Array.from({ length: Number(task.terms.chains) }, (_, chain) => chain);
    const cursors = await Promise.all(chains.map(async (chain) => readCursor(contracts, task.task, chain)));
    return cursors
      .map((cursor, chain) => ({ task, status, chain, cursor }))
      .filter(({ cursor }) => BigInt(cursor.step) < task.terms.steps);
  }
}
