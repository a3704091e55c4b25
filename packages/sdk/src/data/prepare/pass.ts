import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";

import { CorexError } from "../../errors.ts";
import type { InputFile } from "./input-files.ts";

/** What was read of one raw file. */
export interface SourceDigest {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in lower-case hexadecimal digits. */
  readonly sha256: string;
}

export interface PassOptions {
  /** `fit`: statistics and classes are found, nothing is written. `write`: rows become shards. */
  readonly purpose: "fit" | "write";
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes just read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Small: what is made of a piece, such as records, is garbage before it grows old, which keeps the heap small. */
const CHUNK_BYTES = 32 * 1024;

/** One reading of all raw files: hashes what it reads, so that the manifest names the bytes that were really used. */
export class Pass {
  readonly purpose: PassOptions["purpose"];
  readonly #options: PassOptions;
  readonly #digests = new Map<string, SourceDigest>();

  constructor(options: PassOptions) {
    this.purpose = options.purpose;
    this.#options = options;
  }

  /** What was read, in the order of `files`. @throws CorexError DATA_INTERNAL when a file was not read to its end. */
  digestsOf(files: readonly InputFile[]): SourceDigest[] {
    return files.map(({ path }) => {
      const digest = this.#digests.get(path);
      if (digest === undefined) throw new CorexError("DATA_INTERNAL", `${path} was not read to its end`);
      return digest;
    });
  }

  /** @throws CorexError DATA_ABORTED once the caller gave up. */
  checkSignal(): void {
    if (this.#options.signal?.aborted !== true) return;
    throw new CorexError("DATA_ABORTED", "stopped before the dataset was finished; the same command finishes it", {
      retry: "later",
    });
  }

  /** The bytes of a file in pieces, each valid until the next is asked for. @throws CorexError DATA_ABORTED, DATA_READ_FAILED, DATA_INPUT_CHANGED. */
  async *chunks(file: InputFile): AsyncGenerator<Buffer> {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of readChunks(file)) {
      this.checkSignal();
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
      this.#options.onBytes?.(chunk.length);
    }
    if (bytes !== file.bytes) {
      throw new CorexError("DATA_INPUT_CHANGED", `${file.location} had ${file.bytes} bytes, ${bytes} were read`, {
        retry: "later",
        details: { path: file.location, expected: file.bytes, bytes },
      });
    }
    this.#digests.set(file.path, { path: file.path, bytes, sha256: hash.digest("hex") });
  }

  /** A whole file; the caller has checked its size. */
  async whole(file: InputFile): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.chunks(file)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }
}

/** Reads into one buffer again and again: garbage of this size would pile up faster than it is collected. */
async function* readChunks({ location, bytes }: InputFile): AsyncGenerator<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(location, "r");
    const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, bytes + 1));
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorexError("DATA_READ_FAILED", `cannot read ${location}: ${reason}`, {
      retry: "later",
      details: { path: location },
      cause,
    });
  } finally {
    await handle?.close();
  }
}
