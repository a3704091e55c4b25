import { join } from "node:path";

import { CorexError } from "../errors.ts";
import { contentIdOf, parseContentId, type ContentId } from "./content-id.ts";
import type { ContentStore } from "./content-store.ts";
import { isPresent, readIfPresent, writeWhole } from "./durable-file.ts";

/**
 * Content store in a folder that any number of processes may share.
 *
 * LAYOUT: `<root>/<shelf>/<id>`, where the shelf is the two characters before the last one of the id (1,024 shelves).
 * DURABILITY: bytes go to `<root>/.incoming/<uuid>`, are flushed to disk and renamed into place, so a reader sees a
 * whole file or none, also after a power cut. A killed writer leaves at most a file in `.incoming`.
 * INTEGRITY: every read hashes what it read. A corrupted file stays where it is as evidence; putting the right bytes
 * again replaces it.
 */
export class DirectoryStore implements ContentStore {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  async put(bytes: Uint8Array): Promise<ContentId> {
    const id = contentIdOf(bytes);
    if (await this.#holdsIntact(id)) return id;

    const target = this.#path(id);
    try {
      await writeWhole(this.root, target, bytes);
    } catch (cause) {
      // Some systems refuse to rename onto a file that another process holds open. If that file is intact, all is well.
      if (await this.#holdsIntact(id)) return id;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new CorexError("STORE_WRITE_FAILED", `cannot store ${id} at ${target}: ${reason}`, {
        retry: "later",
        details: { id, path: target, bytes: bytes.length },
        cause,
      });
    }
    return id;
  }

  async get(id: ContentId, maxBytes?: number): Promise<Uint8Array> {
    const path = this.#path(id);
    const bytes = await readIfPresent(path, maxBytes);
    if (bytes === undefined) {
      throw new CorexError("STORE_NOT_FOUND", `nothing is stored under ${id} (looked at ${path})`, {
        retry: "later",
        details: { id, path },
      });
    }
    const actual = contentIdOf(bytes);
    if (actual !== id) {
      throw new CorexError(
        "STORE_DIGEST_MISMATCH",
        `${path} is corrupted: expected ${id}, its bytes hash to ${actual}`,
        {
          retry: "after-change",
          details: { id, path, actual, bytes: bytes.length },
        },
      );
    }
    return bytes;
  }

  async has(id: ContentId): Promise<boolean> {
    return isPresent(this.#path(id));
  }

  /** Ids are parsed before they become a path: text from outside cannot point out of the folder. */
  #path(id: ContentId): string {
    return join(this.root, parseContentId(id).slice(-3, -1), id);
  }

  async #holdsIntact(id: ContentId): Promise<boolean> {
    const bytes = await readIfPresent(this.#path(id));
    return bytes !== undefined && contentIdOf(bytes) === id;
  }
}
