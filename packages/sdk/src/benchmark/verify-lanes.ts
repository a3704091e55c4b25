import { CorexError } from "../errors.ts";

/** Computes the digests of the given lanes, in their order. */
export type ComputeLanes = (seed: string, lanes: readonly number[]) => Promise<readonly string[]>;

/** Computes the root over all digests. */
export type ComputeRoot = (digests: readonly string[]) => Promise<string>;

/**
 * Checks that digests are all that a measurement has, and the ones that its result commits to.
 *
 * @throws CorexError BENCHMARK_WRONG_COUNT, BENCHMARK_WRONG_ROOT.
 */
export async function requireDigests(
  digests: readonly string[],
  { lanes, result }: { readonly lanes: number; readonly result: string },
  computeRoot: ComputeRoot,
): Promise<void> {
  if (digests.length !== lanes) {
    throw new CorexError("BENCHMARK_WRONG_COUNT", `the measurement has ${lanes} lanes, got ${digests.length} digests`, {
      retry: "after-change",
      details: { lanes, digests: digests.length },
    });
  }
  const root = await computeRoot(digests);
  if (root !== result.toLowerCase()) {
    throw new CorexError("BENCHMARK_WRONG_ROOT", `the digests have the root ${root}, the node answered ${result}`, {
      retry: "after-change",
      details: { root, result },
    });
  }
}

/** Recomputes `sample` and returns the first lane whose digest is another one; undefined when all hold. */
export async function findWrongLane(
  seed: string,
  digests: readonly string[],
  sample: readonly number[],
  compute: ComputeLanes,
): Promise<number | undefined> {
  const computed = await compute(seed, sample);
  return sample.find((lane, index) => computed[index] !== digests[lane]?.toLowerCase());
}
