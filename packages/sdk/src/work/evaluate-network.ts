import { layersOf, type NetworkLayer } from "./network.ts";
import type { Architecture } from "./training-params.ts";
import type { WorkSamples } from "./work-input.ts";

/** What a network is worth on samples. */
export interface NetworkMetrics {
  /** Mean cross-entropy in nats; infinite or NaN for weights that overflow. */
  readonly loss: number;
  /** Samples whose class is the first index of the largest score. */
  readonly hits: number;
}

/**
 * Evaluates a network in double precision, in a fixed order, without any library. Only `exp`, `log` and `tanh` may differ
 * between engines, by about one part in 2^52.
 *
 * @param weights as `networkSize` says.
 */
export function evaluateNetwork(
  architecture: Architecture,
  weights: Float32Array,
  { rows, labels }: WorkSamples,
): NetworkMetrics {
  const layers = layersOf(architecture);
  let [loss, hits] = [0, 0];
  rows.forEach((row, i) => {
    const scores = forward(layers, weights, row);
    const label = labels[i] ?? 0;
    // Shifted by the largest score, so that no exponential overflows.
    const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = scores.reduce((total, score) => total + Math.exp(score - largest), 0);
    loss += Math.log(sum) + largest - (scores[label] ?? 0);
    if (scores.indexOf(largest) === label) hits++;
  });
  return { loss: loss / rows.length, hits };
}

/** Mean cross-entropy in nats of saying the class frequencies of the samples for each of them: what needs no features. */
export function baselineLoss({ labels }: Pick<WorkSamples, "labels">): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / labels.length);
  return shares.reduce((sum, share) => sum - share * Math.log(share), 0);
}

function forward(layers: readonly NetworkLayer[], weights: Float32Array, row: readonly number[]): number[] {
  let values: readonly number[] = row;
  let at = 0;
  for (const { inputs, units, activation } of layers) {
    const outputs = Array<number>(units).fill(0);
    for (let i = 0; i < inputs; i++) {
      const value = values[i] ?? 0;
      for (let j = 0; j < units; j++) outputs[j] = (outputs[j] ?? 0) + value * (weights[at + i * units + j] ?? 0);
    }
    at += inputs * units;
    for (let j = 0; j < units; j++) outputs[j] = activate((outputs[j] ?? 0) + (weights[at + j] ?? 0), activation);
    at += units;
    values = outputs;
  }
  return [...values];
}

function activate(x: number, activation: NetworkLayer["activation"]): number {
  switch (activation) {
    case "relu":
      return Math.max(x, 0);
    case "tanh":
      return Math.tanh(x);
    case "sigmoid":
      return 1 / (1 + Math.exp(-x));
    case "none":
      return x;
  }
}
