import { CorexError } from "../errors.ts";
import type { LabelledRows } from "./dataset.ts";

/** How a set of one-vs-rest models does on held-out rows. */
export interface Evaluation {
  readonly total: number;
  readonly correct: number;
  /** correct / total, in [0, 1]. */
  readonly accuracy: number;
  /** confusion[actual][predicted] = number of rows. */
  readonly confusion: readonly (readonly number[])[];
  /** Most frequent class among these rows, the lowest on a tie. */
  readonly majorityClass: number;
  /** Accuracy of always answering that class: the best any constant answer reaches here. */
  readonly majorityAccuracy: number;
}

/**
 * Scores one linear model per class on held-out rows, in exact integer arithmetic.
 *
 * score_c = sum_j x_j w_cj in units of 2^(-2 fraction); the answer is the class with the highest score, the lowest
 * class on a tie (so zero weights always answer class 0).
 *
 * @param weights one row of d values per class, in units of 2^(-fraction).
 * @throws CorexError DATA_INVALID_SHAPE when lengths disagree or a label has no model, DATA_EMPTY without rows.
 */
export function evaluateOneVsRest(weights: readonly (readonly bigint[])[], { X, labels }: LabelledRows): Evaluation {
  if (X.length === 0) throw new CorexError("DATA_EMPTY", "there is no held-out row to evaluate on");
  if (X.length !== labels.length) throw wrongShape(`${X.length} rows have ${labels.length} labels`);

  const confusion = weights.map(() => weights.map(() => 0));
  for (const [row, x] of X.entries()) {
    const actual = labels[row] ?? -1;
    const counts = confusion[actual];
    if (counts === undefined) throw wrongShape(`row ${row} has label ${actual}, there are ${weights.length} models`);
    const predicted = predict(weights, x, row);
    counts[predicted] = (counts[predicted] ?? 0) + 1;
  }

  const correct = confusion.reduce((sum, counts, label) => sum + (counts[label] ?? 0), 0);
  const sizes = confusion.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const largest = Math.max(...sizes);
  return {
    total: X.length,
    correct,
    accuracy: correct / X.length,
    confusion,
    majorityClass: sizes.indexOf(largest),
    majorityAccuracy: largest / X.length,
  };
}

function predict(weights: readonly (readonly bigint[])[], x: readonly bigint[], row: number): number {
  let best = 0;
  let bestScore: bigint | undefined;
  for (const [label, model] of weights.entries()) {
    if (model.length !== x.length) {
      throw wrongShape(`row ${row} has ${x.length} columns, the model of class ${label} has ${model.length} weights`);
    }
    const score = x.reduce((sum, value, column) => sum + value * (model[column] ?? 0n), 0n);
    if (bestScore === undefined || score > bestScore) {
      best = label;
      bestScore = score;
    }
  }
  return best;
}

function wrongShape(message: string): CorexError {
  return new CorexError("DATA_INVALID_SHAPE", message, { retry: "after-change" });
}
