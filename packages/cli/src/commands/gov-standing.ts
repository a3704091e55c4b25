import { formatEther } from "ethers";

import { delegateVotes } from "@corex/sdk/actions/governance/delegate-votes";
import { settleBond } from "@corex/sdk/actions/governance/settle-bond";
import { sponsor } from "@corex/sdk/actions/governance/sponsor";
import { withdrawBond } from "@corex/sdk/actions/governance/withdraw-bond";
import { findProposal } from "@corex/sdk/actions/governance/find-proposal";

import type { GovernanceFlags } from "../governance/flags.ts";
import { readAddress, readId } from "../governance/parse-arguments.ts";
import { withAccount } from "../governance/session.ts";
import { announce, show } from "../governance/show.ts";

/** Gives the votes of the account to another one, or to itself. @throws CorexError CONFIG_*, KEY_*, CHAIN_*. */
export async function govDelegate(to: string | undefined, flags: GovernanceFlags): Promise<void> {
  await withAccount(flags, async ({ context }) => {
    const { address } = context.sender;
    const delegatee = to === undefined ? address : readAddress(to);
    announce(address, `delegate all votes to ${delegatee === address ? "itself" : delegatee}`);
    const { receipt } = await delegateVotes(context, delegatee);
    show(
      flags.json,
      { event: "delegated", delegatee, transaction: receipt.hash },
      `the votes of ${address} are with ${delegatee}`,
    );
  });
}

/** Lets an account propose on the standing of this one. @throws CorexError CONFIG_*, KEY_*, CHAIN_*. */
export async function govSponsor(author: string, flags: GovernanceFlags): Promise<void> {
  await withAccount(flags, async ({ context }) => {
    const account = readAddress(author);
    announce(context.sender.address, `let ${account} propose on its standing`);
    const { receipt } = await sponsor(context, account);
    show(flags.json, { event: "sponsored", author: account, transaction: receipt.hash }, `${account} can propose`);
  });
}

/** Settles the bond of a proposal and pays its author what it is owed. @throws CorexError GOV_*, CONFIG_*, KEY_*, CHAIN_*. */
export async function govSettle(idText: string, flags: GovernanceFlags): Promise<void> {
  await withAccount(flags, async (session) => {
    const { context, contracts } = session;
    const { id, author } = await findProposal(session, readId(idText));
    announce(context.sender.address, `settle the bond of ${id}, and pay ${author} what it is owed`);
    if ((await contracts.supportGovernor.bondOf(id)) > 0n) await settleBond(context, id);
    const owed = await contracts.supportGovernor.owedTo(author);
    if (owed > 0n) await withdrawBond(context, author);
    show(flags.json, { event: "settled", id, author, paid: owed }, `paid ${formatEther(owed)} CXT to ${author}`);
  });
}
