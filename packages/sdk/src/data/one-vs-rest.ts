/**
 * Targets of one chain: the chain learns to tell one class from all others.
 *
 * @param labels class of each sample.
 * @param chain the class this chain learns.
 * @param fraction fraction bits F.
 * @returns +1 for the class and -1 for the rest, as fixed point: +2^F and -2^F.
 */
export function oneVsRest(labels: readonly number[], chain: number, fraction: number): bigint[] {
  const one = 1n << BigInt(fraction);
  return labels.map((label) => (label === chain ? one : -one));
}
