import { execute, type ActionContext, type Executed } from "./execute.ts";
import { CASE_OUTCOMES, type CaseOutcomeName } from "./read-case.ts";

/**
 * Ends a phase of a case whose time is over or whose verifiers are all done. Open to anyone. Returns what the case came to;
 * "none" while another phase follows.
 *
 * @throws CorexError CHAIN_VERIFIERCOMMITTEE_TOOEARLY, CHAIN_VERIFIERCOMMITTEE_WRONGPHASE.
 */
export async function concludeCase(context: ActionContext, caseId: bigint): Promise<Executed<CaseOutcomeName>> {
  const { verifierCommittee } = context.contracts;
  const { result, receipt } = await execute(context, verifierCommittee.conclude, [caseId], `conclude-case:${caseId}`);
  return { result: CASE_OUTCOMES[Number(result)] ?? "none", receipt };
}
