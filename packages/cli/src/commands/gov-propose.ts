import { propose } from "@corex/sdk/actions/governance/propose";
import { callsOf } from "@corex/sdk/governance/calls-of";
import { buildProposal } from "@corex/sdk/governance/build-proposal";
import { describeCall } from "@corex/sdk/governance/describe-call";

import type { GovernanceFlags } from "../governance/flags.ts";
import { readProposalInput, type ProposalFlags } from "../governance/read-proposal-file.ts";
import { withAccount } from "../governance/session.ts";
import { announce, show } from "../governance/show.ts";

/**
 * Proposes what the flags say, with the bond of the account, and prints the id.
 *
 * @throws CorexError CONFIG_*, KEY_*, GOV_PROPOSAL_INVALID, GOV_DESCRIPTION_INVALID, CHAIN_*.
 */
export async function govPropose(flags: GovernanceFlags & ProposalFlags): Promise<void> {
  const input = await readProposalInput(flags);
  await withAccount(flags, async ({ context, contracts, known }) => {
    const { address } = context.sender;
    const proposal = buildProposal(input, address, { contracts, known });
    const calls = callsOf(proposal).map((call) => describeCall(call, known).text);
    announce(address, `propose ${calls.join("; ")}`);
    const { result: id, receipt } = await propose(context, proposal);
    show(
      flags.json,
      { event: "proposed", id, calls, transaction: receipt.hash },
      `proposed ${id}\nnext: corex gov simulate ${id}`,
    );
  });
}
