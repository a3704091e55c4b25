import { randomUUID } from "node:crypto";
import { access, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { CorexError } from "../errors.ts";

const TEMPORARY_FOLDER = ".incoming";

/**
 * Puts a whole file at `target`: bytes go to `<root>/.incoming/<uuid>`, are flushed to disk and renamed into place, so a
 * reader sees a whole file or none, also after a power cut. A failure leaves nothing behind. Throws what the system says.
 */
export async function writeWhole(root: string, target: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(root, TEMPORARY_FOLDER, randomUUID());
  try {
    await mkdir(dirname(temporary), { recursive: true });
    await mkdir(dirname(target), { recursive: true });
    await writeDurably(temporary, bytes);
    await rename(temporary, target);
    await flushFolder(dirname(target));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
}

/**
 * The bytes of a file; undefined when there is none.
 *
 * @param maxBytes how much is read at most; no bound when absent.
 * @throws CorexError STORE_TOO_LARGE, STORE_READ_FAILED.
 */
export async function readIfPresent(path: string, maxBytes = Infinity): Promise<Uint8Array | undefined> {
  try {
    if (maxBytes !== Infinity) {
      const { size } = await stat(path);
      if (size > maxBytes) throw tooLarge(path, size, maxBytes);
    }
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    if (cause instanceof CorexError) throw cause;
    throw readFailed(path, cause);
  }
}

/** Whether there is a file. @throws CorexError STORE_READ_FAILED. */
export async function isPresent(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw readFailed(path, cause);
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename survive a power cut. Windows cannot flush folders; its rename is durable without it. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The error of content that is larger than its reader takes. */
export function tooLarge(what: string, bytes: number, maxBytes: number): CorexError {
  return new CorexError("STORE_TOO_LARGE", `${what} has ${bytes} bytes, at most ${maxBytes} are read`, {
    retry: "after-change",
    details: { what, bytes, maxBytes },
  });
}

function readFailed(path: string, cause: unknown): CorexError {
  return new CorexError("STORE_READ_FAILED", `cannot read ${path}: ${messageOf(cause)}`, {
    retry: "later",
    details: { path },
    cause,
  });
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
