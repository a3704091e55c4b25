import { quantize } from "../math/quantize.ts";
import { exactExecutor } from "./exact-executor.ts";
import { requireAffordable, requireValuesFit } from "./limits.ts";
import { applyRecipe, type RecipeStep } from "./recipe.ts";
import type { WorkExecutor } from "./work-executor.ts";
import { readRows } from "./work-input.ts";

/** Applies a recipe to raw rows and rounds them to fixed point. Units: values of the input times steps, rounding included. */
export const PREPROCESSING: WorkExecutor = exactExecutor({
  work: "preprocessing",
  rows: "rows",
  // Async although nothing waits: what is thrown becomes a rejection, as with the other kinds.
  // eslint-disable-next-line @typescript-eslint/require-await
  async compute(spec, input, { fragment }) {
    const { steps, bits, fraction } = spec;
    const raw = readRows(input);
    requireAffordable("preprocessing", unitsOf(raw, steps));
    const selected = steps.findLast((step) => step.type === "select")?.columns.length;
    requireValuesFit(raw.length * (selected ?? raw[0]?.length ?? 0), spec);
    const rows = applyRecipe(raw, steps, fragment);
    return { rows: rows.map((row) => row.map((value) => saturated(value, bits, fraction))) };
  },
  units: ({ steps }, input) => Promise.resolve(unitsOf(readRows(input), steps)),
});

/** The nearest value of the format, halves up; values beyond its ends become the ends. */
function saturated(value: number, bits: number, fraction: number): bigint {
  const unit = 2 ** -fraction;
  const largest = (2 ** (bits - 1) - 1) * unit;
  return quantize(Math.max(-(2 ** (bits - 1)) * unit, Math.min(largest, value)), { bits, fraction });
}

/** The widest set of rows that a step sees is what counts: selecting may widen. */
function unitsOf(rows: readonly (readonly number[])[], steps: readonly RecipeStep[]): number {
  const widths = steps.map((step) => (step.type === "select" ? step.columns.length : 0));
  return rows.length * Math.max(rows[0]?.length ?? 0, ...widths) * (steps.length + 1);
}
