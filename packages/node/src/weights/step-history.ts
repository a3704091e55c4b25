import { readSettledSteps, type SettledStep } from "@corex/sdk/actions/read-settled-steps";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";
import type { TaskTerms } from "@corex/sdk/task/terms";

import type { KnownTask } from "../journal/task-log.ts";

interface ChainHistory {
  readonly steps: SettledStep[];
  scannedTo: number;
}

/** The settled steps of chains, read from the logs once and extended as they grow. */
export class StepHistory {
  readonly #contracts: CorexContracts;
  readonly #provider: RpcProvider;
  readonly #histories = new Map<string, ChainHistory>();

  constructor(contracts: CorexContracts, provider: RpcProvider) {
    this.#contracts = contracts;
    this.#provider = provider;
  }

  /**
   * The settled steps of a chain, at least `count` of them.
   *
   * @param head weights commitment after the last of them, to notice that blocks were replaced; undefined to trust.
   * @throws CorexError CHAIN_LOGS_INCOMPLETE (retry: later) when the logs and the state disagree.
   */
  async read(
    { task, blockNumber }: KnownTask<TaskTerms>,
    chain: number,
    count: number,
    head?: bigint,
  ): Promise<readonly SettledStep[]> {
    const key = `${task}:${chain}`;
    const history = this.#histories.get(key) ?? { steps: [], scannedTo: blockNumber - 1 };
    if (history.steps.length < count) await this.#extend(task, chain, history);
    const last = history.steps[count - 1];
    const agrees = count === 0 || (last !== undefined && (head === undefined || last.newWeights === head));
    if (!agrees) {
      // Whatever is cached may stem from blocks that are gone.
      this.#histories.delete(key);
      throw new CorexError("CHAIN_LOGS_INCOMPLETE", `the logs of chain ${chain} of ${task} do not lead to its head`, {
        retry: "later",
        details: { task, chain, count, found: history.steps.length },
      });
    }
    this.#histories.set(key, history);
    return history.steps;
  }

  /** One settled step of a chain, or undefined when the chain has not settled it. */
  async find(
    { task, blockNumber }: KnownTask<TaskTerms>,
    chain: number,
    step: number,
  ): Promise<SettledStep | undefined> {
    const key = `${task}:${chain}`;
    const history = this.#histories.get(key) ?? { steps: [], scannedTo: blockNumber - 1 };
    if (history.steps.length <= step) await this.#extend(task, chain, history);
    this.#histories.set(key, history);
    return history.steps[step];
  }

  async #extend(task: string, chain: number, history: ChainHistory): Promise<void> {
    try {
      const toBlock = await this.#provider.getBlockNumber();
      const query = { task, chain, firstStep: history.steps.length, fromBlock: history.scannedTo + 1, toBlock };
      history.steps.push(...(await readSettledSteps(this.#contracts, this.#provider, query)));
      history.scannedTo = Math.max(toBlock, history.scannedTo);
    } catch (cause) {
      throw decodeError(cause);
    }
  }
}
