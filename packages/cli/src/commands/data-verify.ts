import { verifyDataset } from "@corex/sdk/data/prepare/verify-dataset";
import { verifyStored } from "@corex/sdk/data/prepare/verify-stored";
import { parseContentId } from "@corex/sdk/store/content-id";
import { openStore } from "@corex/sdk/store/open-store";

import { print } from "../print.ts";
import { withProgress } from "../with-progress.ts";

export interface DataVerifyFlags {
  readonly input?: string;
  readonly store: string;
  readonly quiet?: boolean;
}

/**
 * Checks everything that is stored of a dataset; with `--input` also that these raw files give it.
 *
 * @throws CorexError DATA_VERIFY_MISMATCH, DATA_SHARD_INVALID, DATA_MANIFEST_*, STORE_*.
 */
export async function dataVerify(manifest: string, { input, store: location, quiet }: DataVerifyFlags): Promise<void> {
  const id = parseContentId(manifest);
  const store = openStore(location);
  const { counts, shards } = await withProgress({ quiet }, (options) => verifyStored(id, store, options));
  if (input !== undefined) await withProgress({ quiet }, (options) => verifyDataset(id, input, store, options));
  print({ event: "verified", manifest: id, ...counts, shards: shards.length, fromRaw: input !== undefined });
}
