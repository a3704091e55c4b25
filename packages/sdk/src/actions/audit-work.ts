import type { WorkTerms } from "../task/work-terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

/** What chance decided about a result. */
export interface WorkAudit {
  /** Case of the verifiers who judge it; zero when chance spared it. */
  readonly caseId: bigint;
  /** Chance that it is judged, in basis points. */
  readonly rateBps: number;
}

/**
 * Lets chance decide whether verifiers judge a submitted result, and opens the case if so. Open to anyone.
 *
 * @throws CorexError CHAIN_WORKREVIEW_ENTROPYPENDING, CHAIN_WORKREVIEW_PAIROPEN, CHAIN_WORKREVIEW_WRONGSTAGE.
 */
export async function auditWork(
  context: ActionContext,
  terms: WorkTerms,
  fragment: number,
): Promise<Executed<WorkAudit>> {
  const { workReview } = context.contracts;
  const intent = `audit-work:${terms.manifest}:${terms.nonce}:${fragment}`;
  const { receipt } = await execute(context, workReview.audit, [terms, fragment], intent);
  const { caseId, rateBps } = requireEvent(receipt, workReview, workReview.getEvent("Audited"));
  return { result: { caseId, rateBps: Number(rateBps) }, receipt };
}
