import { type Matrix, multiply } from "../math/matrix.ts";
import { largestIndex } from "../math/predicted-class.ts";
import { roundedShift } from "../math/rounded-shift.ts";
import { exactExecutor } from "./exact-executor.ts";
import { requireAffordable, requireValuesFit } from "./limits.ts";
import { loadWorkModel, type WorkModel } from "./load-work-model.ts";
import type { WorkExecutor } from "./work-executor.ts";
import { readIntegerRows } from "./work-input.ts";

/** Rows whose hidden units are in memory at once. */
const CHUNK_ROWS = 256;

/** What a model says about rows. */
export interface Inference {
  /** Outputs of each row: in units of 2^(-2F) for a linear model, of 2^(-F) for a perceptron. */
  readonly logits: Matrix;
  /** First index of the largest output; with one output 1 when it is positive, else 0. */
  readonly classes: readonly number[];
}

/**
 * Applies a model to rows in exact integer arithmetic: the outputs that its circuits prove wherever these have a proof,
 * and defined where they overflow as well. Hidden units: max(round(x W1 / 2^F), 0); outputs: round(h W2 / 2^F).
 */
export function inferRows({ layers, fraction }: Pick<WorkModel, "layers" | "fraction">, rows: Matrix): Inference {
  const [first = [], second] = layers;
  const rounded = (product: Matrix): bigint[][] => product.map((row) => row.map((x) => roundedShift(x, fraction)));
  const logits: bigint[][] = [];
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const product = multiply(rows.slice(start, start + CHUNK_ROWS), first);
    if (second === undefined) logits.push(...product);
    else {
      const hidden = rounded(product).map((row) => row.map((x) => (x > 0n ? x : 0n)));
      logits.push(...rounded(multiply(hidden, second)));
    }
  }
  return { logits, classes: logits.map((row) => (row.length === 1 ? Number((row[0] ?? 0n) > 0n) : largestIndex(row))) };
}

/** Runs a registered model on rows of fixed-point values. Units: rows x weights, one for each multiplication. */
export const INFERENCE: WorkExecutor = exactExecutor({
  work: "inference",
  rows: "logits",
  async compute(spec, input, { store }) {
    const model = await loadWorkModel(store, spec.model);
    const rows = readIntegerRows(input, model.bits, model.inputs);
    requireAffordable("inference", rows.length * weightsOf(model));
    requireValuesFit(rows.length * (model.layers.at(-1)?.[0]?.length ?? 0), spec);
    return { ...inferRows(model, rows) };
  },
  async units(spec, input, { store }) {
    const model = await loadWorkModel(store, spec.model);
    return readIntegerRows(input, model.bits, model.inputs).length * weightsOf(model);
  },
});

function weightsOf({ layers }: WorkModel): number {
  return layers.reduce((sum, layer) => sum + layer.length * (layer[0]?.length ?? 0), 0);
}
