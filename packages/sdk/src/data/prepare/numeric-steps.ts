import { CorexError } from "../../errors.ts";
import { CLIP } from "../standardize.ts";
import { LIMITS } from "./limits.ts";
import type { NumericSteps } from "./recipe.ts";
import { batchRows, type RowBatch, type Scaling } from "./row-source.ts";

/** The values of a row with the steps of a recipe: itself, and with `polynomial` its squares and products. */
export function stepWidth(width: number, { polynomial, standardise }: NumericSteps): number {
  const result = polynomial ? width + (width * (width + 1)) / 2 : width;
  const limit = polynomial || standardise ? LIMITS.columns : LIMITS.width;
  if (result > limit) {
    throw new CorexError("DATA_TOO_LARGE", `a row would have ${result} values, at most ${limit} are allowed`, {
      retry: "after-change",
      details: { width: result, limit },
    });
  }
  return result;
}

/** Names of the columns after the steps, in their order. */
export function stepColumns(columns: readonly string[], { polynomial }: NumericSteps): string[] {
  if (!polynomial) return [...columns];
  return [...columns, ...columns.flatMap((first, index) => columns.slice(index).map((second) => `${first}*${second}`))];
}

/** How rows are scaled after the steps. */
export function stepScaling(width: number, { standardise, jitter }: NumericSteps): Scaling {
  return {
    kind: standardise ? "fit" : "none",
    channels: width,
    ...(standardise ? { clip: CLIP } : {}),
    ...(jitter === null ? {} : { jitter }),
  };
}

/** Which of `count` rows that follow `before` others are kept: from `from` up to but without `to`. None when these are equal. */
export function keptRows({ rows }: NumericSteps, before: number, count: number): { from: number; to: number } {
  const from = Math.min(count, Math.max(0, rows.start - before));
  const to = rows.end === null ? count : Math.min(count, rows.end - before);
  return { from, to: Math.max(from, to) };
}

/** Collects the kept rows of an input into batches, with their polynomial columns. */
export class StepBatcher {
  readonly #steps: NumericSteps;
  readonly #rawWidth: number;
  readonly #width: number;
  readonly #labelled: boolean;
  readonly #capacity: number;
  #position = 0;
  #count = 0;
  /** Where the next row goes, from {@link offset} on: values that are returned by a function would be an object each. */
  readonly values: Float64Array;
  readonly #labels: Uint32Array;

  constructor(rawWidth: number, steps: NumericSteps, labelled: boolean) {
    this.#steps = steps;
    this.#rawWidth = rawWidth;
    this.#width = stepWidth(rawWidth, steps);
    this.#labelled = labelled;
    this.#capacity = batchRows(this.#width);
    this.values = new Float64Array(this.#capacity * this.#width);
    this.#labels = new Uint32Array(labelled ? this.#capacity : 0);
  }

  /** Whether the next row is kept; when not, it is passed over. */
  wantsNext(): boolean {
    const { start, end } = this.#steps.rows;
    if (this.#position >= start && (end === null || this.#position < end)) return true;
    this.#position += 1;
    return false;
  }

  /** Where the values of the next row begin in {@link values}. */
  get offset(): number {
    return this.#count * this.#width;
  }

  /** Adds the row that was written. Returns the batch once it is full; the next row overwrites it. */
  add(label: number): RowBatch | undefined {
    if (this.#steps.polynomial) this.#addProducts(this.offset);
    if (this.#labelled) this.#labels[this.#count] = label;
    this.#position += 1;
    this.#count += 1;
    return this.#count === this.#capacity ? this.flush() : undefined;
  }

  /** What is left, until the next row is added. @returns undefined when nothing is. */
  flush(): RowBatch | undefined {
    if (this.#count === 0) return undefined;
    const batch: RowBatch = {
      count: this.#count,
      values: this.values.subarray(0, this.#count * this.#width),
      ...(this.#labelled ? { labels: this.#labels.subarray(0, this.#count) } : {}),
    };
    this.#count = 0;
    return batch;
  }

  #addProducts(offset: number): void {
    const values = this.values;
    let target = offset + this.#rawWidth;
    for (let first = 0; first < this.#rawWidth; first++) {
      for (let second = first; second < this.#rawWidth; second++) {
        values[target] = (values[offset + first] ?? 0) * (values[offset + second] ?? 0);
        target += 1;
      }
    }
  }
}
