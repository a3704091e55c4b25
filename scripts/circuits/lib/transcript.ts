import type { CircuitEntry, CircuitManifest } from "../../../packages/sdk/src/circuits/manifest.ts";
import { beaconOf, PHASE1, PHASE2, phase2BeaconText, WARNING } from "./dev-setup.ts";
import type { DevKey } from "./make-dev-key.ts";

const TOOL = "snarkjs 0.7.6";

/** The record of a development setup: every step, beacon and file hash. Same inputs, same text. */
export function transcript(
  key: string,
  entry: CircuitEntry,
  compiler: CircuitManifest["compiler"],
  r1csSha256: string,
  dev: DevKey,
): Record<string, unknown> {
  const iterations = 2 ** PHASE1.iterationsExponent;
  return {
    warning: WARNING,
    circuit: { key, name: entry.name, version: entry.version, params: entry.params, main: entry.main },
    compiler: { ...compiler, libraries: ["node_modules"] },
    tool: TOOL,
    steps: [
      {
        step: "phase 1, new",
        command: `powersoftau new bn128 ${PHASE1.power}`,
        sha256: PHASE1.sha256.initial,
      },
      {
        step: "phase 1, beacon",
        command: `powersoftau beacon --name="${PHASE1.name}"`,
        beacon: { text: PHASE1.beaconText, sha256: beaconOf(PHASE1.beaconText), iterations },
        sha256: PHASE1.sha256.contributed,
      },
      { step: "phase 1, prepare", command: "powersoftau prepare phase2", sha256: PHASE1.sha256.prepared },
      {
        step: "circuit, compile",
        command: `circom ${entry.main} --r1cs ${compiler.flags.join(" ")}`,
        sha256: r1csSha256,
      },
      { step: "phase 2, new", command: "groth16 setup", sha256: dev.initialSha256 },
      {
        step: "phase 2, beacon",
        command: `zkey beacon --name="${PHASE2.name}"`,
        beacon: { text: phase2BeaconText(key), sha256: dev.beacon, iterations: 2 ** PHASE2.iterationsExponent },
        contributionHash: dev.contributionHash,
        sha256: dev.zkeySha256,
      },
      { step: "verify", command: "zkey verify", result: "ZKey Ok" },
      { step: "verification key", command: "zkey export verificationkey", sha256: dev.verificationKeySha256 },
    ],
    rebuild: "npm run circuits:setup",
    production: [
      "Freeze and audit the circuit: any change of source, compiler or flag needs a new phase 2.",
      "Phase 1: the public Hermez powersOfTau28_hez_final_14.ptau or larger, hash pinned and verified.",
      "Phase 2: contributions by several independent parties with published attestations; one honest party suffices.",
      "A final beacon from a public value announced before it exists, such as a drand round.",
      "Publish hashes of constraints, compiler, powers of tau, contributions and keys; register the key as production.",
    ],
  };
}
