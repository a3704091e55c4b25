import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

import * as snarkjs from "snarkjs";

import { isDevelopmentKey } from "../../packages/sdk/src/circuits/development-key.ts";
import { CorexError } from "../../packages/sdk/src/errors.ts";
import { hashFile } from "./lib/hash-file.ts";
import { development, phase1For } from "./lib/phase1-file.ts";
import { type Print, printLine } from "./lib/print.ts";
import { type CeremonyRecord, RECORD_FILE, TOOL, zkeyFile } from "./lib/record.ts";
import { withStaging } from "./lib/staging.ts";
import { makeInitialKey, withConstraints } from "./lib/start.ts";
import {
  circuitOf,
  COMMON_OPTIONS,
  folderOf,
  identity,
  phase1Source,
  phase1Table,
  readCircuits,
  usage,
} from "./lib/workspace.ts";

/**
 * `init --circuit KEY [--ptau PATH | --download] [--beacon-source TEXT] [--folder DIR]`: starts the ceremony of a circuit.
 *
 * The folder appears whole or not at all.
 *
 * @throws CorexError CEREMONY_USAGE, CEREMONY_EXISTS, CEREMONY_R1CS when the circuit is not that of the manifest,
 *   CEREMONY_PTAU_DEVELOPMENT; and what `phase1For` throws.
 */
export async function init(args: readonly string[], print: Print = printLine): Promise<boolean> {
  const { values: options } = parseArgs({
    args: [...args],
    options: { ...COMMON_OPTIONS, "beacon-source": { type: "string" } },
  });
  const { circuit: key, "beacon-source": beaconSource } = options;
  if (key === undefined) throw usage("say which circuit: init --circuit KEY");
  if (options.ptau !== undefined && options.download === true) throw usage("--ptau or --download, not both");
  const folder = folderOf(options);
  if (existsSync(folder)) {
    throw new CorexError("CEREMONY_EXISTS", `${folder} exists already: a ceremony is never started over in place`);
  }
  const manifest = readCircuits(options);
  const entry = circuitOf(manifest, key);

  await withConstraints(key, entry, print, async (r1cs) => {
    const { nConstraints, nPubInputs, nOutputs } = await snarkjs.r1cs.info(r1cs);
    const rows = nConstraints + nPubInputs + nOutputs + 1;
    const { path, pinned } = await phase1For(rows, phase1Table(options, print), phase1Source(options), print);
    mkdirSync(dirname(folder), { recursive: true });
    await withStaging(dirname(folder), async (staging) => {
      const finished = join(staging, "ceremony");
      mkdirSync(finished);
      const zkey = join(finished, zkeyFile(0));
      await makeInitialKey(r1cs, path, zkey, print);
      if (isDevelopmentKey(await snarkjs.zKey.exportVerificationKey(zkey))) throw development(path);
      const record: CeremonyRecord = {
        format: 1,
        circuit: identity(key, entry),
        compiler: manifest.compiler,
        tool: TOOL,
        r1cs: { sha256: entry.r1cs.sha256, rows },
        phase1: pinned,
        ...(beaconSource === undefined ? {} : { beaconSource }),
        initialSha256: await hashFile(zkey, "sha256"),
        contributions: [],
      };
      writeFileSync(join(finished, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
      renameSync(finished, folder);
    });
  });
  print(
    `${folder} is ready. Pass it to the first contributor: npm run ceremony -- contribute --circuit ${key} --name NAME`,
  );
  return true;
}
