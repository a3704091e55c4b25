import type { TaskTerms } from "./terms.ts";

/** The shard that step `step` of chain `chain` trains on: chain * shardsPerChain + step mod shardsPerChain. */
export function shardIndex(terms: Pick<TaskTerms, "shardsPerChain">, chain: number, step: number): number {
  const perChain = Number(terms.shardsPerChain);
  return chain * perChain + (step % perChain);
}
