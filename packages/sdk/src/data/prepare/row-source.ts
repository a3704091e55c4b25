import type { JsonValue } from "../../store/canonical-json.ts";
import type { ClassIndex } from "./class-index.ts";
import type { Pass } from "./pass.ts";

/** Consecutive rows. The arrays may be used again for the next batch. */
export interface RowBatch {
  readonly count: number;
  /** `count` rows of the source's width, one after the other. */
  readonly values: Float64Array;
  /** A class number per row, when the source has classes. */
  readonly labels?: Uint32Array;
}

/** Raw input as rows of numbers in a fixed order, which can be read more than once. */
export interface RowSource {
  /** Values of a row. */
  readonly width: number;
  /** What the values of a row are; part of the schema. */
  readonly layout: Readonly<Record<string, JsonValue>>;
  /** Absent when rows have no class. After a whole pass it knows every class. */
  readonly classes?: ClassIndex;
  /** How the values are scaled after they were read. */
  readonly scaling: Scaling;
  rows(pass: Pass): AsyncGenerator<RowBatch>;
}

/** How values are scaled: value i of a row belongs to statistic `i mod channels`. */
export interface Scaling {
  readonly kind: "none" | "fit" | "given";
  readonly channels: number;
  /** Only with `given`. */
  readonly means?: readonly number[];
  readonly stds?: readonly number[];
  /** Scaled values are cut to [-clip, clip]; no bound when absent. */
  readonly clip?: number;
  /** Copies with noise that follow each row. */
  readonly jitter?: { readonly copies: number; readonly amplitude: number };
}

/** Rows per batch: about 64 KiB of values, so that a wide row does not take much memory and a narrow one little time. */
export function batchRows(width: number): number {
  return Math.max(1, Math.floor(8192 / width));
}
