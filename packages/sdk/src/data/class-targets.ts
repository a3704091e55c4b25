/**
 * Targets of samples whose model has all classes at once, in fixed point with 1 as 2^fraction.
 *
 * With k >= 2: 1 in the column of the class and 0 elsewhere. With one output, which tells two classes apart by its sign:
 * +1 for class 1 and -1 for class 0. The evaluation circuits read the class back as the first largest target, or the sign.
 *
 * @param labels class of each sample, below k (below 2 when k is 1).
 * @param k outputs of the model.
 * @param fraction fraction bits F.
 * @returns one row of k targets per sample.
 */
export function classTargets(labels: readonly number[], k: number, fraction: number): bigint[][] {
  const one = 1n << BigInt(fraction);
  if (k === 1) return labels.map((label) => [label === 1 ? one : -one]);
  return labels.map((label) => Array.from({ length: k }, (_, output) => (output === label ? one : 0n)));
}
