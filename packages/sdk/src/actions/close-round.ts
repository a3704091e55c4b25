import type { RoundTerms } from "../task/round-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

export interface ClosedRound {
  readonly round: number;
  /** CXT wei of dropped lanes now owed to the owner. */
  readonly refunded: bigint;
  /** CXT wei of protocol fee kept of dropped lanes that somebody missed or gave back. */
  readonly kept: bigint;
}

/**
 * Goes on without the lanes of a round that have no gradient, once its time is over and its quorum reached.
 *
 * @throws CorexError CHAIN_ROUNDMARKET_ROUNDNOTOVER, CHAIN_ROUNDMARKET_NOQUORUM, CHAIN_ROUNDMARKET_LANEBINDING: that lane is
 *   to be assigned or reassigned first; CHAIN_ROUNDMARKET_NOTOPEN, CHAIN_MARKET_WRONGSTATUS.
 */
export async function closeRound(context: ActionContext, terms: RoundTerms): Promise<Executed<ClosedRound>> {
  const { roundMarket } = context.contracts;
  const { receipt } = await execute(context, roundMarket.closeRound, [terms], `close-round:${terms.manifest}`);
  const { round, refunded, kept } = requireEvent(receipt, roundMarket, roundMarket.getEvent("RoundClosed"));
  return { result: { round: Number(round), refunded, kept }, receipt };
}
