import { loadRoundShard } from "../data/load-round-shard.ts";
import { shardProofIn } from "../data/shard-tree.ts";
import { evaluateModel } from "../math/model-gradient.ts";
import type { TrainingSecrets } from "../proof/training-secrets.ts";
import type { ContentStore } from "../store/content-store.ts";
import { inputIndex } from "../task/work-terms.ts";
import type { ProvedWork } from "./load-proved-work.ts";
import type { WorkClaim } from "./work-claim.ts";

/** A claim that holds, and what it takes to prove it. */
export interface EvaluatedClaim {
  readonly claim: WorkClaim;
  /** Without the context, which names whose proof it is. */
  readonly secrets: Omit<TrainingSecrets, "ctx">;
  /** Merkle path of the batch. */
  readonly shardProof: readonly string[];
}

/**
 * Evaluates the weights of a task on the batch of a fragment, exactly as the circuit does.
 *
 * @throws CorexError DATA_UNKNOWN_SHARD, DATA_SHARD_INVALID, DATA_COMMITMENT_MISMATCH, MATH_* where the circuit has no proof, and
 *   what the store throws.
 */
export async function evaluateClaim(store: ContentStore, work: ProvedWork, fragment: number): Promise<EvaluatedClaim> {
  const { terms, format, weights, dataset, split } = work;
  const index = inputIndex(terms, fragment);
  const { X, Y, salt: batchSalt } = await loadRoundShard(dataset, split, index, store);
  const { loss, correct } = evaluateModel({ X, Y, weights: weights.values, shape: format.shape, params: format });
  const batch = BigInt(dataset[split][index]?.commitment ?? 0);
  return {
    claim: { batch, loss, correct: BigInt(correct) },
    secrets: { X, Y, weights: weights.values, modelSalt: weights.salt, batchSalt },
    shardProof: shardProofIn(dataset[split], index),
  };
}
