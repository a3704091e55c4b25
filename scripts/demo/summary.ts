import type { Evaluation } from "@corex/sdk/data/evaluate";
import { formatEther } from "ethers";
import { styleText } from "node:util";

import type { Check } from "./checks.ts";
import { cxt, heading, percent, print, spread, thousands } from "./print.ts";
import { printRounds, type RoundSummary } from "./round-summary.ts";
import type { Standing } from "./standings.ts";
import type { TrainedTask } from "./training.ts";

/** What one node earned, in CXT wei. */
export interface NodeIncome {
  readonly name: string;
  readonly fragments: number;
  readonly fees: bigint;
  readonly rewards: bigint;
}

export interface SummaryInput {
  readonly labels: readonly string[];
  /** Fraction bits of the circuit. */
  readonly fraction: number;
  readonly batchSize: number;
  readonly tasks: readonly TrainedTask[];
  readonly before: Evaluation;
  readonly after: Evaluation;
  /** Gas of each step, by the transaction that settled it. */
  readonly gas: ReadonlyMap<string, bigint>;
  /** Of the data-parallel task, if there was one. */
  readonly rounds: RoundSummary | undefined;
  readonly income: readonly NodeIncome[];
  readonly standings: readonly Standing[];
  readonly pool: { readonly balance: bigint; readonly released: bigint };
  readonly model: { readonly id: string; readonly lineage: readonly string[] };
  readonly checks: readonly Check[];
}

/** Prints everything that was read back from the chain. */
export function printSummary(input: SummaryInput): void {
  heading("Loss per step (mean of squared residuals / 2 over the batch)");
  printLosses(input);

  heading("Accuracy of the linear models on held-out samples");
  const { before, after } = input;
  print(`  before training   ${percent(before.accuracy)}  (${before.correct} of ${before.total})`);
  print(`  after training    ${percent(after.accuracy)}  (${after.correct} of ${after.total})`);
  print(`  always the most frequent class: ${percent(after.majorityAccuracy)}`);
  print(`  confusion (rows: actual, columns: predicted)`);
  const width = Math.max(...input.labels.map((label) => label.length));
  for (const [actual, row] of after.confusion.entries()) {
    print(
      `    ${(input.labels[actual] ?? "").padEnd(width)}  ${row.map((count) => String(count).padStart(4)).join("")}`,
    );
  }

  heading("Gas per step (submit, verify, settle, pay; thousands)");
  printGas(input);

  if (input.rounds !== undefined) printRounds(input.rounds);

  heading("CXT earned");
  print("  node       fragments        fees     rewards       total");
  for (const { name, fragments, fees, rewards } of input.income) {
    print(`  ${name.padEnd(10)} ${String(fragments).padStart(9)} ${cxt(fees)} ${cxt(rewards)} ${cxt(fees + rewards)}`);
  }

  heading("Nodes: share of the weights as the market task began, of its work, of the rounds, and how they stand now");
  printStandings(input.standings);

  heading("Pool and models");
  print(`  pool balance    ${formatEther(input.pool.balance)} CXT (released ${formatEther(input.pool.released)})`);
  printModel("linear models", input.model);
  const { rounds } = input;
  if (rounds !== undefined) printModel("perceptron", { id: rounds.model, lineage: rounds.lineage });

  heading("Read back and checked");
  for (const { name, ok, detail } of input.checks) {
    print(`  ${ok ? styleText("green", "ok  ") : styleText("red", "FAIL")} ${name}: ${detail}`);
  }
}

function printLosses({ labels, fraction, batchSize, tasks }: SummaryInput): void {
  const scale = 2 * batchSize * 2 ** (4 * fraction);
  for (const [chain, label] of labels.entries()) {
    const losses = tasks.flatMap(({ steps }) => steps[chain] ?? []).map(({ loss }) => Number(loss) / scale);
    print(`  ${label.padEnd(10)} ${losses.map((loss) => loss.toFixed(3)).join(" ")}`);
  }
}

function printGas({ labels, tasks, gas }: SummaryInput): void {
  for (const [chain, label] of labels.entries()) {
    const steps = tasks.flatMap(({ steps }) => steps[chain] ?? []);
    const costs = steps.map(({ transactionHash }) => Number(gas.get(transactionHash) ?? 0n) / 1000);
    print(`  ${label.padEnd(10)} ${costs.map((cost) => cost.toFixed(0).padStart(3)).join(" ")}`);
  }
  const [minimum, median, maximum] = spread([...gas.values()]).map(thousands);
  print(`  minimum ${minimum}, median ${median}, maximum ${maximum} gas`);
}

function printModel(name: string, { id, lineage }: SummaryInput["model"]): void {
  const ancestors = lineage.map((model) => `${model.slice(0, 10)}..`).join(" <- ");
  print(`  ${name.padEnd(15)} ${id}`);
  print(`    lineage       ${ancestors}${lineage.length === 1 ? " (no ancestor: it began with drawn weights)" : ""}`);
}

function printStandings(standings: readonly Standing[]): void {
  print(
    "  node    conduct   weights     work   rounds  fragments  boost  reputation  tier  missed  status      slashed",
  );
  for (const standing of standings) {
    const { name, conduct, fragments, boost, score, tier, missed, status, slashed } = standing;
    const shares = [standing.weightShare, standing.workShare, standing.roundShare].map(percent);
    print(
      `  ${name.padEnd(7)} ${conduct.padEnd(8)} ${shares.join("  ")} ` +
        `${String(fragments).padStart(9)} ${boost.toFixed(3).padStart(6)} ${score.toFixed(3).padStart(11)} ` +
        `${String(tier).padStart(5)} ${String(missed).padStart(7)}  ${status.padEnd(10)} ${cxt(slashed).trim()} CXT`,
    );
  }
}
