import type { CircuitManifest } from "@corex/sdk/circuits/manifest";
import { countSignals } from "@corex/sdk/circuits/manifest";

import { type CircuitCount, type ConstraintReport, perMultiplication } from "../constraints.ts";
import { number, table } from "../markdown.ts";
import type { GasReport } from "../snapshot.ts";
import type { Trajectory } from "../training.ts";
import { batchRows, type Goal, goals, keyBytes, named, PROOF_BYTES } from "./figures.ts";
import { PEER_FIGURES, PEERS } from "./peers.ts";
import type { TimeReport } from "./times.ts";

/** Times are told as multiples of those of this circuit. */
const UNIT = "linear-step-16x16";

export interface CircuitMeasurements {
  readonly manifest: CircuitManifest;
  readonly constraints: ConstraintReport;
  readonly times: TimeReport;
  readonly training: Readonly<Record<string, Pick<Trajectory, "firstLoss" | "fixedLoss" | "doubleLoss">>>;
  /** As in the snapshot: gas of whole transactions. */
  readonly gas: GasReport;
}

/** The section on circuits and proofs of docs/benchmarks.md. */
export function circuitsSection(measured: CircuitMeasurements): string {
  return [
    HEAD,
    constraintsTable(measured),
    sizesTable(measured.constraints),
    slopesTable(measured.constraints),
    timesTable(measured),
    batchTable(measured.gas),
    trainingTable(measured.training),
    peersTable(measured),
    goalsTable(goals(measured)),
    NOT_MEASURED,
  ].join("\n\n");
}

const HEAD = `## Circuits and proofs

Written by \`npm run bench:circuits\`, a few minutes; \`npm run bench\` runs it too. Every table names the command that gives its figures.`;

function constraintsTable({ manifest, constraints }: CircuitMeasurements): string {
  const rows = constraints.circuits.map((circuit) => [
    circuit.name,
    ...countCells(circuit),
    String(countSignals(manifest.circuits[circuit.name]?.publicSignals ?? [])),
  ]);
  return `### Constraints of each circuit

As circom counts them at \`--O1\`, pinned in [circuits.json](../circuits/circuits.json). Small circuits are mostly commitments: the
hash and the ranges of weights, gradient and batch cost the same whether they are used in few products or in many. An
ApplyStep multiplies shares and gradients only. Recompile and compare: \`npm run circuits:check\`.

${table(["circuit", "non-linear", "linear", "multiply-accumulates", "non-linear for each", "public signals"], rows, "lrrrrr")}`;
}

function countCells(circuit: CircuitCount): string[] {
  const { constraints, workUnits } = circuit;
  return [
    number(constraints.nonLinear),
    number(constraints.linear),
    number(workUnits),
    perMultiplication(circuit).toFixed(2),
  ];
}

function sizesTable({ sizes }: ConstraintReport): string {
  const sources = {
    "circuits.json": "compiled",
    "gadgets.json": "compiled, pinned in [gadgets.json](../circuits/gadgets.json); the formula gives the same",
    formula: "formula",
  } as const;
  const rows = sizes.map((circuit) => [circuit.name, ...countCells(circuit), sources[circuit.source]]);
  return `### Constraints of realistic sizes

Names are samples, features, hidden units and outputs, \`x8\` features of 8 bit. The formulas of [scripts/circuits/lib](../scripts/circuits/lib)
equal the compiler on every size that tests compile. Compile the large ones again: \`npm run bench:circuits -- --recompile\` (minutes).

${table(["circuit", "non-linear", "linear", "multiply-accumulates", "non-linear for each", "counted by"], rows, "lrrrrl")}`;
}

function slopesTable({ perValue, perActivation }: ConstraintReport): string {
  const rows = [
    ["committed value of 16 bit", perValue["16 bit"].toFixed(2), "range, packing and hash"],
    ["committed value of 8 bit", perValue["8 bit"].toFixed(2), "range, packing and hash"],
    ["activation", perActivation.toFixed(2), "rescaling, rectifier, mask and its share of the transcript"],
  ];
  return `### One more value

Slope between two instances that fill their last permutation equally, compiled by \`npm run bench:circuits\`.

${table(["one more", "non-linear", "for"], rows, "lrl")}`;
}

function timesTable({ manifest, times }: CircuitMeasurements): string {
  const { circuits, start, machine, rounds, noise } = times;
  const unit = named(circuits, UNIT);
  const ratio = (one: number, other: number): string => (one / other).toFixed(2);
  const rows = circuits.map(({ name, compile, witness, sdk, prove, zkey, verificationKey }) => [
    name,
    ratio(compile, unit.compile),
    ratio(witness, unit.sdk),
    ratio(sdk, unit.sdk),
    `**${ratio(sdk, prove)}**`,
    number(zkey),
    number(verificationKey),
    number(keyBytes(manifest.circuits[name] ?? { publicSignals: [] })),
  ]);
  const header = ["circuit", "compiling", "witness", "witness and proof", "SDK / `snarkjs groth16 prove`"];
  return `### Times and sizes

Best of ${rounds} times, all circuits in turns, on ${machine}. Other work ran beside: the same program took up to
${noise.toFixed(2)} times its best time, so a ratio says little beyond that. Compiling is a multiple of that of ${UNIT}; witness and proof
are multiples of its witness and proof with the SDK, whose process is up. The fifth column is the SDK (witness and proof, process
up) over the command line (proof, process started) with the same key and snarkjs; the target is 1.00. From nothing, the SDK takes
${ratio(start.sdkCold, start.fullProve)} times \`snarkjs groth16 fullprove\` on ${UNIT}. A proof is ${PROOF_BYTES} bytes for every circuit. Keys in bytes: the proving
key, the file of the verification key, and its points, which are what the chain stores. Command: \`npm run bench:circuits\`.

${table([...header, "proving key", "verification key, file", "points"], rows, "lrrrrrrr")}`;
}

function batchTable(gas: GasReport): string {
  const cell = (value: number | undefined): string => (value === undefined ? "" : number(value));
  const rows = batchRows(gas).map(({ size, verify, submit, relayed }) => [
    String(size),
    cell(verify),
    cell(submit),
    cell(relayed),
  ]);
  return `### Gas of a batch, for each proof

Whole transactions of N proofs of 6 public signals, divided by N. Submissions are all in: the proof, the checks, the pay, the credit
and the bond of a staked node; a task of one node has 32 open fragments at most. Read from [gas-snapshot.json](gas-snapshot.json),
which \`npm run bench -- --check\` measures again. Where it goes: [ADR 0024](adr/0024-batches.md).

${table(["N", "verifyBatch", "submitBatch, own", "submitBatch, relayed"], rows, "rrrr")}`;
}

function trainingTable(training: CircuitMeasurements["training"]): string {
  const rows = Object.entries(training).map(([model, { firstLoss, fixedLoss, doubleLoss }]) => [
    model,
    `${((100 * doubleLoss) / firstLoss).toFixed(2)} %`,
    `${((100 * fixedLoss) / firstLoss).toFixed(2)} %`,
    (fixedLoss / doubleLoss).toFixed(4),
  ]);
  return `### Fixed point against doubles

The same training on both sides: 60 steps over four batches of 8 samples, 8 features and 4 targets, 16 bit with 8 of them after the
point, from the same weights. Command: \`npm run bench:circuits\`, exact; tests hold the distance of the weights to a bound.

${table(["model", "loss left, doubles", "loss left, fixed point", "ratio"], rows, "lrrr")}`;
}

function peersTable({ manifest, constraints, gas, times }: CircuitMeasurements): string {
  const batch = batchRows(gas).find(({ size }) => size === 32);
  const macs = constraints.sizes.map((circuit) => `${perMultiplication(circuit).toFixed(2)} (${circuit.name})`);
  const provers = times.circuits.map(({ sdk, prove }) => sdk / prove);
  const keys = Object.values(manifest.circuits).map((entry) => keyBytes(entry));
  const range = (values: readonly number[], shown: (value: number) => string): string =>
    `${shown(Math.min(...values))} to ${shown(Math.max(...values))}`;
  const gasOf = (value: number | undefined): string => (value === undefined ? "" : number(value));
  const own: Readonly<Record<string, string>> = {
    [PEER_FIGURES.multiplication]: `whole step: ${macs.join(", ")}`,
    [PEER_FIGURES.activation]: constraints.perActivation.toFixed(2),
    [PEER_FIGURES.value]: constraints.perValue["16 bit"].toFixed(2),
    [PEER_FIGURES.verify]: `${gasOf(gas["verify alone: 6 public signals"])}, with the transaction`,
    [PEER_FIGURES.batch]: `${gasOf(batch?.verify)} verified; ${gasOf(batch?.submit)} submitted and settled`,
    [PEER_FIGURES.submit]: gasOf(gas["submit, market: warm"]),
    [PEER_FIGURES.proof]: String(PROOF_BYTES),
    [PEER_FIGURES.key]: range(keys, number),
    [PEER_FIGURES.prover]: range(provers, (value) => value.toFixed(2)),
  };
  const rows = PEERS.map(({ what, figure, project, source }) => [what, own[what] ?? "", figure, project, source]);
  return `### Beside others

Figures of others are quoted with their source and not measured by this command: "measured" means compiled or run when the circuits
were designed, "read" what the authors publish, on machines of their own.

${table(["figure", "Corex", "other", "project", "source"], rows, "lrrll")}`;
}

function goalsTable(list: readonly Goal[]): string {
  const rows = list.map(({ item, measured, target, digits, unit, why }) => {
    const shown = (value: number): string =>
      value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const missed = `no (+${shown(measured - target)}, ${((100 * (measured - target)) / target).toFixed(1)} %)`;
    return [item, unit, shown(measured), shown(target), measured <= target ? "yes" : missed, why];
  });
  const missed = list.filter(({ measured, target }) => measured > target).length;
  return `### Targets

${list.length - missed} of ${list.length} reached. Gas: \`npm run bench -- --check\`; the rest: \`npm run bench:circuits\`.

${table(["item", "unit", "measured", "target", "met", "of what it consists"], rows, "llrrll")}`;
}

const NOT_MEASURED = `### Not measured

- proving at the realistic sizes: their keys need powers of tau of 2^19 and more, those of the development keys are 2^14
- rapidsnark: the SDK has an adapter, but no npm package has the program; its target is a fourth of the time of snarkjs
- memory of the provers`;
