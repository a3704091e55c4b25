import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { repositoryRoot } from "@corex/sdk/circuits/manifest";

import { circuitsPart } from "./circuits/section.ts";
import type { GasMeasurement } from "./gas.ts";
import { number, table } from "./markdown.ts";
import { nodesPlot, nodesSection } from "./nodes-report.ts";
import { KINDS, totalOf, type Profile } from "./profile.ts";
import type { GasReport } from "./snapshot.ts";
import { MEASURED_ELSEWHERE, TARGETS } from "./targets.ts";

const FILE = join(repositoryRoot(), "docs/benchmarks.md");
const PLOT = join(repositoryRoot(), "docs/gas-against-nodes.svg");

/** Writes docs/benchmarks.md but for the part on circuits, which stays, and its plot. */
export function writeReport({ gas, profiles, names }: GasMeasurement): void {
  const sections = [
    HEAD,
    gasSection(gas),
    nodesSection(gas),
    ...Object.entries(profiles).map(([operation, profile]) => profileSection(operation, profile, names)),
    `## Measured elsewhere\n\n${MEASURED_ELSEWHERE.map((line) => `- ${line}`).join("\n")}`,
    circuitsPart(existsSync(FILE) ? readFileSync(FILE, "utf8") : ""),
  ];
  writeFileSync(FILE, `${sections.join("\n\n")}\n`);
  writeFileSync(PLOT, nodesPlot(gas));
}

const HEAD = `# Benchmarks

Written by \`npm run bench\`; circuits and proofs, the last part, by \`npm run bench:circuits\` too. Gas and constraint counts are
exact and checked: \`npm run bench -- --check\` and \`npm test\` compare gas with [gas-snapshot.json](gas-snapshot.json) and fail
beyond 1 %. Times are not: they are ratios of one run on one machine.`;

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
actions of the SDK, with real proofs of the 16 x 16 circuit; those of batches, rounds and work are forged with a key of known secrets,
which costs the chain the same. Proofs are random, so figures of submissions vary by some tens of gas.
"Warm" is every submission but the first of its chain and the first of its day. "Bonded" is work of a node whose stake answers for it.
Draws may go to nodes of any device class, and find no word on their way written in their period. Missed targets come with a profile
or a section that says where the gas goes. Work, committees and the court: results of one node that 12 verifiers judge, each with
stake, a reputation of about 0.9 and an earlier fee of that day; how many candidates a draw of verifiers or jurors looks at is chance,
so the cheapest of some draws is taken, which draws nobody twice.

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
  const missed = target === undefined || total / per <= target ? "" : `\n\n${reason(profile, target, per)}`;
  return `### Profile: ${operation}

From the trace of the transaction. Transaction and precompiles alone are ${share}. "calls" is the price of reaching other
contracts and their code, mostly 2,600 for each first contact; "other" is computation, memory and ABI coding. The parts add up exactly.

${table(["spent by", ...KINDS, "total"], rows, `l${"r".repeat(KINDS.length + 1)}`)}${missed}`;
}

/** How far a target is away, and the kinds of work that take a tenth or more. */
function reason({ total, intrinsic, contracts }: Profile, target: number, per: number): string {
  const parts = [
    ["the transaction and its bytes", intrinsic] as const,
    ...KINDS.map((kind) => [kind, sumOf(contracts, kind)] as const),
  ].sort(([, one], [, other]) => other - one);
  const named = parts.filter(([, gas]) => gas >= total / 10).map(([name, gas]) => `${name} ${number(gas)}`);
  const aim = per === 1 ? number(target) : `${per} x ${number(target)}`;
  return `${number(total - target * per)} above the target of ${aim}. A tenth or more of all each: ${named.join(", ")}.`;
}

function sumOf(contracts: Profile["contracts"], kind: (typeof KINDS)[number]): number {
  return Object.values(contracts).reduce((sum, cost) => sum + cost[kind], 0);
}
