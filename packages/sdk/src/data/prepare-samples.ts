import { CorexError } from "../errors.ts";
import { quantize } from "../math/quantize.ts";
import type { BatchShape } from "./batch-shape.ts";
import type { DatasetFeature, LabelledRows, SampleCounts } from "./dataset.ts";
import type { RawDataset, RawSample } from "./raw-dataset.ts";
import { selectFeatures } from "./select-features.ts";
import { fitStandardizer, standardize } from "./standardize.ts";

/** Samples as a model sees them, in the order of the raw ones. */
export interface PreparedSamples {
  /** Kept features in column order, at most d - 1; columns beyond them are zero. */
  readonly features: readonly DatasetFeature[];
  readonly train: LabelledRows;
  readonly heldOut: LabelledRows;
  readonly counts: SampleCounts;
}

/**
 * Standardises, selects and quantises raw samples: what every dataset starts with, however it cuts its batches.
 *
 * @throws CorexError DATA_INVALID_SHAPE (unequal rows, an unknown label), DATA_EMPTY (no held-out sample, a class without
 * training sample), DATA_SINGLE_CLASS, MATH_OUT_OF_RANGE (the format is too narrow for +-4).
 */
export function prepareSamples(raw: RawDataset, shape: Omit<BatchShape, "m">): PreparedSamples {
  const counts = { train: countClasses(raw, raw.train), heldOut: countClasses(raw, raw.heldOut) };
  checkCounts(raw, counts.train);

  const standardizer = fitStandardizer(raw.train.map(({ features }) => features));
  const labels = raw.train.map(({ label }) => label);
  const standardized = raw.train.map(({ features }) => standardize(features, standardizer));
  const kept = selectFeatures(standardized, labels, shape.d - 1);
  const toRow = (row: readonly number[]): bigint[] => quantizeRow(row, kept, shape);
  return {
    features: kept.map((column) => ({
      name: raw.featureNames[column] ?? "",
      mean: standardizer.means[column] ?? 0,
      std: standardizer.stds[column] ?? 0,
    })),
    train: { X: standardized.map(toRow), labels },
    heldOut: {
      X: raw.heldOut.map(({ features }) => toRow(standardize(features, standardizer))),
      labels: raw.heldOut.map(({ label }) => label),
    },
    counts,
  };
}

function quantizeRow(
  row: readonly number[],
  kept: readonly number[],
  { d, bits, fraction }: Omit<BatchShape, "m">,
): bigint[] {
  const values = kept.map((column, index) => quantize(row[column] ?? 0, { bits, fraction }, index));
  const padding = Array<bigint>(d - 1 - values.length).fill(0n);
  return [...values, ...padding, 1n << BigInt(fraction)];
}

/** Also checks that rows have one value per feature and labels name a class. */
function countClasses({ classes, featureNames }: RawDataset, samples: readonly RawSample[]): number[] {
  const counts = classes.map(() => 0);
  for (const [position, { features, label }] of samples.entries()) {
    const count = counts[label];
    if (count === undefined || features.length !== featureNames.length) {
      throw new CorexError(
        "DATA_INVALID_SHAPE",
        `sample ${position} has ${features.length} features and label ${label}, expected ${featureNames.length} features and a label below ${classes.length}`,
        { details: { position, label, features: features.length } },
      );
    }
    counts[label] = count + 1;
  }
  return counts;
}

function checkCounts({ classes, heldOut }: RawDataset, trainCounts: readonly number[]): void {
  if (classes.length < 2) {
    throw new CorexError("DATA_SINGLE_CLASS", `the dataset has ${classes.length} class(es): ${classes.join(", ")}`);
  }
  const missing = trainCounts.indexOf(0);
  if (missing >= 0) {
    throw new CorexError("DATA_EMPTY", `class "${classes[missing]}" has no training sample`, {
      retry: "after-change",
      details: { class: classes[missing] },
    });
  }
  if (heldOut.length === 0) {
    throw new CorexError("DATA_EMPTY", "the held-out split has no sample", { retry: "after-change" });
  }
}
