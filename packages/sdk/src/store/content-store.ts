import type { ContentId } from "./content-id.ts";

/** Bytes addressed by their digest. What comes back from `get` always hashes to the id asked for. */
export interface ContentStore {
  /** Stores `bytes` and returns their id. Storing the same bytes again changes nothing. */
  put(bytes: Uint8Array): Promise<ContentId>;
  /**
   * @param maxBytes how much is read at most; no bound when absent.
   * @throws CorexError STORE_TOO_LARGE when there is more.
   * @throws CorexError STORE_NOT_FOUND when nothing is stored under `id` (retry later: a peer may still be writing).
   * @throws CorexError STORE_DIGEST_MISMATCH when what is stored hashes to another id.
   */
  get(id: ContentId, maxBytes?: number): Promise<Uint8Array>;
  /** Whether something is stored under `id`. Says nothing about its digest. */
  has(id: ContentId): Promise<boolean>;
}
