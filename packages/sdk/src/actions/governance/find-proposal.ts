import { CorexError } from "../../errors.ts";
import { findProposals, type FoundProposal } from "./find-proposals.ts";
import type { GovernanceReader } from "./governance-context.ts";

/** The proposal with this id. @throws CorexError GOV_UNKNOWN_PROPOSAL, CHAIN_*. */
export async function findProposal(reader: GovernanceReader, id: bigint): Promise<FoundProposal> {
  const found = (await findProposals(reader)).find((proposal) => proposal.id === id);
  if (found !== undefined) return found;
  throw new CorexError("GOV_UNKNOWN_PROPOSAL", `no governor of this deployment has a proposal ${id}`, {
    retry: "after-change",
    details: { proposalId: id },
  });
}
