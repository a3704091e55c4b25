import { NO_LABEL } from "./label-rule.ts";

/** Labels of the same items, {@link NO_LABEL} where there is none. */
export type Labels = readonly number[];

/** What a score was made of, each in percent, rounded down. */
export interface LabelScore {
  /** The score, 0 to 100; undefined when there is nothing to compare with. */
  readonly score?: number;
  readonly coverage: number;
  readonly sibling?: number;
  readonly reference?: number;
}

/**
 * How much two labellings of the same items agree, 0 to 100, rounded down; undefined when no item has both labels.
 *
 * agreement = plain x kappa, with plain = a / n and kappa = (n a - e) / (n^2 - e), or 0 when that is negative: n items
 * with both labels, a of them equal, e the sum over classes of the product of their counts. When every label of both is
 * the same class (e = n^2), kappa is 1. Symmetric; equal labels give 100; independent ones about 0.
 */
export function agreementDown(left: Labels, right: Labels): number | undefined {
  const counts = new Map<number, { left: bigint; right: bigint }>();
  let [n, a] = [0n, 0n];
  left.forEach((label, i) => {
    const other = right[i] ?? NO_LABEL;
    if (label === NO_LABEL || other === NO_LABEL) return;
    n += 1n;
    if (label === other) a += 1n;
    count(counts, label).left += 1n;
    count(counts, other).right += 1n;
  });
  if (n === 0n) return undefined;
  const e = [...counts.values()].reduce((sum, entry) => sum + entry.left * entry.right, 0n);
  if (e === n * n) return 100;
  const above = n * a - e;
  return above <= 0n ? 0 : Number((100n * a * above) / (n * (n * n - e)));
}

/**
 * The score of labels: basis x coverage / 100, rounded down.
 *
 * The basis is (2 S + R) / 3 of the agreement S with the sibling and R with the reference rule; S or R alone when the
 * other is missing: people and rules of one's own are worth more than a rule everybody knows.
 */
export function scoreLabels(labels: Labels, sibling: Labels | undefined, reference: Labels | undefined): LabelScore {
  const labelled = labels.filter((label) => label !== NO_LABEL).length;
  const coverage = labels.length === 0 ? 0 : Math.floor((100 * labelled) / labels.length);
  const S = sibling === undefined ? undefined : agreementDown(labels, sibling);
  const R = reference === undefined ? undefined : agreementDown(labels, reference);
  const parts = { coverage, ...(S === undefined ? {} : { sibling: S }), ...(R === undefined ? {} : { reference: R }) };
  // Whoever labels nothing is worth nothing, whatever there is to compare with.
  if (labelled === 0) return { score: 0, ...parts };
  const [sum, weight] = [2 * (S ?? 0) + (R ?? 0), (S === undefined ? 0 : 2) + (R === undefined ? 0 : 1)];
  if (weight === 0) return parts;
  return { score: Math.floor((sum * coverage) / (weight * 100)), ...parts };
}

function count(counts: Map<number, { left: bigint; right: bigint }>, label: number): { left: bigint; right: bigint } {
  const entry = counts.get(label) ?? { left: 0n, right: 0n };
  counts.set(label, entry);
  return entry;
}
