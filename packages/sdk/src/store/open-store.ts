import { resolve } from "node:path";

import { CorexError } from "../errors.ts";
import type { BlockStore } from "./block-store.ts";
import type { ContentStore } from "./content-store.ts";
import { DirectoryBlockStore } from "./directory-block-store.ts";
import { DirectoryStore } from "./directory-store.ts";
import { IpfsHttpBlockStore, type IpfsHttpOptions } from "./ipfs-http-block-store.ts";
import { IpfsHttpStore } from "./ipfs-http-store.ts";

const DIRECTORY_SCHEME = "dir:";
const BLOCK_FOLDER = "blocks";

/** One place with both kinds of content: documents of up to a block, and the blocks of larger files. */
export interface OpenedStore {
  readonly location: string;
  readonly content: ContentStore;
  readonly blocks: BlockStore;
}

/**
 * Opens the store at `location`: `dir:PATH`, a folder (blocks lie in its sub-folder `blocks`), or `http://` or `https://`,
 * the HTTP API of an IPFS node. Nothing is read, written or asked yet.
 *
 * @throws CorexError CONFIG_INVALID for any other location.
 */
export function openStore(location: string, options: IpfsHttpOptions = {}): OpenedStore {
  if (location.startsWith(DIRECTORY_SCHEME) && location.length > DIRECTORY_SCHEME.length) {
    const root = resolve(location.slice(DIRECTORY_SCHEME.length));
    return {
      location,
      content: new DirectoryStore(root),
      blocks: new DirectoryBlockStore(resolve(root, BLOCK_FOLDER)),
    };
  }
  if (/^https?:$/.test(protocolOf(location))) {
    return {
      location,
      content: new IpfsHttpStore(location, options),
      blocks: new IpfsHttpBlockStore(location, options),
    };
  }
  throw new CorexError("CONFIG_INVALID", `"${location}" is no store: give dir:PATH or the URL of an IPFS HTTP API`, {
    retry: "after-change",
    details: { location },
  });
}

function protocolOf(location: string): string {
  return URL.parse(location)?.protocol ?? "";
}
