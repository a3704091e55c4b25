/** Standardised values are cut to [-4, 4]: an outlier moves a step by at most four deviations and always fits. */
export const CLIP = 4;

/** Mean and population standard deviation of each feature on the training split. */
export interface Standardizer {
  readonly means: readonly number[];
  /** Zero for a feature that never varies. */
  readonly stds: readonly number[];
}

/**
 * Fits mean and standard deviation (divided by n, not n - 1), feature by feature, on the training split only.
 *
 * Values are divided by their largest magnitude before summing, so that no finite input overflows. Sums run in row
 * order with correctly rounded operations: equal rows give equal doubles on every machine.
 *
 * @param rows at least one row of finite numbers, all of the same length.
 */
export function fitStandardizer(rows: readonly (readonly number[])[]): Standardizer {
  const width = rows[0]?.length ?? 0;
  const fits = Array.from({ length: width }, (_, column) => fitColumn(rows.map((row) => row[column] ?? 0)));
  return { means: fits.map(({ mean }) => mean), stds: fits.map(({ std }) => std) };
}

/**
 * Standardises one row: (x - mean) / std, cut to [-CLIP, CLIP]; 0 for a feature with standard deviation zero, whatever
 * its value. Unitless.
 */
export function standardize(row: readonly number[], { means, stds }: Standardizer): number[] {
  return row.map((value, column) => {
    const std = stds[column] ?? 0;
    if (std === 0) return 0;
    return Math.max(-CLIP, Math.min(CLIP, (value - (means[column] ?? 0)) / std));
  });
}

function fitColumn(values: readonly number[]): { mean: number; std: number } {
  const first = values[0] ?? 0;
  // Decided by comparison: the rounded mean of equal values may differ from them and leave a deviation of noise.
  if (values.every((value) => value === first)) return { mean: first + 0, std: 0 };

  const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const mean = average(values.map((value) => value / scale));
  const variance = average(values.map((value) => (value / scale - mean) ** 2));
  // Adding zero turns -0 into 0, which canonical JSON asks for.
  return { mean: mean * scale + 0, std: Math.sqrt(variance) * scale };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
