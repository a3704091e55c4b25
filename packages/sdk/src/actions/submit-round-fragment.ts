import type { TransactionReceipt } from "ethers";

import type {
  ApplySubmissionStruct,
  EvaluationSubmissionStruct,
  GradientSubmissionStruct,
} from "../../../../typechain-types/contracts/market/IRoundMarket.ts";
import type { RoundTerms } from "../task/round-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";
import type { SettledFragment } from "./submit-fragment.ts";

export type GradientSubmission = GradientSubmissionStruct;
export type ApplySubmission = ApplySubmissionStruct;
export type EvaluationSubmission = EvaluationSubmissionStruct;

/** Names a submission: one is enough per fragment and round, whatever its proof. */
export function submitRoundIntent(task: string, fragment: number, round: number): string {
  return `submit-round:${task}:${fragment}:${round}`;
}

/**
 * Submits the proved gradient of a lane that the sender's node is assigned to.
 *
 * @throws CorexError CHAIN_FRAGMENTS_DEADLINEPASSED, CHAIN_MARKET_NOTASSIGNEE, CHAIN_ROUNDMARKET_WRONGROUND,
 *   CHAIN_MARKET_SHARDNOTINROOT, CHAIN_PROOFVERIFIER_INVALIDPROOF and others.
 */
export async function submitGradient(
  context: ActionContext,
  terms: RoundTerms,
  submission: GradientSubmission,
  intent: string,
): Promise<Executed<SettledFragment>> {
  const { submitGradient: method } = context.contracts.roundMarket;
  return settled(context, await execute(context, method, [terms, submission], intent));
}

/** Submits the proved step of a round that the sender's node is assigned to. Errors as `submitGradient`. */
export async function submitApply(
  context: ActionContext,
  terms: RoundTerms,
  submission: ApplySubmission,
  intent: string,
): Promise<Executed<SettledFragment>> {
  const { submitApply: method } = context.contracts.roundMarket;
  return settled(context, await execute(context, method, [terms, submission], intent));
}

/** Submits the proved evaluation of a held-out shard that the sender's node is assigned to. Errors as `submitGradient`. */
export async function submitEvaluation(
  context: ActionContext,
  terms: RoundTerms,
  submission: EvaluationSubmission,
  intent: string,
): Promise<Executed<SettledFragment>> {
  const { submitEvaluation: method } = context.contracts.roundMarket;
  return settled(context, await execute(context, method, [terms, submission], intent));
}

function settled(
  { contracts: { roundMarket } }: ActionContext,
  { receipt }: { readonly receipt: TransactionReceipt },
): Executed<SettledFragment> {
  const { paid, fee, points } = requireEvent(receipt, roundMarket, roundMarket.getEvent("FragmentSettled"));
  return { result: { paid, fee, points }, receipt };
}
