import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";

import { linearStepParams } from "@corex/sdk/circuits/linear-step-params";
import { loadCircuit, repositoryRoot, type Circuit } from "@corex/sdk/circuits/manifest";
import { LINEAR_STEP_CIRCUIT, linearStepStatement } from "@corex/sdk/proof/linear-step";
import { SnarkjsProver } from "@corex/sdk/proof/snarkjs-prover";

import { BATCH_SALT, MODEL_SALT, batchData, startingWeights } from "./step-data.ts";

const WORK = join(repositoryRoot(), "circuits/build/bench-proving");
const ROUNDS = 3;
const require = createRequire(import.meta.url);

/** Best times of one run on one machine, in milliseconds. Only their ratios mean anything. */
export interface ProvingReport {
  readonly machine: string;
  readonly rounds: number;
  /** `SnarkjsProver`, whose process is up: witness and proof. */
  readonly sdk: number;
  /** `SnarkjsProver` from nothing: start of the process, witness and proof. */
  readonly sdkCold: number;
  /** `snarkjs groth16 fullprove`: start of the process, witness and proof. */
  readonly fullProve: number;
  /** `snarkjs groth16 prove` of a finished witness: start of the process and proof. */
  readonly prove: number;
  /** Slowest over fastest time of the same program in this run, the worst of the four: the noise of the machine. */
  readonly noise: number;
}

/** Times the prover of the SDK against the command line of snarkjs on the same key and inputs, in turns. */
export async function measureProving(): Promise<ProvingReport> {
  const circuit = loadCircuit(LINEAR_STEP_CIRCUIT);
  const params = linearStepParams(circuit.entry);
  const secrets = { ...batchData(0, params), weights: startingWeights(0, params), modelSalt: MODEL_SALT };
  const { inputs } = await linearStepStatement({ ...secrets, batchSalt: BATCH_SALT, ctx: 17n }, circuit.entry);
  mkdirSync(WORK, { recursive: true });
  writeFileSync(
    join(WORK, "input.json"),
    JSON.stringify(inputs, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)),
  );
  snarkjs("wtns", "calculate", circuit.wasm, "input.json", "witness.wtns");

  const warm = new SnarkjsProver();
  const times: Times = { sdk: [], sdkCold: [], fullProve: [], prove: [] };
  try {
    await warm.prove(circuit, inputs);
    for (let round = 0; round < ROUNDS; round += 1) {
      times.sdk.push(await timed(async () => warm.prove(circuit, inputs)));
      times.sdkCold.push(await timed(async () => proveCold(circuit, inputs)));
      times.fullProve.push(await timed(() => fullProve(circuit)));
      times.prove.push(await timed(() => snarkjs("groth16", "prove", circuit.zkey, "witness.wtns", ...OUTPUT)));
    }
  } finally {
    await warm.close();
  }
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const machine = `${availableParallelism()} cores (${model}), Node.js ${process.versions.node}, ${process.platform} ${process.arch}`;
  return {
    machine,
    rounds: ROUNDS,
    sdk: Math.min(...times.sdk),
    sdkCold: Math.min(...times.sdkCold),
    fullProve: Math.min(...times.fullProve),
    prove: Math.min(...times.prove),
    noise: Math.max(...Object.values(times).map((list) => Math.max(...list) / Math.min(...list))),
  };
}

type Times = Record<"sdk" | "sdkCold" | "fullProve" | "prove", number[]>;

const OUTPUT = ["proof.json", "public.json"] as const;

async function proveCold(circuit: Circuit, inputs: Parameters<SnarkjsProver["prove"]>[1]): Promise<void> {
  const prover = new SnarkjsProver();
  await prover.prove(circuit, inputs);
  await prover.close();
}

function fullProve(circuit: Circuit): void {
  snarkjs("groth16", "fullprove", "input.json", circuit.wasm, circuit.zkey, ...OUTPUT);
}

/** Runs the command line of the installed snarkjs, which is the one that the SDK uses. */
function snarkjs(...args: readonly string[]): void {
  const cli = join(dirname(require.resolve("snarkjs")), "cli.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: WORK, encoding: "utf8" });
  if (status !== 0) throw new Error(`snarkjs ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

async function timed(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
