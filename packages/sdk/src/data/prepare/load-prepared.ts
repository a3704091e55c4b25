import { CorexError } from "../../errors.ts";
import type { ContentId } from "../../store/content-id.ts";
import type { ContentStore } from "../../store/content-store.ts";
import { LIMITS } from "./limits.ts";
import { parsePrepared } from "./parse-prepared.ts";
import type { PreparedManifest } from "./prepared-manifest.ts";

/**
 * Reads and validates a manifest.
 *
 * @throws CorexError as `parsePrepared`, DATA_MANIFEST_TOO_LARGE before more than a manifest may have is read, and what the
 *   store throws.
 */
export async function loadPrepared(store: ContentStore, id: ContentId): Promise<PreparedManifest> {
  return parsePrepared(await read(store, id));
}

async function read(store: ContentStore, id: ContentId): Promise<Uint8Array> {
  try {
    return await store.get(id, LIMITS.manifestBytes);
  } catch (cause) {
    if (!(cause instanceof CorexError) || cause.code !== "STORE_TOO_LARGE") throw cause;
    throw new CorexError("DATA_MANIFEST_TOO_LARGE", `the manifest ${id} is too large: ${cause.message}`, {
      retry: "after-change",
      details: cause.details,
      cause,
    });
  }
}
