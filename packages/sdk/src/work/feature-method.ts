import type { JsonReader } from "../data/json-reader.ts";
import type { ContentId } from "../store/content-id.ts";
import { MAX_VALUE_BITS, MAX_WIDTH } from "./limits.ts";

/** Fraction bits of character statistics. */
const MAX_FRACTION = 32;

/** How a fragment is described. Formulas: docs/work.md. */
export type FeatureMethod =
  /** Signed counts of hashed words of texts. */
  | { readonly type: "hash"; readonly buckets: number }
  /** The 15 character statistics of texts, in units of 2^(-fraction). */
  | { readonly type: "characters"; readonly fraction: number }
  /** Rows times a matrix, divided by 2^fraction and rounded half up. */
  | { readonly type: "product"; readonly bits: number; readonly fraction: number; readonly matrix: ContentId }
  /** Rows divided by their Euclidean length, in units of 2^(-fraction). */
  | { readonly type: "normalise"; readonly bits: number; readonly fraction: number }
  /** Squared Euclidean distance of each row to each. */
  | { readonly type: "distances"; readonly bits: number };

/** Reads a method. @throws the error of the reader. */
export function parseFeatureMethod(method: JsonReader): FeatureMethod {
  const type = method
    .field("type")
    .matching(/^(?:hash|characters|product|normalise|distances)$/, "a method") as FeatureMethod["type"];
  const bits = (): number => method.field("bits").integer(2, MAX_VALUE_BITS);
  const fraction = (min: number): number => method.field("fraction").integer(min, MAX_FRACTION);
  switch (type) {
    case "hash":
      return { type, buckets: method.field("buckets").integer(1, MAX_WIDTH) };
    case "characters":
      return { type, fraction: fraction(0) };
    case "product":
      return { type, bits: bits(), fraction: fraction(1), matrix: method.field("matrix").contentId() };
    case "normalise":
      return { type, bits: bits(), fraction: fraction(1) };
    case "distances":
      return { type, bits: bits() };
  }
}
