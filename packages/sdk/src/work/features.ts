import { CHARACTER_FEATURE_NAMES } from "../data/character-features.ts";
import type { Matrix } from "../math/matrix.ts";
import type { ContentStore } from "../store/content-store.ts";
import { CorexError } from "../errors.ts";
import { exactExecutor } from "./exact-executor.ts";
import type { FeatureMethod } from "./feature-method.ts";
import { hashWords, normaliseRows, projectRows, quantizedCharacters, squaredDistances } from "./feature-maths.ts";
import { requireAffordable, requireValuesFit } from "./limits.ts";
import { readIntegerRows, readItems } from "./work-input.ts";
import type { WorkExecutor } from "./work-executor.ts";

/** A fragment that is read: what it is worth, and how to compute it. */
interface Prepared {
  readonly units: number;
  /** Values of the result. */
  readonly values: number;
  readonly compute: () => Matrix;
}

/**
 * Describes texts or rows. Units: characters of the texts, plus the buckets of each, for hashes; 15 for each character; for
 * rows the multiplications.
 */
export const FEATURES: WorkExecutor = exactExecutor({
  work: "features",
  rows: "rows",
  async compute(spec, input, { store }) {
    const { units, values, compute } = await prepare(spec.method, input, store);
    requireAffordable("features", units);
    requireValuesFit(values, spec);
    return { rows: compute() };
  },
  units: async ({ method }, input, { store }) => (await prepare(method, input, store)).units,
});

async function prepare(method: FeatureMethod, input: Uint8Array, store: ContentStore): Promise<Prepared> {
  switch (method.type) {
    case "hash": {
      const texts = readItems(input).map(({ text }) => text);
      const units = total(texts, (text) => text.length + method.buckets);
      const values = texts.length * method.buckets;
      return { units, values, compute: () => texts.map((text) => hashWords(text, method.buckets)) };
    }
    case "characters": {
      const texts = readItems(input).map(({ text }) => text);
      const units = total(texts, (text) => (text.length + 1) * CHARACTER_FEATURE_NAMES.length);
      const values = texts.length * CHARACTER_FEATURE_NAMES.length;
      return { units, values, compute: () => texts.map((text) => quantizedCharacters(text, method.fraction)) };
    }
    case "product": {
      const rows = readIntegerRows(input, method.bits);
      const matrix = readIntegerRows(await store.get(method.matrix), method.bits);
      const width = rows[0]?.length ?? 0;
      if (matrix.length !== width) throw unfit(width, matrix.length);
      const values = rows.length * (matrix[0]?.length ?? 0);
      return { units: width * values, values, compute: () => projectRows(rows, matrix, method.fraction) };
    }
    case "normalise": {
      const rows = readIntegerRows(input, method.bits);
      return { units: 2 * cells(rows), values: cells(rows), compute: () => normaliseRows(rows, method.fraction) };
    }
    case "distances": {
      const rows = readIntegerRows(input, method.bits);
      const values = rows.length * rows.length;
      return { units: rows.length * cells(rows), values, compute: () => squaredDistances(rows) };
    }
  }
}

function total(texts: readonly string[], unitsOf: (text: string) => number): number {
  return texts.reduce((sum, text) => sum + unitsOf(text), 0);
}

function cells(rows: Matrix): number {
  return rows.length * (rows[0]?.length ?? 0);
}

function unfit(width: number, height: number): CorexError {
  return new CorexError("WORK_INPUT_INVALID", `rows of ${width} columns do not fit a matrix of ${height} rows`, {
    retry: "after-change",
  });
}
