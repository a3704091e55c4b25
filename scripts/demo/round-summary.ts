import { APPLY_FRAGMENT } from "@corex/sdk/task/round-fragment";
import type { ShardEvaluation } from "@corex/sdk/task/train-rounds";

import type { GasRow } from "./gas.ts";
import { heading, percent, print, spread, thousands } from "./print.ts";
import type { TrainedRoundTask } from "./round-training.ts";

export interface RoundSummary {
  readonly trained: TrainedRoundTask;
  /** Of the initial weights, computed here; and of the final ones, proved. */
  readonly before: readonly ShardEvaluation[];
  readonly after: readonly ShardEvaluation[];
  readonly gas: readonly GasRow[];
  readonly model: string;
  readonly lineage: readonly string[];
  readonly nameOf: (node: bigint) => string;
}

/** Prints what was read back of the data-parallel task. */
export function printRounds(summary: RoundSummary): void {
  heading("Perceptron in rounds: mean squared error of each gradient's batch, and who did it");
  printLosses(summary);

  heading("Accuracy of the perceptron on held-out shards");
  printAccuracy(summary);

  heading("Gas in rounds");
  print("  operation                          count    minimum     median    maximum");
  for (const { name, gas } of summary.gas) {
    const figures = spread(gas).map((value) => thousands(value).padStart(10));
    print(`  ${name.padEnd(33)} ${String(gas.length).padStart(6)} ${figures.join(" ")}`);
  }
}

function printLosses({ trained, nameOf }: RoundSummary): void {
  const { model } = trained.created;
  const lanes = Array.from({ length: model.lanes }, (_, lane) => lane);
  print(`  ${"".padEnd(9)}${lanes.map((lane) => `lane ${lane}`.padEnd(15)).join("")} mean    step`);
  for (let round = 0; round < trained.plan.rounds; round += 1) {
    const settled = trained.fragments.filter((fragment) => fragment.round === round);
    const losses: number[] = [];
    const cells = lanes.map((lane) => {
      const gradient = settled.find(({ fragment }) => fragment === lane);
      if (gradient === undefined) return "dropped";
      const loss = errorOf(gradient.loss, 1, trained);
      losses.push(loss);
      return `${loss.toFixed(3)} ${nameOf(gradient.node)}`;
    });
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const step = settled.find(({ fragment }) => fragment === APPLY_FRAGMENT);
    const by = step === undefined ? "" : nameOf(step.node);
    print(
      `  round ${String(round).padEnd(3)}${cells.map((cell) => cell.padEnd(15)).join("")} ${mean.toFixed(3)}   ${by}`,
    );
  }
}

function printAccuracy({ trained, before, after }: RoundSummary): void {
  const { m } = trained.created.model;
  const total = after.length * m;
  const line = (name: string, shards: readonly ShardEvaluation[], how: string): void => {
    const correct = correctOf(shards);
    const loss = shards.reduce((sum, shard) => sum + shard.loss, 0n);
    const error = errorOf(loss, shards.length, trained).toFixed(3);
    print(`  ${name.padEnd(16)} ${percent(correct / total)}  (${correct} of ${total}), squared error ${error}, ${how}`);
  };
  line("initial weights", before, "computed here");
  const hits = after.map(({ correct }) => correct).join(" + ");
  line("final weights", after, `proved on chain: ${hits} hits`);
  print(`  always the most frequent class: ${percent(majorityOf(trained) / total)}`);
  const { lanes } = trained.created.model;
  const gradients = trained.fragments.filter(({ fragment }) => fragment < lanes).length;
  const steps = trained.fragments.filter(({ fragment }) => fragment === APPLY_FRAGMENT).length;
  print(
    `  proofs: ${gradients} gradients + ${steps} steps + ${after.length} evaluations = ${trained.fragments.length}`,
  );
}

/** Hits of all shards. */
export function correctOf(shards: readonly ShardEvaluation[]): number {
  return shards.reduce((sum, { correct }) => sum + correct, 0);
}

/** How often the most frequent class occurs among the evaluated samples. */
export function majorityOf({ plan }: TrainedRoundTask): number {
  const rows = plan.dataset.heldOut.flatMap(({ Y }) => Y);
  const counts = plan.dataset.classes.map((_, label) => rows.filter((row) => (row[label] ?? 0n) > 0n).length);
  return Math.max(...counts);
}

/** Squared error of a sample, from the sum over `shards` batches in units of 2^(-2F). */
function errorOf(loss: bigint, shards: number, { created: { model } }: TrainedRoundTask): number {
  return Number(loss) / 2 ** (2 * model.F) / model.m / shards;
}
