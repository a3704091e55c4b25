import type { BlockCid } from "./block-cid.ts";

/** Blocks larger than this are refused on the way in and on the way out: no IPFS node passes them on. */
export const MAX_BLOCK_BYTES = 2 * 1024 * 1024;

/** Blocks addressed by their CID (version 1, sha-256, raw or dag-pb). What comes back from `get` always hashes to the CID asked for. */
export interface BlockStore {
  /**
   * Stores a block. Storing it again changes nothing.
   *
   * @throws CorexError STORE_DIGEST_MISMATCH when `bytes` do not hash to `cid`, STORE_TOO_LARGE, STORE_INVALID_ID.
   */
  put(cid: BlockCid, bytes: Uint8Array): Promise<void>;
  /**
   * @throws CorexError STORE_NOT_FOUND when there is no such block (retry later: a peer may still be writing).
   * @throws CorexError STORE_DIGEST_MISMATCH when what is stored hashes to another CID.
   */
  get(cid: BlockCid): Promise<Uint8Array>;
  /** Whether there is something under `cid`. Says nothing about its digest. */
  has(cid: BlockCid): Promise<boolean>;
}
