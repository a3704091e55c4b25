import { commitBatch } from "@corex/sdk/commit/commit-batch";
import type { LinearStepParams } from "@corex/sdk/math/linear-step";

export const BATCH_SALT = 13n;
export const MODEL_SALT = 11n;

/** A batch that depends on its number alone, so that every run proves the same statements. */
export function batchData(index: number, { m, d }: LinearStepParams): { X: bigint[][]; y: bigint[] } {
  const X = Array.from({ length: m }, (_, i) =>
    Array.from({ length: d }, (_, j) => BigInt(((i * 5 + j * 7 + index * 3 + ((i * j) % 7)) % 11) - 5) * 40n),
  );
  const y = Array.from({ length: m }, (_, i) => ((i + index) % 3 === 0 ? 256n : -256n));
  return { X, y };
}

/** The weights that a chain starts from, in units of 2^(-F). */
export function startingWeights(chain: number, { d }: LinearStepParams): bigint[] {
  return Array.from({ length: d }, (_, j) => BigInt((j * (chain + 2)) % 5) * 8n);
}

/** Commitments of the first `count` batches. */
export async function batchCommitments(count: number, params: LinearStepParams): Promise<bigint[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) =>
      commitBatch({ ...batchData(index, params), salt: BATCH_SALT, params }),
    ),
  );
}
