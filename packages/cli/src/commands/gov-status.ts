import { listProposals } from "@corex/sdk/actions/governance/list-proposals";
import { readProposal } from "@corex/sdk/actions/governance/read-proposal";
import { nextStep } from "@corex/sdk/governance/next-step";

import type { GovernanceFlags } from "../governance/flags.ts";
import { readId } from "../governance/parse-arguments.ts";
import { withChain } from "../governance/session.ts";
import { show, timeText } from "../governance/show.ts";
import { statusText } from "../governance/status-text.ts";

/** Prints one proposal, or the list of all. @throws CorexError GOV_UNKNOWN_PROPOSAL, CONFIG_*, CHAIN_*. */
export async function govStatus(idText: string | undefined, flags: GovernanceFlags): Promise<void> {
  await withChain(flags, async (session) => {
    if (idText !== undefined) {
      const status = await readProposal(session, session.known, readId(idText));
      show(flags.json, { ...status, next: nextStep(status) }, statusText(status));
      return;
    }
    const proposals = await listProposals(session);
    const lines = proposals.map(({ id, title, governor, state, deadline }) => {
      return `${id}\n  ${title}\n  ${governor}: ${state}, vote until ${timeText(deadline)}`;
    });
    show(flags.json, { proposals }, lines.length === 0 ? "no proposal so far" : lines.join("\n"));
  });
}
