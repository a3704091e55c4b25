import { join } from "node:path";

import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { readJson } from "./read-json.ts";

/** One prepared powers-of-tau file that a ceremony may start from. */
export interface Phase1File {
  /** It has 2^power rows. */
  readonly power: number;
  readonly file: string;
  readonly url: string;
  /** BLAKE2b-512 of the whole file. */
  readonly blake2b: string;
}

export interface Phase1Table {
  readonly source: string;
  /** Ascending by power. */
  readonly files: readonly Phase1File[];
}

/** The public powers of tau with their hashes. Another table makes another ceremony: only tests have use for one. */
export const PINNED_TABLE = join(repositoryRoot(), "circuits/phase1.json");

/** @throws CorexError CEREMONY_PHASE1_TABLE when the file is missing or malformed. */
export function readPhase1Table(path: string): Phase1Table {
  const json = readJson(path, "CEREMONY_PHASE1_TABLE");
  const files = json
    .field("files")
    .items()
    .map((item) => ({
      power: item.field("power").integer(1, 28),
      file: item.field("file").matching(/^[\w.-]+\.ptau$/, "a file name that ends with .ptau"),
      url: item.field("url").matching(/^https?:\/\//, "an http address"),
      blake2b: item.field("blake2b").matching(/^[0-9a-f]{128}$/, "128 hexadecimal digits"),
    }));
  return { source: json.field("source").string(), files: files.toSorted((a, b) => a.power - b.power) };
}
