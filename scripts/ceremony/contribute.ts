import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import * as snarkjs from "snarkjs";

import { DEVELOPMENT_WARNING } from "../../packages/sdk/src/circuits/development-key.ts";
import { CorexError } from "../../packages/sdk/src/errors.ts";
import { step } from "../circuits/lib/progress.ts";
import { append } from "./lib/append.ts";
import { type Print, printLine } from "./lib/print.ts";
import { COMMON_OPTIONS, openCeremony, usage } from "./lib/workspace.ts";

/** snarkjs cuts longer names; control characters would forge lines of the table. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} .,_@'()/-]{0,63}$/u;

/**
 * `contribute --name NAME [--entropy-file F] (--circuit KEY | --folder DIR) [--ptau PATH | --download]`: adds a
 * contribution from the entropy of the system, mixed with a file where one is given. What it is made from is not kept.
 *
 * @throws CorexError CEREMONY_NAME, CEREMONY_ENTROPY when the file is missing or empty; and what `openCeremony` and
 *   `append` throw.
 */
export async function contribute(args: readonly string[], print: Print = printLine): Promise<boolean> {
  const { values: options } = parseArgs({
    args: [...args],
    options: { ...COMMON_OPTIONS, name: { type: "string" }, "entropy-file": { type: "string" } },
  });
  const { name, "entropy-file": entropyFile } = options;
  if (name === undefined) throw usage("say who contributes: contribute --name NAME");
  if (!NAME.test(name) || name.includes(DEVELOPMENT_WARNING) || name.length > 64) {
    throw new CorexError(
      "CEREMONY_NAME",
      `${JSON.stringify(name)} is no name: 1 to 64 letters, digits, spaces and . , _ @ ' ( ) / -, not ${DEVELOPMENT_WARNING}`,
      { retry: "after-change" },
    );
  }
  const fromUser = entropyFile === undefined ? Buffer.alloc(0) : readEntropy(entropyFile);
  const workspace = await openCeremony(options, print);
  if (workspace.record.contributions.some((contribution) => contribution.name === name)) {
    throw new CorexError("CEREMONY_NAME", `${name} has contributed already`, { retry: "after-change" });
  }

  const attestation = await append(
    workspace,
    { kind: "contribution", name },
    async (from, to) => {
      await step(
        `contribute as ${name}`,
        // Silent: what snarkjs logs belongs to nobody else before the key is checked.
        async () => snarkjs.zKey.contribute(from, to, name, freshEntropy(fromUser)),
        print,
      );
    },
    print,
  );
  print(`Publish ${attestation} where others find it without the coordinator, and pass the folder on.`);
  return true;
}

function readEntropy(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > 0) return bytes;
  } catch (cause) {
    throw new CorexError("CEREMONY_ENTROPY", `${path} cannot be read`, { retry: "after-change", cause });
  }
  throw new CorexError("CEREMONY_ENTROPY", `${path} is empty`, { retry: "after-change" });
}

/** 512 bits of the system, mixed with what the user gave: a weak file takes nothing away. snarkjs adds 512 more. */
function freshEntropy(fromUser: Buffer): string {
  const system = randomBytes(64);
  const entropy = createHash("sha512").update(system).update(fromUser).digest("hex");
  system.fill(0);
  fromUser.fill(0);
  return entropy;
}
