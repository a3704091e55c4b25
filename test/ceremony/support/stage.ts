// A circuit of two constraints with powers of tau of its own, made here, and ceremonies on them.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import * as snarkjs from "snarkjs";

import { type CircuitManifest, repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { beacon } from "../../../scripts/ceremony/beacon.ts";
import { contribute } from "../../../scripts/ceremony/contribute.ts";
import { finalize } from "../../../scripts/ceremony/finalize.ts";
import { init } from "../../../scripts/ceremony/init.ts";
import { verify } from "../../../scripts/ceremony/verify.ts";
import { beaconOf, PHASE1 } from "../../../scripts/circuits/lib/dev-setup.ts";
import { CIRCOM_FLAGS, circomPackageVersion, runCircom } from "../../../scripts/circuits/lib/circom.ts";
import { sha256File } from "../../../scripts/circuits/lib/sha256.ts";

export const CIRCUIT = "tiny-2";
/** 2^POWER rows; the circuit has 2 constraints and 2 public signals. */
export const POWER = 4;

const COMMANDS = { init, contribute, beacon, verify, finalize };
const SOURCE = `pragma circom 2.2.0;
template Cube() { signal input x; signal input ctx; signal output y; signal square <== x * x; y <== square * x + ctx; }
component main { public [ctx] } = Cube();
`;

export class Stage {
  /** Below the repository: the compiler sees nothing else. */
  readonly folder: string;
  readonly ptau: string;
  readonly source: string;
  readonly circuits: string;
  readonly table: string;
  wasm = "";
  /** What the last command printed. */
  output: readonly string[] = [];

  private constructor() {
    const build = join(repositoryRoot(), "circuits/build");
    mkdirSync(build, { recursive: true });
    this.folder = mkdtempSync(join(build, "ceremony-test-"));
    this.ptau = this.path("tiny.ptau");
    this.source = this.path("tiny.circom");
    this.circuits = this.path("circuits.json");
    this.table = this.path("phase1.json");
  }

  static async create(): Promise<Stage> {
    const stage = new Stage();
    await makePowersOfTau(stage.folder, stage.ptau, "a phase 1 of the tests", POWER);
    writeFileSync(stage.source, SOURCE);
    stage.wasm = runCircom(stage.source, stage.path("build")).wasm;
    stage.freeze(stage.path("build/tiny.r1cs"));
    stage.pin([{ path: stage.ptau, power: POWER }]);
    return stage;
  }

  /** Makes the manifest say that the circuit compiles to these constraints. */
  freeze(r1cs: string): void {
    const pinned = { path: "none", sha256: "00" };
    const manifest: CircuitManifest = {
      compiler: { package: "circom2", version: circomPackageVersion(), flags: [...CIRCOM_FLAGS] },
      circuits: {
        [CIRCUIT]: {
          name: "Cube",
          version: 1,
          params: [],
          paramNames: [],
          main: relative(repositoryRoot(), this.source),
          publicSignals: ["y", "ctx"],
          constraints: { nonLinear: 2, linear: 0 },
          r1cs: { sha256: sha256File(r1cs) },
          zkey: pinned,
          verificationKey: pinned,
          transcript: "none",
          workUnits: 2,
          devOnly: true,
        },
      },
    };
    writeFileSync(this.circuits, JSON.stringify(manifest));
  }

  /** Makes these files the pinned powers of tau. */
  pin(files: readonly { path: string; power: number; url?: string }[]): void {
    const pinned = files.map(({ path, power, url }) => ({
      power,
      file: `tiny_${power}.ptau`,
      url: url ?? "http://127.0.0.1:9/tiny.ptau",
      blake2b: createHash("blake2b512").update(readFileSync(path)).digest("hex"),
    }));
    writeFileSync(this.table, JSON.stringify({ source: "tests", files: pinned }));
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Runs a command on the ceremony in folder `name`. */
  async run(command: keyof typeof COMMANDS, name: string, ...args: string[]): Promise<boolean> {
    const lines: string[] = [];
    this.output = lines;
    return COMMANDS[command]([...this.common(name), ...args], (line) => lines.push(line));
  }

  /** Arguments that every command takes here, but the powers of tau. */
  commonWithoutPtau(name: string): string[] {
    const folder = ["--folder", this.path(name), "--cache", this.path("cache")];
    return [...folder, "--circuits", this.circuits, "--phase1-manifest", this.table];
  }

  common(name: string): string[] {
    return [...this.commonWithoutPtau(name), "--ptau", this.ptau];
  }

  /** A copy of ceremony `from`, to spoil. */
  copy(from: string, to: string): string {
    rmSync(this.path(to), { recursive: true, force: true });
    cpSync(this.path(from), this.path(to), { recursive: true });
    return this.path(to);
  }

  remove(): void {
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true });
  }
}

/** Prepared powers of tau whose secrets follow from a text. */
export async function makePowersOfTau(folder: string, path: string, text: string, power: number): Promise<void> {
  const [initial, contributed] = [join(folder, "initial.ptau"), join(folder, "contributed.ptau")];
  await snarkjs.powersOfTau.newAccumulator(await snarkjs.curves.getCurveFromName("bn128"), power, initial);
  await snarkjs.powersOfTau.beacon(initial, contributed, "test", beaconOf(text), PHASE1.iterationsExponent);
  await snarkjs.powersOfTau.preparePhase2(contributed, path);
  rmSync(initial);
  rmSync(contributed);
}

/** Changes one value of a JSON file. */
export function editJson(path: string, change: (json: Record<string, unknown>) => void): void {
  const json = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  change(json);
  writeFileSync(path, `${JSON.stringify(json, null, 2)}\n`);
}
