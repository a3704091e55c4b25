import type { Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/** A note that an owner left for whoever does a fragment. */
export interface PostedNotice {
  readonly task: string;
  readonly fragment: number;
  /** Encrypted, see `openNotice`, or random: nobody else can tell. */
  readonly note: string;
  readonly blockNumber: number;
}

/** The notes of one fragment in a range of blocks, oldest first. @throws CorexError CHAIN_*. */
export async function readNotices(
  { workMarket }: CorexContracts,
  provider: Provider,
  { task, fragment, ...range }: ScanRange & { readonly task: string; readonly fragment: number },
): Promise<PostedNotice[]> {
  const notices: PostedNotice[] = [];
  const event = workMarket.getEvent("NoticePosted");
  for await (const events of scanEvents(provider, workMarket, event, range, [task, fragment])) {
    for (const { args, blockNumber } of events) notices.push({ task, fragment, note: args.note, blockNumber });
  }
  return notices;
}
