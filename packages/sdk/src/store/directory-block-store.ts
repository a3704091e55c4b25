import { join } from "node:path";

import { CorexError } from "../errors.ts";
import { checkBlock, isBlock, parseBlockCid, type BlockCid } from "./block-cid.ts";
import { MAX_BLOCK_BYTES, type BlockStore } from "./block-store.ts";
import { isPresent, readIfPresent, writeWhole } from "./durable-file.ts";

/**
 * Block store in a folder that any number of processes may share.
 *
 * LAYOUT: `<root>/<shelf>/<cid>`, where the shelf is the two characters before the last one of the CID (1,024 shelves).
 * DURABILITY and INTEGRITY: those of `DirectoryStore`. Files are written aside, flushed and renamed; every read is hashed;
 * a corrupted file stays as evidence until the right bytes are put again.
 */
export class DirectoryBlockStore implements BlockStore {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  async put(cid: BlockCid, bytes: Uint8Array): Promise<void> {
    const target = this.#path(cid);
    checkBlock(cid, bytes, "the caller");
    if (await this.#holdsIntact(cid)) return;

    try {
      await writeWhole(this.root, target, bytes);
    } catch (cause) {
      // Some systems refuse to rename onto a file that another process holds open. If that file is intact, all is well.
      if (await this.#holdsIntact(cid)) return;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CorexError("STORE_WRITE_FAILED", `cannot store ${cid} at ${target}: ${reason}`, {
        retry: "later",
        details: { id: cid, path: target, bytes: bytes.length },
        cause,
      });
    }
  }

  async get(cid: BlockCid): Promise<Uint8Array> {
    const path = this.#path(cid);
    const bytes = await readIfPresent(path, MAX_BLOCK_BYTES);
    if (bytes === undefined) {
      throw new CorexError("STORE_NOT_FOUND", `there is no block ${cid} (looked at ${path})`, {
        retry: "later",
        details: { id: cid, path },
      });
    }
    checkBlock(cid, bytes, path);
    return bytes;
  }

  async has(cid: BlockCid): Promise<boolean> {
    return isPresent(this.#path(cid));
  }

  /** CIDs are checked before they become a path: text from outside cannot point out of the folder. */
  #path(cid: BlockCid): string {
    return join(this.root, parseBlockCid(cid).slice(-3, -1), cid);
  }

  async #holdsIntact(cid: BlockCid): Promise<boolean> {
    const bytes = await readIfPresent(this.#path(cid));
    return bytes !== undefined && isBlock(cid, bytes);
  }
}
