import { createHash } from "node:crypto";

import { parseCsv } from "./csv.ts";
import type { RawDataset } from "./raw-dataset.ts";
import { splitByGroup } from "./split.ts";
import { tableSamples, type TableColumns } from "./table-samples.ts";

/** Which columns to learn from and how to split the rows. */
export interface CsvDatasetOptions extends TableColumns {
  /** Held-out share of each class, in (0, 1). */
  readonly heldOutFraction: number;
  readonly seed: string;
}

/**
 * Reads a CSV file into a split dataset. Rows with equal features stay in one split, so no held-out row was trained on.
 *
 * The source entry of the manifest holds the sha-256 of the file and every option: whoever has the file can rebuild it.
 * Errors: see `parseCsv` and `tableSamples`.
 */
export function csvDataset(file: Uint8Array, options: CsvDatasetOptions): RawDataset {
  const { featureNames, classes, samples } = tableSamples(parseCsv(file), options);
  const { train, heldOut } = splitByGroup(samples, {
    group: ({ features }) => features.join(","),
    label: ({ label }) => label,
    heldOutFraction: options.heldOutFraction,
    seed: options.seed,
  });
  const source = {
    kind: "csv",
    sha256: createHash("sha256").update(file).digest("hex"),
    target: options.target,
    ignore: options.ignore ?? [],
    heldOutFraction: options.heldOutFraction,
    splitSeed: options.seed,
  };
  return { featureNames, classes, train, heldOut, source };
}
