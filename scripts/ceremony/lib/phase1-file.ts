import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { PHASE1 } from "../../circuits/lib/dev-setup.ts";
import { download } from "./download.ts";
import { hashFile } from "./hash-file.ts";
import type { Phase1File, Phase1Table } from "./phase1-table.ts";
import type { Print } from "./print.ts";

export interface Phase1Source {
  /** A file the user has. */
  readonly ptau?: string | undefined;
  /** Whether a file that is neither given nor cached may be downloaded. */
  readonly download?: boolean | undefined;
  /** Folder of downloaded files. */
  readonly cache: string;
}

export interface Phase1 {
  readonly path: string;
  readonly pinned: Phase1File;
}

/**
 * The smallest pinned file for `rows` rows: the given one, the cached one, or a downloaded one. Its hash is checked.
 *
 * @throws CorexError CEREMONY_CIRCUIT_TOO_LARGE when no pinned file has as many rows; and what `requirePinned` throws.
 */
export async function phase1For(rows: number, table: Phase1Table, source: Phase1Source, print: Print): Promise<Phase1> {
  const wanted = table.files.find(({ power }) => 2 ** power >= rows);
  if (wanted === undefined) {
    throw new CorexError("CEREMONY_CIRCUIT_TOO_LARGE", `no pinned powers of tau have ${rows} rows`);
  }
  print(`The circuit has ${rows} rows: ${wanted.file} (2^${wanted.power}) or larger.`);
  return requirePinned(wanted, table, source, print);
}

/**
 * Finds a file that is `wanted`, or a larger one where the user gave it, and checks its hash.
 *
 * @throws CorexError CEREMONY_PTAU_MISSING when there is none, CEREMONY_PTAU_DEVELOPMENT for the development powers of
 *   tau, CEREMONY_PTAU_HASH when it is not pinned, CEREMONY_PTAU_TOO_SMALL; and what `download` throws.
 */
export async function requirePinned(
  wanted: Phase1File,
  table: Phase1Table,
  { ptau, download: mayDownload, cache }: Phase1Source,
  print: Print,
): Promise<Phase1> {
  const path = ptau === undefined ? join(cache, wanted.file) : resolve(ptau);
  if (!existsSync(path)) {
    if (ptau !== undefined || mayDownload !== true) throw missing(path, wanted);
    await download(wanted, path, print);
  }

  print(`Hashing ${path} ...`);
  if ((await hashFile(path, "sha256")) === PHASE1.sha256.prepared) throw development(path);
  const blake2b = await hashFile(path, "blake2b512");
  const pinned = table.files.find((file) => file.blake2b === blake2b);
  if (pinned === undefined) {
    throw new CorexError(
      "CEREMONY_PTAU_HASH",
      `${path} has BLAKE2b ${blake2b}, which is not pinned: ${wanted.file} must have ${wanted.blake2b}`,
    );
  }
  if (pinned.power < wanted.power) {
    throw new CorexError(
      "CEREMONY_PTAU_TOO_SMALL",
      `${path} is ${pinned.file} with 2^${pinned.power} rows, the circuit needs 2^${wanted.power}`,
    );
  }
  return { path, pinned };
}

/** The error for powers of tau, or a key on them, whose secrets are public. */
export function development(path: string): CorexError {
  return new CorexError(
    "CEREMONY_PTAU_DEVELOPMENT",
    `${path} is the development powers of tau (DEV-ONLY): its secrets are public, no key built on it is worth anything`,
  );
}

function missing(path: string, { file, url }: Phase1File): CorexError {
  return new CorexError(
    "CEREMONY_PTAU_MISSING",
    `${path} does not exist. Pass the path of ${file} with --ptau, or let it be downloaded from ${url} with --download`,
    { retry: "after-change" },
  );
}
