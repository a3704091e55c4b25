import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { attestationFile, attestationOf } from "./attestation.ts";
import { checkCeremony, checkLinks, requireNoProblems, verifyKey } from "./check-ceremony.ts";
import { hashFile } from "./hash-file.ts";
import type { Print } from "./print.ts";
import { type Contribution, hasBeacon, RECORD_FILE, zkeyFile } from "./record.ts";
import { commitContribution } from "./staging.ts";
import { withStart } from "./start.ts";
import type { Workspace } from "./workspace.ts";
import { readChain } from "./zkey-chain.ts";

/** Makes key `to` of key `from`. */
export type Contribute = (from: string, to: string) => Promise<void>;

/**
 * Adds one contribution: checks everything before it, makes the key, checks that too, and writes key, attestation and
 * record. On any error the ceremony is as before.
 *
 * @returns path of the attestation.
 * @throws CorexError CEREMONY_CLOSED after the beacon, CEREMONY_INVALID when the ceremony or the new key is not valid,
 *   CEREMONY_CHANGED, CEREMONY_FILE_EXISTS.
 */
export async function append(
  workspace: Workspace,
  what: Pick<Contribution, "kind" | "name" | "beacon">,
  contribute: Contribute,
  print: Print,
): Promise<string> {
  const { folder, record, recordText, phase1 } = workspace;
  requireOpen(workspace);
  const index = record.contributions.length + 1;
  await withStart(workspace, print, async (start) => {
    requireNoProblems(await checkCeremony(workspace, start, { complete: false, everyKey: false }, print));
    const previous = join(folder, zkeyFile(index - 1));
    const zkey = join(start.staging, zkeyFile(index));
    await contribute(previous, zkey);
    const links = await readChain(zkey);

    const contribution: Contribution = {
      ...what,
      date: new Date().toISOString(),
      contributionHash: links.at(-1)?.contributionHash ?? "",
      sha256: await hashFile(zkey, "sha256"),
    };
    const updated = { ...record, contributions: [...record.contributions, contribution] };
    const refused = await verifyKey(start.initial, phase1.path, zkey, print);
    const before = index === 1 ? [] : await readChain(previous);
    requireNoProblems([refused === undefined ? [] : [refused], checkLinks(links, before, updated, index)]);

    const write = (file: string, value: unknown) =>
      writeFileSync(join(start.staging, file), `${JSON.stringify(value, null, 2)}\n`);
    write(attestationFile(index), attestationOf(updated, index));
    write(RECORD_FILE, updated);
    commitContribution(folder, start.staging, [zkeyFile(index), attestationFile(index)], recordText);
    print(`Contribution ${index}: ${contribution.contributionHash}`);
  });
  return join(folder, attestationFile(index));
}

function requireOpen({ folder, record }: Workspace): void {
  if (!hasBeacon(record)) return;
  throw new CorexError("CEREMONY_CLOSED", `${folder} has its beacon: the ceremony has ended, nothing can be added`);
}
