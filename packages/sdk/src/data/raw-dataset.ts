import type { JsonValue } from "../store/canonical-json.ts";

/** One sample before standardisation. */
export interface RawSample {
  /** One finite number per feature name. */
  readonly features: readonly number[];
  /** Position of its class. */
  readonly label: number;
}

/** Labelled samples from any source, already split. What every preprocessing ends in and {@link buildDataset} takes. */
export interface RawDataset {
  readonly featureNames: readonly string[];
  readonly classes: readonly string[];
  readonly train: readonly RawSample[];
  readonly heldOut: readonly RawSample[];
  /** How the samples were obtained: goes into the manifest so that anyone with the same input can repeat it. */
  readonly source: JsonValue;
}
