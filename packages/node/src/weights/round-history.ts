import { ZeroHash } from "ethers";

import { readSettledRoundFragments, type SettledRoundFragment } from "@corex/sdk/actions/read-settled-round-fragments";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";
import { APPLY_FRAGMENT } from "@corex/sdk/task/round-fragment";
import type { RoundTerms } from "@corex/sdk/task/round-terms";

import type { KnownTask } from "../journal/task-log.ts";

/** The settled fragments of a task of rounds, by their place. */
export class RoundRecords {
  readonly #fragments: readonly SettledRoundFragment[];

  constructor(fragments: readonly SettledRoundFragment[]) {
    this.#fragments = fragments;
  }

  find(round: number, fragment: number): SettledRoundFragment | undefined {
    return this.#fragments.find((settled) => settled.round === round && settled.fragment === fragment);
  }

  /** The step that closed a round. */
  step(round: number): SettledRoundFragment | undefined {
    return this.find(round, APPLY_FRAGMENT);
  }

  /** The gradients of a round, undefined for a lane that has none. */
  gradients(round: number, lanes: number): (SettledRoundFragment | undefined)[] {
    return Array.from({ length: lanes }, (_, lane) => this.find(round, lane));
  }
}

interface TaskHistory {
  readonly fragments: SettledRoundFragment[];
  transcript: string;
  scannedTo: number;
}

/** The settled fragments of tasks of rounds, read from the logs once, extended as they grow, checked by their transcript. */
export class RoundHistory {
  readonly #contracts: CorexContracts;
  readonly #provider: RpcProvider;
  readonly #histories = new Map<string, TaskHistory>();

  constructor(contracts: CorexContracts, provider: RpcProvider) {
    this.#contracts = contracts;
    this.#provider = provider;
  }

  /** What is settled now. @throws CorexError CHAIN_LOGS_INCOMPLETE (retry: later) when logs and state disagree; CHAIN_*. */
  async read({ task, blockNumber }: KnownTask<RoundTerms>): Promise<RoundRecords> {
    const known = this.#histories.get(task);
    const history = known ?? { fragments: [], transcript: ZeroHash, scannedTo: blockNumber - 1 };
    // Whatever is cached may stem from blocks that are gone: kept again only when the transcript says that it holds.
    this.#histories.delete(task);
    await this.#extend(task, history);
    this.#histories.set(task, history);
    return new RoundRecords(history.fragments);
  }

  async #extend(task: string, history: TaskHistory): Promise<void> {
    const { roundMarket } = this.#contracts;
    try {
      const toBlock = await this.#provider.getBlockNumber();
      const range = { fromBlock: history.scannedTo + 1, toBlock };
      const query = { task, transcript: history.transcript, ...range };
      const { fragments, transcript } = await readSettledRoundFragments(this.#contracts, this.#provider, query);
      const expected = await roundMarket.transcriptOf(task, { blockTag: toBlock });
      if (transcript !== expected) {
        throw new CorexError("CHAIN_LOGS_INCOMPLETE", `the logs of task ${task} do not lead to its transcript`, {
          retry: "later",
          details: { task, transcript, expected },
        });
      }
      history.fragments.push(...fragments);
      history.transcript = transcript;
      history.scannedTo = Math.max(toBlock, history.scannedTo);
    } catch (cause) {
      throw decodeError(cause);
    }
  }
}
