import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "@corex/sdk/circuits/manifest";

import type { ConstraintReport } from "./constraints.ts";
import type { GasMeasurement } from "./gas.ts";
import { number, table } from "./markdown.ts";
import { nodesPlot, nodesSection } from "./nodes-report.ts";
import { KINDS, totalOf, type Profile } from "./profile.ts";
import type { ProvingReport } from "./proving.ts";
import type { GasReport } from "./snapshot.ts";
import { NOT_BUILT, TARGETS } from "./targets.ts";

const FILE = join(repositoryRoot(), "docs/benchmarks.md");
const PLOT = join(repositoryRoot(), "docs/gas-against-nodes.svg");

/** Counts of a prototype of the same step, and targets of a committed value. */
const PROTOTYPE_CONSTRAINTS = 9_568;
const VALUE_TARGETS = { "16 bit": 18.6, "8 bit": 9.3 } as const;

export interface Measurements {
  readonly gas: GasMeasurement;
  readonly constraints: ConstraintReport;
  readonly proving: ProvingReport;
}

/** Writes docs/benchmarks.md and its plot. */
export function writeReport({ gas, constraints, proving }: Measurements): void {
  const sections = [
    HEAD,
    gasSection(gas.gas),
    nodesSection(gas.gas),
    ...Object.entries(gas.profiles).map(([operation, profile]) => profileSection(operation, profile, gas.names)),
    constraintSection(constraints),
    provingSection(proving),
    `## Not measured, because it is not there\n\n${NOT_BUILT.map((line) => `- ${line}`).join("\n")}`,
  ];
  writeFileSync(FILE, `${sections.join("\n\n")}\n`);
  writeFileSync(PLOT, nodesPlot(gas.gas));
}

const HEAD = `# Benchmarks

Written by \`npm run bench\`. Gas and constraint counts are exact and checked: \`npm run bench -- --check\` and \`npm test\` compare
gas with [gas-snapshot.json](gas-snapshot.json) and fail beyond 1 %. Times are not: they are ratios of one run on one machine.`;

function gasSection(gas: GasReport): string {
  const rows = Object.entries(gas).map(([operation, whole]) => {
    const { gas: target, per = 1, note = "" } = TARGETS[operation] ?? {};
    const measured = Math.round(whole / per);
    const met = target === undefined ? "" : measured <= target ? "yes" : `no (+${number(measured - target)})`;
    const shown = per === 1 ? number(whole) : `${number(whole)} = ${per} x ${number(measured)}`;
    return [operation, shown, target === undefined ? "" : number(target), met, note];
  });
  return `## Gas

Gas of the whole transaction: 21,000, calldata, execution. Compiled as in \`hardhat.config.ts\`, on the in-memory chain, through the
actions of the SDK, with real proofs of the 16 x 16 circuit. Proofs are random, so figures of submissions vary by some tens of gas.
"Warm" is every submission but the first of its chain and the first of its day. "Bonded" is work of a node whose stake answers for it.
Draws may go to nodes of any device class, and find no word on their way written in their period. Missed targets come with a profile
or a section that says where the gas goes.

${table(["operation", "measured", "target", "met", "note"], rows, "lrrll")}`;
}

function profileSection(operation: string, profile: Profile, names: GasMeasurement["names"]): string {
  const { intrinsic, calldata, refund, total, contracts } = profile;
  const rows = Object.entries(contracts).map(([address, cost]) => [
    names[address] ?? address,
    ...KINDS.map((kind) => (cost[kind] === 0 ? "" : number(cost[kind]))),
    number(totalOf(cost)),
  ]);
  const bytes = `${calldata.zeros} zero and ${calldata.nonZeros} other bytes of calldata`;
  const blank = KINDS.map(() => "");
  rows.unshift([`transaction, ${bytes}`, ...blank, number(intrinsic)]);
  if (refund !== 0) rows.push(["refund", ...blank, number(-refund)]);
  rows.push(["**all**", ...KINDS.map((kind) => `**${number(sumOf(contracts, kind))}**`), `**${number(total)}**`]);
  const fixed = intrinsic + sumOf(contracts, "precompiles");
  const share = `${number(fixed)} of ${number(total)}`;
  const { gas: target, per = 1 } = TARGETS[operation] ?? {};
  const missed = target === undefined || total / per <= target ? "" : `\n\n${reason(profile, target)}`;
  return `### Profile: ${operation}

From the trace of the transaction. Transaction and precompiles alone are ${share}. "calls" is the price of reaching other
contracts and their code, mostly 2,600 for each first contact; "other" is computation, memory and ABI coding. The parts add up exactly.

${table(["spent by", ...KINDS, "total"], rows, `l${"r".repeat(KINDS.length + 1)}`)}${missed}`;
}

/** How far a target is away, and the kinds of work that take a tenth or more. */
function reason({ total, intrinsic, contracts }: Profile, target: number): string {
  const parts = [
    ["the transaction and its bytes", intrinsic] as const,
    ...KINDS.map((kind) => [kind, sumOf(contracts, kind)] as const),
  ].sort(([, one], [, other]) => other - one);
  const named = parts.filter(([, gas]) => gas >= total / 10).map(([name, gas]) => `${name} ${number(gas)}`);
  return `${number(total - target)} above the target of ${number(target)}. A tenth or more of all each: ${named.join(", ")}.`;
}

function sumOf(contracts: Profile["contracts"], kind: (typeof KINDS)[number]): number {
  return Object.values(contracts).reduce((sum, cost) => sum + cost[kind], 0);
}

function constraintSection({ circuits, perValue }: ConstraintReport): string {
  const steps = Object.entries(circuits).map(([key, { nonLinear, linear, workUnits }]) => [
    `${key} (${number(linear)} linear beside)`,
    number(nonLinear),
    number(PROTOTYPE_CONSTRAINTS),
    nonLinear <= PROTOTYPE_CONSTRAINTS ? "yes" : "no",
    `${(nonLinear / workUnits).toFixed(1)} per multiply-accumulate of ${number(workUnits)}; the target is the count of the prototype`,
  ]);
  const values = (["16 bit", "8 bit"] as const).map((bits) => [
    `committed value, ${bits}`,
    perValue[bits].toFixed(2),
    VALUE_TARGETS[bits].toFixed(1),
    perValue[bits] <= VALUE_TARGETS[bits] ? "yes" : "no",
    "range, packing and hash; slope between two tensors that fill their last permutation equally",
  ]);
  return `## Constraints

Non-linear, as circom counts them at \`--O1\`. The step's count is pinned in [circuits.json](../circuits/circuits.json).

${table(["item", "measured", "target", "met", "note"], [...steps, ...values], "lrrll")}`;
}

function provingSection({ machine, rounds, sdk, sdkCold, fullProve, prove, noise }: ProvingReport): string {
  const ratio = (a: number, b: number) => (a / b).toFixed(2);
  const rows = [
    ["SDK, prover running / `snarkjs groth16 fullprove`", ratio(sdk, fullProve), "witness and proof on both sides"],
    [
      "SDK, prover started / `snarkjs groth16 fullprove`",
      ratio(sdkCold, fullProve),
      "process, witness and proof on both sides",
    ],
    [
      "SDK, prover running / `snarkjs groth16 prove`",
      ratio(sdk, prove),
      "the command line starts a process, the SDK computes the witness",
    ],
  ];
  return `## Proving time

Ratios of the best of ${rounds} times, taken in turns with the same key, inputs and snarkjs on ${machine}.
Other work ran beside: the same program took up to ${noise.toFixed(2)} times its best time, so a ratio says little beyond that. Target: at
most 1.00. Both sides compute with snarkjs on all cores; what the SDK can save is starting a process for each proof.

${table(["compared", "ratio", "note"], rows, "lrl")}`;
}
