import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import type { VerificationKeyJson } from "snarkjs";

import { type CircuitEntry, repositoryRoot } from "../../packages/sdk/src/circuits/manifest.ts";
import { CorexError } from "../../packages/sdk/src/errors.ts";
import { PINNED_TABLE, readPhase1Table } from "../../scripts/ceremony/lib/phase1-table.ts";
import { productionTranscript } from "../../scripts/ceremony/lib/production-transcript.ts";
import { type CeremonyRecord, TOOL } from "../../scripts/ceremony/lib/record.ts";
import { WARNING } from "../../scripts/circuits/lib/dev-setup.ts";
import { checkKeyMarks } from "../../scripts/circuits/lib/key-marks.ts";
import { sha256 } from "../../scripts/circuits/lib/sha256.ts";
import { transcript as developmentTranscript } from "../../scripts/circuits/lib/transcript.ts";
import { requireDeployableKeys } from "../../scripts/lib/require-deployable-keys.ts";

const KEY = "cube";
const COMPILER = { package: "circom2", version: "1", flags: ["--O1"] };
const [R1CS, ZKEY] = ["11".repeat(32), "22".repeat(32)];
/** Its alpha and beta are those of the development phase 1, whichever circuit it is for. */
const DEVELOPMENT_KEY = {
  ...(JSON.parse(
    readFileSync(join(repositoryRoot(), "circuits/keys/dev/linear-step-16x16.vkey.json"), "utf8"),
  ) as VerificationKeyJson),
  warning: WARNING,
};
const unmarked = without(DEVELOPMENT_KEY, "warning");
const PRODUCTION_KEY: VerificationKeyJson = { ...unmarked, vk_alpha_1: ["1", "2", "1"] };

interface Files {
  readonly entry: CircuitEntry;
  readonly key: VerificationKeyJson;
  readonly transcript: Record<string, unknown>;
}

function without<T extends object, K extends keyof T>(value: T, field: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field)) as Omit<T, K>;
}

function entryOf(folder: string, key: VerificationKeyJson, devOnly: boolean): CircuitEntry {
  return {
    name: "Cube",
    version: 1,
    params: [3],
    paramNames: ["n"],
    main: "circuits/main/cube.circom",
    publicSignals: ["y"],
    constraints: { nonLinear: 2, linear: 0 },
    r1cs: { sha256: R1CS },
    zkey: { path: `circuits/keys/${folder}/cube.zkey`, sha256: ZKEY },
    verificationKey: { path: `circuits/keys/${folder}/cube.vkey.json`, sha256: sha256(JSON.stringify(key)) },
    transcript: `circuits/keys/${folder}/cube.transcript.json`,
    workUnits: 2,
    devOnly,
  };
}

function development(): Files {
  const key = DEVELOPMENT_KEY;
  const entry = entryOf("dev", key, true);
  const transcript = developmentTranscript(KEY, entry, COMPILER, R1CS, {
    zkey: "",
    verificationKey: "",
    initialSha256: "33".repeat(32),
    zkeySha256: ZKEY,
    verificationKeySha256: entry.verificationKey.sha256,
    beacon: "44".repeat(32),
    contributionHash: "55".repeat(64),
  });
  return { entry, key, transcript };
}

function production(contributors = 2): Files {
  const key = PRODUCTION_KEY;
  const entry = entryOf("production", key, false);
  const phase1 = readPhase1Table(PINNED_TABLE).files[0];
  if (phase1 === undefined) throw new Error("nothing is pinned");
  const made = { date: "2026-01-01T00:00:00.000Z", contributionHash: "66".repeat(64) };
  const record: CeremonyRecord = {
    format: 1,
    circuit: { key: KEY, name: entry.name, version: entry.version, params: entry.params, main: entry.main },
    compiler: COMPILER,
    tool: TOOL,
    r1cs: { sha256: R1CS, rows: 5 },
    phase1,
    initialSha256: "33".repeat(32),
    contributions: [
      ...Array.from({ length: contributors }, (_, i) => ({
        kind: "contribution" as const,
        name: `person ${i}`,
        sha256: "77".repeat(32),
        ...made,
      })),
      {
        kind: "beacon",
        name: "final beacon",
        sha256: ZKEY,
        beacon: { source: "drand", value: "0a".repeat(32), iterationsExponent: 10 },
        ...made,
      },
    ],
  };
  return { entry, key, transcript: productionTranscript(record, entry.verificationKey.sha256) };
}

function readerOf({ entry, key, transcript }: Files) {
  return (path: string): Buffer => {
    if (path === entry.verificationKey.path) return Buffer.from(JSON.stringify(key));
    if (path === entry.transcript) return Buffer.from(JSON.stringify(transcript));
    throw new Error(`${path} does not exist`);
  };
}

function problems(files: Files): string[] {
  return checkKeyMarks(KEY, files.entry, readerOf(files));
}

/** The same with another key, and the hash of it wherever one is written. */
function withKey(files: Files, key: VerificationKeyJson): Files {
  const [before, after] = [files.entry.verificationKey.sha256, sha256(JSON.stringify(key))];
  const replaced = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(before, after)) as T;
  return { entry: replaced(files.entry), key, transcript: replaced(files.transcript) };
}

/** The same with one step of the transcript changed. */
function withStep(files: Files, name: string, change: Record<string, unknown>): Files {
  const steps = (files.transcript["steps"] as Record<string, unknown>[]).map((step) =>
    step["step"] === name ? { ...step, ...change } : step,
  );
  return { ...files, transcript: { ...files.transcript, steps } };
}

// Marks of keys
// ├── development and production keys as the scripts make them are right
// ├── when a transcript is missing, of another circuit, or names other hashes
// │   └── it is named
// ├── given a development key
// │   └── warnings, folder, phase 1 and beacon say so
// ├── given a production key
// │   └── it is on another phase 1, which is pinned, with two contributors and a beacon, and nothing says DEV-ONLY
// └── before a deployment
//     ├── when marks are wrong, every chain is refused
//     └── when keys are development keys, only test chains are allowed
describe("marks of keys", function () {
  it("are right on what setup and ceremony make", function () {
    expect(problems(development())).to.deep.equal([]);
    expect(problems(production())).to.deep.equal([]);
  });

  for (const [kind, make] of Object.entries({ development, production })) {
    it(`tell a ${kind} key whose transcript is missing or of something else`, function () {
      const files = make();
      const { entry, transcript } = files;
      expect(checkKeyMarks(KEY, { ...entry, transcript: "nowhere" }, readerOf(files))).to.deep.equal([
        "nowhere does not exist",
      ]);
      expect(problems({ ...files, transcript: { ...transcript, steps: undefined } }).join()).to.contain(
        "steps is missing",
      );
      expect(problems({ ...files, entry: { ...entry, version: 2 } }).join()).to.contain('is not about {"key":"cube"');
      expect(problems({ ...files, entry: { ...entry, params: [4] } }).join()).to.contain('"params":[4]');
      for (const [step, change] of [
        ["circuit, compile", { r1cs: { sha256: "00" } }],
        ["phase 2, beacon", { zkey: { ...entry.zkey, sha256: "00" } }],
        ["verification key", { verificationKey: { ...entry.verificationKey, sha256: "00" } }],
      ] as const) {
        expect(problems({ ...files, entry: { ...entry, ...change } }).join()).to.match(
          new RegExp(`"${step}" has sha256 [0-9a-f]{64}, the manifest says 00`),
        );
      }
      const changed = { ...files.key, IC: files.key.IC.toReversed() };
      expect(problems({ ...files, key: changed }).join()).to.match(
        /vkey\.json: sha256 is [0-9a-f]{64}, the manifest says/,
      );
      const steps = transcript["steps"] as { step: string }[];
      const late = { step: "phase 2, contribution 9" };
      expect(problems({ ...files, transcript: { ...transcript, steps: [...steps, late] } }).join()).to.contain(
        "the beacon is not the last step of phase 2",
      );
      expect(problems(withStep(files, "phase 2, beacon", { step: "phase 2, end" })).join()).to.contain(
        'expected a step "phase 2, beacon"',
      );
    });
  }

  it("make a development key unmistakable", function () {
    const files = development();
    const silent = without(files.transcript, "warning");
    for (const [spoiled, expected] of [
      [{ ...files, transcript: silent }, "transcript.json: no warning that begins with DEV-ONLY"],
      [{ ...files, transcript: { ...files.transcript, warning: "Nothing to see" } }, "transcript.json: no warning"],
      [withKey(files, unmarked), "vkey.json: no warning that begins with DEV-ONLY"],
      [withKey(files, { ...PRODUCTION_KEY, warning: WARNING }), "not built on the development powers of tau"],
      [withStep(files, "phase 2, beacon", { beacon: { text: "drand round 1" } }), 'the beacon is not "Corex DEV-ONLY'],
      [withStep(files, "phase 1, prepare", { sha256: "88".repeat(32) }), "phase 1 is not the development one"],
    ] as const) {
      expect(problems(spoiled)).to.have.length(1);
      expect(problems(spoiled)[0]).to.contain(expected);
    }
    const zkey = { ...files.entry.zkey, path: "circuits/keys/production/cube.zkey" };
    expect(problems({ ...files, entry: { ...files.entry, zkey } })).to.deep.equal([
      "circuits/keys/production/cube.zkey: does not lie in circuits/keys/dev/",
    ]);
  });

  it("take nothing for a production key that is none", function () {
    const files = production();
    const { entry, transcript } = files;
    expect(problems(withKey(files, unmarked))).to.deep.equal([
      `${entry.verificationKey.path}: built on the development powers of tau, the manifest does not say devOnly`,
    ]);
    for (const [spoiled, expected] of [
      [withKey(files, { ...files.key, warning: WARNING }), "says DEV-ONLY, the manifest does not say devOnly"],
      [{ ...files, transcript: { ...transcript, note: "DEV-ONLY" } }, "says DEV-ONLY"],
      [{ ...files, transcript: { ...transcript, phase1: { blake2b: "99".repeat(64) } } }, "is not pinned"],
      [{ ...files, transcript: production(1).transcript }, "1 contributors, at least 2 are needed"],
      [withStep(files, "phase 2, beacon", { beacon: { text: "Corex" } }), "beacon.source is missing"],
    ] as const) {
      expect(problems(spoiled)).to.have.length(1);
      expect(problems(spoiled)[0]).to.contain(expected);
    }
    // A development key that only the manifest calls a production key.
    const renamed = development();
    expect(problems({ ...renamed, entry: { ...renamed.entry, devOnly: false } }).join("\n")).to.not.equal("");
  });

  it("decide what may be deployed where", function () {
    const refuse = (files: Files, chainId: bigint) =>
      expect(() => requireDeployableKeys({ [KEY]: files.entry }, chainId, readerOf(files))).to.throw(CorexError);
    const allow = (files: Files, chainId: bigint) =>
      requireDeployableKeys({ [KEY]: files.entry }, chainId, readerOf(files));
    for (const chainId of [31_337n, 11_155_111n, 84_532n]) allow(development(), chainId);
    for (const chainId of [1n, 10n, 8_453n, 42_161n]) {
      refuse(development(), chainId).with.property("code", "DEPLOY_DEVELOPMENT_KEY");
      refuse(development(), chainId).with.property("message").that.contains(`chain ${chainId} is no test chain`);
      allow(production(), chainId);
    }
    for (const chainId of [1n, 31_337n]) {
      refuse(withKey(development(), unmarked), chainId).with.property("code", "DEPLOY_KEY_MARKS");
      refuse(withKey(production(), unmarked), chainId).with.property("code", "DEPLOY_KEY_MARKS");
    }
  });
});
