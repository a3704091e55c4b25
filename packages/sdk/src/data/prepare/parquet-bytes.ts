import { open, type FileHandle } from "node:fs/promises";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";

import { snappyUncompress, type AsyncBuffer, type Compressors } from "hyparquet";

import type { InputFile } from "./input-files.ts";
import { LIMITS } from "./limits.ts";

/**
 * The bytes of a Parquet file for its reader, which asks for pieces anywhere in it. Keeps count of the memory it lends, so that it
 * is given back at once: left to the collector, it piles up to several times what is in use.
 */
export class ParquetBytes implements AsyncBuffer {
  readonly byteLength: number;
  /** A page says how large it is: more than a row group may have is refused, and nothing decompresses to more than it says. */
  readonly compressors: Compressors = {
    SNAPPY: (bytes, length) => {
      const page = new Uint8Array(this.#lend(length));
      snappyUncompress(bytes, page);
      return page;
    },
    GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: requireBounded(length) }),
    BROTLI: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: requireBounded(length) }),
    ZSTD: (bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: requireBounded(length) }),
  };
  readonly #handle: FileHandle;
  #lent: ArrayBuffer[] = [];

  private constructor(handle: FileHandle, byteLength: number) {
    this.#handle = handle;
    this.byteLength = byteLength;
  }

  static async open({ location, bytes }: InputFile): Promise<ParquetBytes> {
    return new ParquetBytes(await open(location, "r"), bytes);
  }

  /** Bytes from `start` up to but without `end`. @throws RangeError when there are none, or more than a row group may have. */
  async slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    const last = Math.min(end, this.byteLength);
    if (!(start >= 0 && start <= last)) throw new RangeError(`there are no bytes ${start} to ${end}`);
    const buffer = this.#lend(last - start);
    const bytes = new Uint8Array(buffer);
    for (let filled = 0; filled < bytes.length;) {
      const { bytesRead } = await this.#handle.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) throw new RangeError(`it ends before byte ${last}`);
      filled += bytesRead;
    }
    return buffer;
  }

  /** Takes back everything lent so far: what was read from it must have been copied. */
  release(): void {
    // To move a buffer to one without bytes frees its memory.
    for (const buffer of this.#lent) buffer.transfer(0);
    this.#lent = [];
  }

  async close(): Promise<void> {
    this.release();
    await this.#handle.close();
  }

  #lend(bytes: number): ArrayBuffer {
    const buffer = new ArrayBuffer(requireBounded(bytes));
    this.#lent.push(buffer);
    return buffer;
  }
}

function requireBounded(bytes: number): number {
  if (bytes <= LIMITS.rowGroupBytes) return bytes;
  throw new RangeError(`a part has ${bytes} bytes, more than the ${LIMITS.rowGroupBytes} of a row group`);
}
