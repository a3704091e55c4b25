import { exporter } from "ipfs-unixfs-exporter";
import { importByteStream } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";

import { CorexError } from "../errors.ts";
import { parseBlockCid, type BlockCid } from "./block-cid.ts";
import type { BlockStore } from "./block-store.ts";

const CHUNK_BYTES = 256 * 1024;
const LINKS_PER_NODE = 174;

/** Blocks written at once: a few round trips to a server overlap, and memory stays at a few chunks. */
const PARALLEL_WRITES = 8;

/** The CID of another release of the CID library than ours: its text is what both agree on. */
interface Printable {
  toString(): string;
}

/**
 * Stores `bytes` as a UnixFS file and returns its CID, the one of
 * `ipfs add --cid-version=1 --raw-leaves --chunker=size-262144 --max-file-links=174`.
 *
 * The root is written last: a run that is cut off leaves blocks that nothing points to.
 */
export async function addFile(blocks: Pick<BlockStore, "put">, bytes: Uint8Array): Promise<BlockCid> {
  const storage = {
    async put<Key extends Printable>(cid: Key, block: unknown): Promise<Key> {
      if (!(block instanceof Uint8Array)) throw new TypeError("a block in pieces");
      await blocks.put(parseBlockCid(cid.toString()), block);
      return cid;
    },
  };
  const { cid } = await importByteStream([bytes], storage, {
    cidVersion: 1,
    rawLeaves: true,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: CHUNK_BYTES }),
    layout: balanced({ maxChildrenPerNode: LINKS_PER_NODE }),
    blockWriteConcurrency: PARALLEL_WRITES,
  });
  return parseBlockCid(cid.toString());
}

/**
 * Reads a UnixFS file of exactly `size` bytes; every block is checked by the store.
 *
 * @throws CorexError STORE_NOT_A_FILE, STORE_SIZE_MISMATCH, and what the store throws.
 */
export async function readFile(blocks: Pick<BlockStore, "get">, id: BlockCid, size: number): Promise<Uint8Array> {
  parseBlockCid(id);
  let failure: unknown;
  const storage = {
    async *get(block: Printable): AsyncGenerator<Uint8Array> {
      try {
        yield await blocks.get(parseBlockCid(block.toString()));
      } catch (cause) {
        failure = cause;
        throw cause;
      }
    },
  };
  try {
    const entry = await exporter(id, storage);
    if (entry.type !== "file" && entry.type !== "raw") throw notAFile(id, `a ${entry.type}`);
    // Asked before anything is read: whoever made the file cannot fill the memory.
    if (entry.size !== BigInt(size)) throw sizeMismatch(id, size, entry.size);
    const bytes = new Uint8Array(size);
    let filled = 0;
    for await (const chunk of entry.content()) {
      if (filled + chunk.length > size) throw sizeMismatch(id, size, BigInt(filled + chunk.length));
      bytes.set(chunk, filled);
      filled += chunk.length;
    }
    if (filled !== size) throw sizeMismatch(id, size, BigInt(filled));
    return bytes;
  } catch (cause) {
    // The exporter wraps what the store throws; the store's own error says more.
    if (failure instanceof CorexError) throw failure;
    if (cause instanceof CorexError) throw cause;
    throw notAFile(id, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function notAFile(id: string, what: string, cause?: unknown): CorexError {
  return new CorexError("STORE_NOT_A_FILE", `${id} is no UnixFS file: ${what}`, { details: { id }, cause });
}

function sizeMismatch(id: string, expected: number, actual: bigint): CorexError {
  return new CorexError("STORE_SIZE_MISMATCH", `the file ${id} has ${actual} bytes, expected ${expected}`, {
    details: { id, expected, actual },
  });
}
