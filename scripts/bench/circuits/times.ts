import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";

import { type Circuit, loadCircuit, readManifest, repositoryRoot } from "@corex/sdk/circuits/manifest";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";
import type { CircuitInputs } from "@corex/sdk/proof/prover";
import { SnarkjsProver } from "@corex/sdk/proof/snarkjs-prover";
import { calculateWitness } from "@corex/sdk/proof/witness";

import { runCircom } from "../../circuits/lib/circom.ts";
import { benchStatement } from "./inputs.ts";

const WORK = join(repositoryRoot(), "circuits/build/bench-proving");
const ROUNDS = 3;
const require = createRequire(import.meta.url);

/** Best times in milliseconds of one run on one machine, and sizes in bytes. Only ratios of times mean anything. */
export interface CircuitTimes {
  readonly name: string;
  /** circom: constraints, symbols and witness generator. */
  readonly compile: number;
  /** Witness in this process, the generator read from disk. */
  readonly witness: number;
  /** `SnarkjsProver`, whose process is up: witness and proof. */
  readonly sdk: number;
  /** `snarkjs groth16 prove` of a finished witness: start of the process and proof. */
  readonly prove: number;
  readonly zkey: number;
  readonly verificationKey: number;
}

/** The circuit of the network's linear tasks, from nothing to a proof. */
export interface StartTimes {
  /** `SnarkjsProver` from nothing: start of the process, witness and proof. */
  readonly sdkCold: number;
  /** `snarkjs groth16 fullprove`: start of the process, witness and proof. */
  readonly fullProve: number;
}

export interface TimeReport {
  readonly machine: string;
  readonly rounds: number;
  readonly circuits: readonly CircuitTimes[];
  readonly start: StartTimes;
  /** Slowest over fastest time of the same program on the same circuit in this run, the worst of all: the noise. */
  readonly noise: number;
}

/** What is timed, by name, for one circuit. */
type Actions = Readonly<Record<string, () => unknown>>;

/**
 * Times compiler, witness generator and provers of every circuit of the manifest.
 *
 * @param report is told each circuit and each round as it is done.
 */
export async function measureTimes(report: (line: string) => void): Promise<TimeReport> {
  const prover = new SnarkjsProver();
  try {
    const actions: Record<string, Actions> = {};
    for (const name of Object.keys(readManifest().circuits)) actions[name] = await actionsOf(prover, name);
    await actions[LINEAR_STEP_CIRCUIT]?.["sdk"]?.(); // starts the process
    const times = await inTurns(actions, report);
    const best = (name: string, what: string): number => Math.min(...(times[name]?.[what] ?? []));
    const circuits = Object.keys(actions).map((name) => {
      const { zkey, verificationKey } = loadCircuit(name);
      return {
        name,
        compile: best(name, "compile"),
        witness: best(name, "witness"),
        sdk: best(name, "sdk"),
        prove: best(name, "prove"),
        zkey: statSync(zkey).size,
        verificationKey: statSync(verificationKey).size,
      };
    });
    const start = {
      sdkCold: best(LINEAR_STEP_CIRCUIT, "sdkCold"),
      fullProve: best(LINEAR_STEP_CIRCUIT, "fullProve"),
    };
    const lists = Object.values(times).flatMap((programs) => Object.values(programs));
    const noise = Math.max(...lists.map((list) => Math.max(...list) / Math.min(...list)));
    const model = cpus()[0]?.model.trim() ?? "unknown processor";
    const machine = `${availableParallelism()} cores (${model}), Node.js ${process.versions.node}, ${process.platform} ${process.arch}`;
    return { machine, rounds: ROUNDS, circuits, start, noise };
  } finally {
    await prover.close();
  }
}

/** Writes inputs and witness of a circuit for the command line, and returns what to time. */
async function actionsOf(prover: SnarkjsProver, name: string): Promise<Actions> {
  const circuit = loadCircuit(name);
  const directory = join(WORK, name);
  mkdirSync(directory, { recursive: true });
  const { inputs } = await benchStatement(circuit.entry);
  const text = JSON.stringify(inputs, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
  writeFileSync(join(directory, "input.json"), text);
  const snarkjs = (...args: readonly string[]): void => runSnarkjs(directory, args);
  snarkjs("wtns", "calculate", circuit.wasm, "input.json", "witness.wtns");

  const actions = {
    compile: () => compileAgain(circuit),
    witness: async () => calculateWitness(circuit, inputs),
    sdk: async () => prover.prove(circuit, inputs),
    prove: () => snarkjs("groth16", "prove", circuit.zkey, "witness.wtns", ...OUTPUT),
  };
  if (name !== LINEAR_STEP_CIRCUIT) return actions;
  return {
    ...actions,
    sdkCold: async () => proveCold(circuit, inputs),
    fullProve: () => snarkjs("groth16", "fullprove", "input.json", circuit.wasm, circuit.zkey, ...OUTPUT),
  };
}

async function proveCold(circuit: Circuit, inputs: CircuitInputs): Promise<void> {
  const prover = new SnarkjsProver();
  await prover.prove(circuit, inputs);
  await prover.close();
}

const OUTPUT = ["proof.json", "public.json"] as const;

function compileAgain({ entry }: Circuit): void {
  const directory = join(WORK, "compiled");
  runCircom(join(repositoryRoot(), entry.main), directory);
  rmSync(directory, { recursive: true });
}

/** Runs the command line of the installed snarkjs, which is the one that the SDK uses. */
function runSnarkjs(cwd: string, args: readonly string[]): void {
  const cli = join(dirname(require.resolve("snarkjs")), "cli.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`snarkjs ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

/** Everything of every circuit once a round, so that what else the machine does meets all of them. */
async function inTurns(
  actions: Readonly<Record<string, Actions>>,
  report: (line: string) => void,
): Promise<Record<string, Record<string, number[]>>> {
  const times: Record<string, Record<string, number[]>> = {};
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [name, programs] of Object.entries(actions)) {
      const of = (times[name] ??= {});
      for (const [what, action] of Object.entries(programs)) (of[what] ??= []).push(await timed(action));
      report(`${name}: round ${round} of ${ROUNDS}`);
    }
  }
  return times;
}

async function timed(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
