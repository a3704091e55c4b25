import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import * as snarkjs from "snarkjs";

import { type CircuitEntry, repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { runCircom } from "../../circuits/lib/circom.ts";
import { step } from "../../circuits/lib/progress.ts";
import { hashFile } from "./hash-file.ts";
import type { Print } from "./print.ts";
import { withStaging } from "./staging.ts";
import type { Workspace } from "./workspace.ts";

/** What every key of a ceremony is checked against; the files are gone afterwards. */
export interface Start {
  readonly r1cs: string;
  /** The key without contributions, made here. */
  readonly initial: string;
  /** A folder for files to be, on the file system of the ceremony. */
  readonly staging: string;
}

/**
 * Compiles a circuit from its sources, wherever a build of it may lie, and passes the constraints to `work`.
 *
 * @throws CorexError CEREMONY_R1CS when they are not those of the manifest; CircomError.
 */
export async function withConstraints<T>(
  key: string,
  entry: CircuitEntry,
  print: Print,
  work: (r1cs: string) => Promise<T>,
): Promise<T> {
  const build = join(repositoryRoot(), "circuits/build");
  mkdirSync(build, { recursive: true });
  const directory = mkdtempSync(join(build, "ceremony-"));
  try {
    const { r1cs } = await step(
      `${key}: compile ${entry.main}`,
      async () => Promise.resolve(runCircom(join(repositoryRoot(), entry.main), directory, { outputs: ["r1cs"] })),
      print,
    );
    const actual = await hashFile(r1cs, "sha256");
    if (actual !== entry.r1cs.sha256) {
      throw new CorexError(
        "CEREMONY_R1CS",
        `${entry.main} compiles to constraints with sha256 ${actual}, the manifest says ${entry.r1cs.sha256}: the circuit is not frozen`,
      );
    }
    return await work(r1cs);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Makes the key without contributions.
 *
 * @throws CorexError CEREMONY_NEW_KEY when snarkjs cannot make it of these files.
 */
export async function makeInitialKey(r1cs: string, ptau: string, zkey: string, print: Print): Promise<void> {
  const made = await step(
    "make the key without contributions",
    async (logger) => snarkjs.zKey.newZKey(r1cs, ptau, zkey, logger),
    print,
  );
  if (made === -1) throw new CorexError("CEREMONY_NEW_KEY", `snarkjs makes no key of ${r1cs} and ${ptau}`);
}

/**
 * Recomputes where the ceremony starts from, and checks that it did start there.
 *
 * @throws CorexError CEREMONY_R1CS, CEREMONY_INITIAL_KEY when constraints or first key are others than the record says.
 */
export async function withStart<T>(
  { folder, record, entry, phase1 }: Workspace,
  print: Print,
  work: (start: Start) => Promise<T>,
): Promise<T> {
  return withConstraints(record.circuit.key, entry, print, async (r1cs) => {
    if (record.r1cs.sha256 !== entry.r1cs.sha256) {
      throw new CorexError(
        "CEREMONY_R1CS",
        `the ceremony is for constraints with sha256 ${record.r1cs.sha256}, the circuit has ${entry.r1cs.sha256}: a changed circuit needs a new ceremony`,
      );
    }
    return withStaging(folder, async (staging) => {
      const initial = join(staging, "initial.zkey");
      await makeInitialKey(r1cs, phase1.path, initial, print);
      const actual = await hashFile(initial, "sha256");
      if (actual !== record.initialSha256) {
        throw new CorexError(
          "CEREMONY_INITIAL_KEY",
          `the ceremony starts from a key with sha256 ${record.initialSha256}, constraints and powers of tau make ${actual}`,
        );
      }
      return work({ r1cs, initial, staging });
    });
  });
}
