import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import * as snarkjs from "snarkjs";

import { circuitId } from "../../packages/sdk/src/circuits/circuit-id.ts";
import { type CircuitEntry, repositoryRoot } from "../../packages/sdk/src/circuits/manifest.ts";
import { encodeVerifyingKey, hashWords } from "../../packages/sdk/src/proof/encode-verifying-key.ts";
import { checkCeremony, requireNoProblems } from "./lib/check-ceremony.ts";
import { hashFile } from "./lib/hash-file.ts";
import { type Print, printLine } from "./lib/print.ts";
import { productionTranscript } from "./lib/production-transcript.ts";
import { zkeyFile } from "./lib/record.ts";
import { moveInto, withStaging } from "./lib/staging.ts";
import { withStart } from "./lib/start.ts";
import { COMMON_OPTIONS, openCeremony, type Workspace } from "./lib/workspace.ts";

/**
 * `finalize (--circuit KEY | --folder DIR) [--out DIR] [--attestations DIR] [--ptau PATH | --download]`: checks the whole
 * ceremony again and exports its key: proving key, verification key, transcript and the entry for circuits.json.
 *
 * Writes `KEY.zkey`, `.vkey.json`, `.transcript.json` and `.manifest.json` into `circuits/keys/production` or DIR.
 *
 * @throws CorexError CEREMONY_INVALID when the ceremony is not valid or has no beacon, CEREMONY_FILE_EXISTS; and what
 *   `openCeremony` throws.
 */
export async function finalize(args: readonly string[], print: Print = printLine): Promise<boolean> {
  const { values: options } = parseArgs({
    args: [...args],
    options: { ...COMMON_OPTIONS, out: { type: "string" }, attestations: { type: "string" } },
  });
  const out = resolve(options.out ?? join(repositoryRoot(), "circuits/keys/production"));
  const workspace = await openCeremony(options, print);
  const { attestations } = options;
  await withStart(workspace, print, async (start) => {
    requireNoProblems(await checkCeremony(workspace, start, { complete: true, everyKey: true, attestations }, print));
  });
  mkdirSync(out, { recursive: true });
  const { entry, onChain } = await withStaging(out, async (staging) => exportKey(workspace, staging, out));
  print(JSON.stringify({ [workspace.record.circuit.key]: entry }, null, 2));
  for (const [name, hash] of Object.entries(onChain)) print(`On chain, ${name}: ${hash}`);
  print(
    `Keys, transcript and manifest entry are in ${out}. Publish all hashes; docs/ceremony.md says how to register.`,
  );
  return true;
}

interface Exported {
  readonly entry: CircuitEntry;
  /** What `CircuitRegistered` says once the key is registered. */
  readonly onChain: { readonly circuit: string; readonly keyHash: string; readonly transcript: string };
}

async function exportKey({ folder, record, entry }: Workspace, staging: string, out: string): Promise<Exported> {
  const { key } = record.circuit;
  const files = {
    zkey: `${key}.zkey`,
    verificationKey: `${key}.vkey.json`,
    transcript: `${key}.transcript.json`,
    manifest: `${key}.manifest.json`,
  };
  const staged = (file: string) => join(staging, file);
  const published = (file: string) => relative(repositoryRoot(), join(out, file));
  const write = (file: string, value: unknown) => writeFileSync(staged(file), `${JSON.stringify(value, null, 2)}\n`);

  copyFileSync(join(folder, zkeyFile(record.contributions.length)), staged(files.zkey));
  const verificationKey = await snarkjs.zKey.exportVerificationKey(staged(files.zkey));
  write(files.verificationKey, verificationKey);
  const verificationKeySha256 = await hashFile(staged(files.verificationKey), "sha256");
  write(files.transcript, productionTranscript(record, verificationKeySha256));
  const updated: CircuitEntry = {
    ...entry,
    zkey: { path: published(files.zkey), sha256: await hashFile(staged(files.zkey), "sha256") },
    verificationKey: { path: published(files.verificationKey), sha256: verificationKeySha256 },
    transcript: published(files.transcript),
    devOnly: false,
  };
  write(files.manifest, { [key]: updated });
  const onChain = {
    circuit: circuitId(updated),
    keyHash: hashWords(encodeVerifyingKey(verificationKey)),
    transcript: `0x${await hashFile(staged(files.transcript), "sha256")}`,
  };
  moveInto(out, staging, Object.values(files));
  return { entry: updated, onChain };
}
