import { stepContext, type StepContextInput } from "./step-context.ts";

export interface RoundContextInput extends Omit<StepContextInput, "chain" | "step"> {
  /** Number of the fragment, see `round-fragment.ts`. */
  readonly fragment: number;
  /** Round it belongs to; the number of rounds for an evaluation. */
  readonly round: number;
}

/**
 * The public signal that binds a proof to one fragment of a round and one operator, as `IRoundMarket.contextOf` computes it.
 * It has the form of `stepContext`, with fragment and round for chain and step; `market` is the market of rounds, so that no
 * context is one of both.
 */
export function roundContext({ fragment, round, ...rest }: RoundContextInput): bigint {
  return stepContext({ ...rest, chain: fragment, step: round });
}
