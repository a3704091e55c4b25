import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { CASE_OUTCOMES, type CaseOutcomeName } from "./read-case.ts";

/**
 * Takes the verdict of the verifiers over a result, concluding their case if it can be, and pays them. Open to anyone. A result
 * that is "unverified" for the first time is judged once more: `auditWork`.
 *
 * @throws CorexError CHAIN_VERIFIERCOMMITTEE_TOOEARLY, CHAIN_VERIFIERCOMMITTEE_WRONGPHASE, CHAIN_WORKREVIEW_WRONGSTAGE.
 */
export async function decideWork(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<Executed<CaseOutcomeName>> {
  const intent = `decide-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  const { result, receipt } = await execute(context, context.contracts.workReview.decide, [terms, fragment], intent);
  return { result: CASE_OUTCOMES[Number(result)] ?? "none", receipt };
}
