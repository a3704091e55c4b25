import type { CircuitEntry } from "@corex/sdk/circuits/manifest";
import { CorexError } from "@corex/sdk/errors";

import { isTestChain } from "../../deploy/test-chains.ts";
import { checkKeyMarks, type ReadFile } from "../circuits/lib/key-marks.ts";

/**
 * Refuses keys that must not be registered on a chain, before anything is sent to it. The registry refuses development
 * keys by itself; this comes earlier, names them all, and looks at transcripts, which the chain cannot see.
 *
 * @throws CorexError DEPLOY_DEVELOPMENT_KEY outside test chains, DEPLOY_KEY_MARKS when a key, its transcript and the
 *   manifest do not agree about what the key is worth.
 */
export function requireDeployableKeys(
  circuits: Readonly<Record<string, CircuitEntry>>,
  chainId: bigint,
  read?: ReadFile,
): void {
  const entries = Object.entries(circuits);
  const problems = entries.flatMap(([key, entry]) =>
    checkKeyMarks(key, entry, read).map((problem) => `${key}: ${problem}`),
  );
  if (problems.length > 0) {
    throw new CorexError(
      "DEPLOY_KEY_MARKS",
      `keys, transcripts and circuits.json do not agree:\n  ${problems.join("\n  ")}`,
      { retry: "after-change" },
    );
  }
  const development = entries.filter(([, { devOnly }]) => devOnly).map(([key]) => key);
  if (development.length === 0 || isTestChain(chainId)) return;
  throw new CorexError(
    "DEPLOY_DEVELOPMENT_KEY",
    `chain ${chainId} is no test chain, and anyone can forge proofs of ${development.join(", ")}: their keys are DEV-ONLY. Production keys come from a ceremony: docs/ceremony.md`,
    { retry: "after-change" },
  );
}
