import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";

import type { OpenFragment } from "../markets/open-fragment.ts";
import type { Snapshot } from "./snapshot.ts";

export interface WatcherOptions {
  readonly contracts: CorexContracts;
  readonly provider: RpcProvider;
  /** What is followed. */
  readonly markets: readonly { poll(blockNumber: number): Promise<OpenFragment[]> }[];
}

/** Follows the markets, block by block. */
export class Watcher {
  readonly #options: WatcherOptions;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Reads the state after the latest block. @throws CorexError CHAIN_UNREACHABLE and others. */
  async poll(): Promise<Snapshot> {
    const block = await this.#latestBlock();
    const fragments: OpenFragment[] = [];
    for (const market of this.#options.markets) fragments.push(...(await market.poll(block.number)));
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
}
