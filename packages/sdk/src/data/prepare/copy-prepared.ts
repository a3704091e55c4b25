import { CorexError } from "../../errors.ts";
import { canonicalJson } from "../../store/canonical-json.ts";
import type { ContentId } from "../../store/content-id.ts";
import { addFile, readFile } from "../../store/unixfs-file.ts";
import type { PrepareOptions } from "./build-prepared.ts";
import { loadPrepared } from "./load-prepared.ts";
import { Pass } from "./pass.ts";
import type { DatasetStore, PreparedDataset } from "./prepare-dataset.ts";

/**
 * Copies a dataset from one store to another, for example from a folder to an IPFS node: the list of raw files and every
 * shard first, the manifest last. Repeating it changes nothing.
 *
 * @throws CorexError DATA_SHARD_INVALID when a file gets another CID, DATA_ABORTED, as `loadPrepared`, and what the stores throw.
 */
export async function copyPrepared(
  manifestId: ContentId,
  from: DatasetStore,
  to: DatasetStore,
  { onProgress, signal }: PrepareOptions = {},
): Promise<PreparedDataset> {
  const manifest = await loadPrepared(from.content, manifestId);
  const pass = new Pass({ purpose: "write", signal });
  const files = [manifest.source.list, ...manifest.shards];
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { cid, bytes } of files) {
    pass.checkSignal();
    const copied = await addFile(to.blocks, await readFile(from.blocks, cid, bytes));
    // A file cut in another way has another CID; its blocks alone would not be found under the manifest's.
    if (copied !== cid) {
      throw new CorexError("DATA_SHARD_INVALID", `the file ${cid} is not cut as datasets are: copied it is ${copied}`, {
        details: { cid, copied },
      });
    }
    done += bytes;
    onProgress?.({ phase: "write", done, total });
  }
  const id = await to.content.put(new TextEncoder().encode(canonicalJson(manifest)));
  return { manifestId: id, manifest };
}
