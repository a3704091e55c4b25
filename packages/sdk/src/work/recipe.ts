import { createPrng } from "../data/prng.ts";
import { CorexError } from "../errors.ts";
import type { JsonReader } from "../data/json-reader.ts";
import { MAX_WIDTH } from "./limits.ts";
import { bounded, text } from "./work-input.ts";

const MAX_STEPS = 16;
const MAX_SEED = 128;

/** One step of a recipe, applied to all rows of a fragment. */
export type RecipeStep =
  /** Keeps these columns, in this order; a column may be taken twice. */
  | { readonly type: "select"; readonly columns: readonly number[] }
  /** (x - mean) / std of each column; 0 where the deviation is zero. */
  | { readonly type: "standardise"; readonly means: readonly number[]; readonly stds: readonly number[] }
  /** Cuts values to [min, max]. */
  | { readonly type: "clip"; readonly min: number; readonly max: number }
  /** Shuffles the rows; each fragment has a stream of its own. */
  | { readonly type: "shuffle"; readonly seed: string };

type Rows = readonly (readonly number[])[];

/** Reads the steps of a recipe. @throws the error of the reader. */
export function parseRecipe(steps: JsonReader): RecipeStep[] {
  return bounded(steps, MAX_STEPS, 0).map(parseStep);
}

/**
 * Applies steps to rows of finite numbers, in order. Only correctly rounded operations: equal rows give equal doubles.
 * A quotient may be infinite, never NaN: numerators are finite or infinite, divisors finite and above zero.
 *
 * @throws CorexError WORK_INPUT_INVALID when the rows lack a column or are not as wide as the statistics.
 */
export function applyRecipe(rows: Rows, steps: readonly RecipeStep[], fragment: number): Rows {
  return steps.reduce((current, step) => applyStep(current, step, fragment), rows);
}

function applyStep(rows: Rows, step: RecipeStep, fragment: number): Rows {
  const width = rows[0]?.length ?? 0;
  switch (step.type) {
    case "select": {
      const missing = step.columns.find((column) => column >= width);
      if (missing !== undefined) throw unfit(`rows of ${width} columns have no column ${missing}`);
      return rows.map((row) => step.columns.map((column) => row[column] ?? 0));
    }
    case "standardise": {
      const { means, stds } = step;
      if (means.length !== width) throw unfit(`rows of ${width} columns do not fit statistics of ${means.length}`);
      const scaled = (x: number, j: number): number => (stds[j] === 0 ? 0 : (x - (means[j] ?? 0)) / (stds[j] ?? 1));
      return rows.map((row) => row.map(scaled));
    }
    case "clip":
      return rows.map((row) => row.map((x) => Math.max(step.min, Math.min(step.max, x))));
    case "shuffle":
      return createPrng(step.seed).fork(`fragment:${fragment}`).shuffle(rows);
  }
}

function parseStep(step: JsonReader): RecipeStep {
  const type = step
    .field("type")
    .matching(/^(?:select|standardise|clip|shuffle)$/, "a step of a recipe") as RecipeStep["type"];
  const numbers = (name: string, count?: number): number[] => {
    const list = step.field(name);
    const items = bounded(list, MAX_WIDTH);
    if (count !== undefined && items.length !== count) throw list.fail(`an array of ${count} elements`);
    return items.map((item) => item.number());
  };
  switch (type) {
    case "select":
      return { type, columns: bounded(step.field("columns"), MAX_WIDTH).map((c) => c.integer(0, MAX_WIDTH - 1)) };
    case "standardise": {
      const means = numbers("means");
      const stds = numbers("stds", means.length);
      if (stds.some((std) => std < 0)) throw step.field("stds").fail("deviations of at least zero");
      return { type, means, stds };
    }
    case "clip": {
      const [min, max] = [step.field("min").number(), step.field("max").number()];
      if (min > max) throw step.field("max").fail(`at least ${min}`);
      return { type, min, max };
    }
    case "shuffle":
      return { type, seed: text(step.field("seed"), MAX_SEED) };
  }
}

function unfit(problem: string): CorexError {
  return new CorexError("WORK_INPUT_INVALID", `the input does not fit the recipe: ${problem}`, {
    retry: "after-change",
  });
}
