import type { ContentId } from "../../store/content-id.ts";
import type { ContentStore } from "../../store/content-store.ts";
import { parsePrepared } from "./parse-prepared.ts";
import type { PreparedManifest } from "./prepared-manifest.ts";

/** Reads and validates a manifest. Errors: as `parsePrepared`, and what the store throws. */
export async function loadPrepared(store: ContentStore, id: ContentId): Promise<PreparedManifest> {
  return parsePrepared(await store.get(id));
}
