import { closeSync, existsSync, fsyncSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { RECORD_FILE } from "./record.ts";

/** Runs `work` with a new folder inside `parent`, which is gone afterwards whatever happens. */
export async function withStaging<T>(parent: string, work: (staging: string) => Promise<T>): Promise<T> {
  const staging = mkdtempSync(join(parent, ".staging-"));
  try {
    return await work(staging);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Moves finished files from `staging` into `folder`, in this order, each by one rename. Replaces nothing.
 *
 * @throws CorexError CEREMONY_FILE_EXISTS before anything moved.
 */
export function moveInto(folder: string, staging: string, files: readonly string[]): void {
  for (const file of files) {
    if (!existsSync(join(folder, file))) continue;
    throw new CorexError(
      "CEREMONY_FILE_EXISTS",
      `${join(folder, file)} exists already, and is replaced by nothing. If a run was interrupted, move it away; if somebody contributed, use their ceremony.json too`,
      { retry: "after-change" },
    );
  }
  for (const file of files) move(folder, staging, file);
}

/**
 * The same for the files of one contribution and, last, the record that names them: until then the ceremony is as before.
 *
 * @param before the record as it was read; another one now means that somebody else contributed meanwhile.
 * @throws CorexError CEREMONY_CHANGED, CEREMONY_FILE_EXISTS before anything moved.
 */
export function commitContribution(folder: string, staging: string, files: readonly string[], before: string): void {
  if (readFileSync(join(folder, RECORD_FILE), "utf8") !== before) {
    throw new CorexError("CEREMONY_CHANGED", `${folder} was changed meanwhile: contribute again`, {
      retry: "after-change",
    });
  }
  moveInto(folder, staging, files);
  move(folder, staging, RECORD_FILE);
}

function move(folder: string, staging: string, file: string): void {
  const descriptor = openSync(join(staging, file), "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(join(staging, file), join(folder, file));
}
