import { CorexError } from "../errors.ts";
import type { RoundTerms } from "./round-terms.ts";

/** Most gradients of a round; `RoundRules.MAX_LANES`. */
export const MAX_LANES = 16;

/** Number of the fragment that applies the gradients of a round; those below are lanes. */
export const APPLY_FRAGMENT = MAX_LANES;

/** Number of the fragment that evaluates held-out shard 0. */
export const FIRST_EVALUATION = MAX_LANES + 1;

/** What a fragment is, by its number. */
export type RoundPlace =
  | { readonly kind: "gradient"; readonly lane: number }
  | { readonly kind: "apply" }
  | { readonly kind: "evaluation"; readonly shard: number };

/** The kind of fragment `fragment`. @throws CorexError TASK_INVALID when no task has it. */
export function roundPlace(fragment: number): RoundPlace {
  if (!Number.isInteger(fragment) || fragment < 0 || fragment >= FIRST_EVALUATION + MAX_LANES) {
    throw new CorexError("TASK_INVALID", `no task has a fragment ${fragment}`, { retry: "never" });
  }
  if (fragment < APPLY_FRAGMENT) return { kind: "gradient", lane: fragment };
  if (fragment === APPLY_FRAGMENT) return { kind: "apply" };
  return { kind: "evaluation", shard: fragment - FIRST_EVALUATION };
}

/** Numbers of the fragments of a phase of the task. */
export function fragmentsOf(
  terms: Pick<RoundTerms, "lanes" | "heldOut">,
  phase: "gradients" | "applying" | "evaluating",
): number[] {
  if (phase === "applying") return [APPLY_FRAGMENT];
  const [first, count] = phase === "gradients" ? [0, terms.lanes] : [FIRST_EVALUATION, terms.heldOut];
  return Array.from({ length: Number(count) }, (_, index) => first + index);
}

/** The shard that lane `lane` of round `round` trains on: (round * lanes + lane) mod shards. */
export function roundShardIndex(terms: Pick<RoundTerms, "lanes" | "shards">, round: number, lane: number): number {
  return (round * Number(terms.lanes) + lane) % Number(terms.shards);
}
