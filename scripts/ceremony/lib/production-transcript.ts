import type { CeremonyRecord } from "./record.ts";

/** The published record of a finished ceremony, in the form of the development transcripts. Same ceremony, same text. */
export function productionTranscript(record: CeremonyRecord, verificationKeySha256: string): Record<string, unknown> {
  const { circuit, compiler, tool, r1cs, phase1, initialSha256, beaconSource, contributions } = record;
  return {
    circuit,
    compiler: { ...compiler, libraries: ["node_modules"] },
    tool,
    phase1,
    ...(beaconSource === undefined ? {} : { beaconSource }),
    steps: [
      { step: "phase 1, public powers of tau", file: phase1.file, blake2b: phase1.blake2b },
      {
        step: "circuit, compile",
        command: `circom ${circuit.main} --r1cs ${compiler.flags.join(" ")}`,
        sha256: r1cs.sha256,
      },
      { step: "phase 2, new", command: "groth16 setup", sha256: initialSha256 },
      ...contributions.map(({ kind, name, date, contributionHash, sha256, beacon }, i) => ({
        step: beacon === undefined ? `phase 2, contribution ${i + 1}` : "phase 2, beacon",
        command: `zkey ${kind === "beacon" ? "beacon" : "contribute"} --name=${JSON.stringify(name)}`,
        name,
        date,
        ...(beacon === undefined
          ? {}
          : { beacon: { source: beacon.source, value: beacon.value, iterations: 2 ** beacon.iterationsExponent } }),
        contributionHash,
        sha256,
      })),
      { step: "verify", command: "zkey verify", result: "ZKey Ok" },
      { step: "verification key", command: "zkey export verificationkey", sha256: verificationKeySha256 },
    ],
    verify: `npm run ceremony -- verify --circuit ${circuit.key}`,
  };
}
