import { MAX_BLOCK_BYTES, type BlockStore } from "./block-store.ts";
import { parseBlockCid } from "./block-cid.ts";
import { contentIdOf, type ContentId } from "./content-id.ts";
import type { ContentStore } from "./content-store.ts";
import { tooLarge } from "./durable-file.ts";
import { IpfsHttpBlockStore, type IpfsHttpOptions } from "./ipfs-http-block-store.ts";

/** Content store behind the HTTP API of an IPFS node: each content is one raw block. Checks and limits: {@link IpfsHttpBlockStore}. */
export class IpfsHttpStore implements ContentStore {
  readonly #blocks: BlockStore;

  constructor(url: string, options?: IpfsHttpOptions) {
    this.#blocks = new IpfsHttpBlockStore(url, options);
  }

  async put(bytes: Uint8Array): Promise<ContentId> {
    const id = contentIdOf(bytes);
    await this.#blocks.put(parseBlockCid(id), bytes);
    return id;
  }

  async get(id: ContentId, maxBytes = MAX_BLOCK_BYTES): Promise<Uint8Array> {
    const bytes = await this.#blocks.get(parseBlockCid(id));
    if (bytes.length > maxBytes) throw tooLarge(id, bytes.length, maxBytes);
    return bytes;
  }

  async has(id: ContentId): Promise<boolean> {
    return this.#blocks.has(parseBlockCid(id));
  }
}
