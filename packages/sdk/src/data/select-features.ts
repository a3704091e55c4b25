/**
 * Chooses which features to keep when there are more than fit into a row.
 *
 * ratio = sum_c n_c (mean_c - mean)^2 / sum_i (x_i - mean)^2, the share of a feature's variance that lies between the
 * classes (an ANOVA F ratio up to a monotone map); 0 for a feature that never varies. The `limit` features with the
 * highest ratio are kept; of equal ratios the earlier feature wins.
 *
 * @param rows standardised training rows, at least one.
 * @param labels class of each row.
 * @returns kept positions in ascending order; all of them when they fit.
 */
export function selectFeatures(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  limit: number,
): number[] {
  const width = rows[0]?.length ?? 0;
  const ranked = Array.from({ length: width }, (_, column) => ({
    column,
    ratio: betweenClassRatio(
      rows.map((row) => row[column] ?? 0),
      labels,
    ),
  }));
  ranked.sort((a, b) => b.ratio - a.ratio || a.column - b.column);
  return ranked
    .slice(0, limit)
    .map(({ column }) => column)
    .sort((a, b) => a - b);
}

/** Share of the variance of `values` that lies between the classes, in [0, 1] up to rounding; 0 without variance. */
export function betweenClassRatio(values: readonly number[], labels: readonly number[]): number {
  const sums = new Map<number, { sum: number; count: number }>();
  let total = 0;
  for (const [position, value] of values.entries()) {
    const label = labels[position] ?? 0;
    const { sum, count } = sums.get(label) ?? { sum: 0, count: 0 };
    sums.set(label, { sum: sum + value, count: count + 1 });
    total += value;
  }
  const mean = total / values.length;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (spread === 0) return 0;
  let between = 0;
  for (const { sum, count } of sums.values()) between += count * (sum / count - mean) ** 2;
  return between / spread;
}
