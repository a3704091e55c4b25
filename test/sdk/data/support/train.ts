import type { Dataset } from "../../../../packages/sdk/src/data/dataset.ts";
import { linearStep } from "../../../../packages/sdk/src/math/linear-step.ts";

/** The parameters of the training circuit: batches of 16 x 16, learning rate 1/16. */
export const PARAMS = { m: 16, d: 16, B: 16, F: 8, T: 4 };

/** Weights of every chain after `steps` steps of the arithmetic that the circuit proves. */
export function train({ chains, shards, shardsPerChain }: Dataset, steps: number): bigint[][] {
  return Array.from({ length: chains }, (_, chain) => {
    let weights = Array<bigint>(PARAMS.d).fill(0n);
    for (let step = 0; step < steps; step++) {
      const shard = shards[chain * shardsPerChain + (step % shardsPerChain)];
      if (shard === undefined) throw new Error(`chain ${chain} has no shard for step ${step}`);
      weights = linearStep({ X: shard.X, y: shard.y, weights, params: PARAMS }).newWeights;
    }
    return weights;
  });
}
