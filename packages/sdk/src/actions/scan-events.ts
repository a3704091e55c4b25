import type { BaseContract, Provider, TopicFilter } from "ethers";

import type { TypedContractEvent } from "../../../../typechain-types/common.ts";
import { contractAddress } from "../contracts/contract-address.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { parseEvents, type ParsedEvent } from "./parse-events.ts";

/** Blocks asked for in one request: what public endpoints commonly allow. */
export const DEFAULT_BLOCK_RANGE = 2_000;

export interface ScanRange {
  readonly fromBlock: number;
  /** Last block, included. */
  readonly toBlock: number;
  /** Blocks per request; default {@link DEFAULT_BLOCK_RANGE}. */
  readonly blockRange?: number;
}

/**
 * Yields the events of one kind, range by range, oldest first: memory stays bounded however long the chain is.
 *
 * @param filter values to filter by, in the order of the event's arguments; null matches all and is the only choice for
 *   arguments that are not indexed.
 * @throws CorexError CHAIN_UNREACHABLE and others: see `decodeError`.
 */
export async function* scanEvents<Input extends unknown[], Output extends unknown[], Args>(
  provider: Provider,
  contract: Pick<BaseContract, "target" | "interface">,
  event: TypedContractEvent<Input, Output, Args>,
  { fromBlock, toBlock, blockRange = DEFAULT_BLOCK_RANGE }: ScanRange,
  filter: readonly unknown[] = [],
): AsyncGenerator<ParsedEvent<Args>[]> {
  const topics: TopicFilter = contract.interface.encodeFilterTopics(event.fragment, [...filter]);
  for (let start = fromBlock; start <= toBlock; start += blockRange) {
    const end = Math.min(start + blockRange - 1, toBlock);
    try {
      const logs = await provider.getLogs({
        address: contractAddress(contract),
        topics,
        fromBlock: start,
        toBlock: end,
      });
      yield parseEvents(logs, contract, event);
    } catch (cause) {
      throw decodeError(cause);
    }
  }
}
