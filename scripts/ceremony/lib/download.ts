import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";

import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { hashFile } from "./hash-file.ts";
import type { Phase1File } from "./phase1-table.ts";
import type { Print } from "./print.ts";

const MEGABYTE = 1_000_000;

/**
 * Downloads a powers-of-tau file. It gets its name only when it is whole and has its pinned hash; else nothing is left.
 *
 * @throws CorexError CEREMONY_DOWNLOAD_FAILED when the server cannot be reached, refuses or breaks off,
 *   CEREMONY_PTAU_HASH when the file is another one.
 */
export async function download({ url, file, blake2b }: Phase1File, path: string, print: Print): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  try {
    await receive(url, part, print);
    const actual = await hashFile(part, "blake2b512");
    if (actual !== blake2b) {
      throw new CorexError("CEREMONY_PTAU_HASH", `${url} has BLAKE2b ${actual}, ${file} must have ${blake2b}`);
    }
    renameSync(part, path);
  } finally {
    if (existsSync(part)) rmSync(part);
  }
}

async function receive(url: string, part: string, print: Print): Promise<void> {
  try {
    const response = await fetch(url);
    if (!response.ok || response.body === null) throw new Error(`the server answers ${response.status}`);
    const total = Number(response.headers.get("content-length") ?? 0);
    print(`Downloading ${url}${total > 0 ? `, ${(total / MEGABYTE).toFixed(0)} MB` : ""} ...`);
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(body, progress(total, print), createWriteStream(part));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorexError(
      "CEREMONY_DOWNLOAD_FAILED",
      `cannot download ${url} (${reason}). Is this machine offline? Get the file on another one and pass its path with --ptau: its hash is checked. Nothing was left behind.`,
      { retry: "later", cause },
    );
  }
}

/** Passes data through and prints a line for every tenth of it. */
function progress(total: number, print: Print): Transform {
  let received = 0;
  let shown = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      const tenth = total > 0 ? Math.floor((10 * received) / total) : Math.floor(received / (50 * MEGABYTE));
      if (tenth > shown) {
        shown = tenth;
        print(`  ${(received / MEGABYTE).toFixed(0)} MB${total > 0 ? `, ${10 * tenth} %` : ""}`);
      }
      done(null, chunk);
    },
  });
}
