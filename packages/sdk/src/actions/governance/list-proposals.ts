import { titleOf } from "../../governance/description.ts";
import { findProposals } from "./find-proposals.ts";
import type { GovernanceReader, GovernorName } from "./governance-context.ts";
import { readStage, type ProposalState } from "./read-stage.ts";

/** A line of the list of proposals. */
export interface ListedProposal {
  readonly id: bigint;
  readonly title: string;
  readonly author: string;
  /** Where it is: the first stage, or the governor that decides. */
  readonly governor: GovernorName;
  readonly state: ProposalState;
  readonly deadline: number;
}

/** Every proposal and how far it is, oldest first. @throws CorexError CHAIN_*. */
export async function listProposals(reader: GovernanceReader): Promise<ListedProposal[]> {
  const lines: ListedProposal[] = [];
  for (const { id, author, governor, description } of await findProposals(reader)) {
    const stage = await readStage(reader, governor, id);
    if (stage === undefined) continue;
    lines.push({ id, title: titleOf(description), author, governor, state: stage.state, deadline: stage.deadline });
  }
  return lines;
}
