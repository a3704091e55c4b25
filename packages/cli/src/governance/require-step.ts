import { readProposal, type ProposalStatus } from "@corex/sdk/actions/governance/read-proposal";
import { CorexError } from "@corex/sdk/errors";
import { nextStep, type NextStep } from "@corex/sdk/governance/next-step";

import type { GovernanceSession } from "./session.ts";

/**
 * The proposal, when this is what can be done about it now.
 *
 * @throws CorexError GOV_UNKNOWN_PROPOSAL; GOV_WRONG_STATE, which says what can be done and when.
 */
export async function requireStep(
  session: GovernanceSession,
  id: bigint,
  action: NextStep["action"],
): Promise<ProposalStatus> {
  const status = await readProposal(session, session.known, id);
  const next = nextStep(status);
  if (next.action === action) return status;
  throw new CorexError("GOV_WRONG_STATE", `nothing to ${action}: ${next.text}`, {
    retry: next.action === "none" ? "never" : "later",
    details: { proposalId: id, next: next.action },
  });
}
