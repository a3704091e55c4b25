import type { Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/** A paid fragment as its event recorded it. */
export interface SettledWork {
  readonly task: string;
  readonly fragment: number;
  readonly node: bigint;
  /** SHA-256 digest of the result. */
  readonly result: string;
  /** Basis points. */
  readonly quality: number;
  /** CXT wei owed to the node. */
  readonly paid: bigint;
  /** CXT wei of protocol fee. */
  readonly fee: bigint;
  /** Points credited. */
  readonly points: bigint;
  readonly blockNumber: number;
  readonly transactionHash: string;
}

/** What to look for: everything where a field is absent. */
export interface SettledWorkQuery {
  readonly task?: string;
  readonly node?: bigint;
}

/** The paid fragments of work in a range of blocks, oldest first. @throws CorexError CHAIN_*. */
export async function readSettledWork(
  { workMarket }: CorexContracts,
  provider: Provider,
  { task, node, ...range }: ScanRange & SettledWorkQuery,
): Promise<SettledWork[]> {
  const found: SettledWork[] = [];
  const event = workMarket.getEvent("FragmentSettled");
  const filter = [task ?? null, null, node ?? null];
  for await (const events of scanEvents(provider, workMarket, event, range, filter)) {
    for (const { args, blockNumber, transactionHash } of events) {
      const { result, paid, fee, points } = args;
      found.push({
        task: args.task,
        fragment: Number(args.fragment),
        node: args.node,
        result,
        quality: Number(args.quality),
        paid,
        fee,
        points,
        blockNumber,
        transactionHash,
      });
    }
  }
  return found;
}
