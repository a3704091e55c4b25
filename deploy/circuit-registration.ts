import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { id } from "ethers";

import { countSignals, repositoryRoot, type CircuitEntry } from "@corex/sdk/circuits/manifest";
import { encodeVerifyingKey } from "@corex/sdk/proof/encode-verifying-key";
import type { VerificationKeyJson } from "snarkjs";

/** What `CircuitRegistry.register` takes for a circuit of the manifest. */
export function circuitRegistration(entry: CircuitEntry) {
  const read = (path: string) => readFileSync(join(repositoryRoot(), path));
  const key = JSON.parse(read(entry.verificationKey.path).toString("utf8")) as VerificationKeyJson;
  return {
    name: { name: entry.name, version: entry.version, params: [...entry.params] },
    terms: {
      schema: id(entry.publicSignals.join(",")),
      transcript: `0x${createHash("sha256").update(read(entry.transcript)).digest("hex")}`,
      workUnits: entry.workUnits,
      publicSignals: countSignals(entry.publicSignals),
      devOnly: entry.devOnly,
    },
    verifyingKey: encodeVerifyingKey(key),
  };
}
