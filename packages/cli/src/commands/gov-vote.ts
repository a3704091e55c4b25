import { formatEther } from "ethers";

import { castVote } from "@corex/sdk/actions/governance/cast-vote";
import { castVoteBySig } from "@corex/sdk/actions/governance/cast-vote-by-sig";
import { signBallot, type SignedBallot } from "@corex/sdk/actions/governance/sign-ballot";
import { CorexError } from "@corex/sdk/errors";
import { titleOf } from "@corex/sdk/governance/description";

import type { GovernanceFlags } from "../governance/flags.ts";
import { readChoice, readId } from "../governance/parse-arguments.ts";
import { requireStep } from "../governance/require-step.ts";
import { withAccount } from "../governance/session.ts";
import { announce, show } from "../governance/show.ts";

export interface VoteFlags extends GovernanceFlags {
  readonly reason?: string;
  readonly sign?: boolean;
  readonly signature?: string;
  readonly voter?: string;
}

/** Votes in the first stage. @throws CorexError GOV_*, CONFIG_*, KEY_*, CHAIN_*. */
export async function govSupport(id: string, choice: string, flags: VoteFlags): Promise<void> {
  await vote("support", id, choice, flags);
}

/** Casts a binding vote. @throws CorexError GOV_*, CONFIG_*, KEY_*, CHAIN_*. */
export async function govVote(id: string, choice: string, flags: VoteFlags): Promise<void> {
  await vote("vote", id, choice, flags);
}

async function vote(step: "support" | "vote", idText: string, choiceText: string, flags: VoteFlags): Promise<void> {
  const proposalId = readId(idText);
  const choice = readChoice(choiceText);
  const { reason, sign, signature, voter, json } = flags;
  if ((signature === undefined) !== (voter === undefined)) {
    throw new CorexError("CONFIG_INVALID", "--signature and --voter belong together", { retry: "after-change" });
  }
  await withAccount(flags, async (session) => {
    const { context, contracts, signer } = session;
    const { decider, description } = await requireStep(session, proposalId, step);
    const governor = step === "support" ? "supportGovernor" : decider;
    const ballot = { governor, proposalId, choice } as const;
    if (sign === true) {
      const signed = await signBallot(contracts, signer, ballot);
      show(json, { event: "signed", ...signed }, `${signed.voter} ${choice}: ${signed.signature}`);
      return;
    }
    announce(context.sender.address, `vote ${choice} on "${titleOf(description)}" at ${governor}`);
    const { result: units, receipt } =
      signature === undefined || voter === undefined
        ? await castVote(context, { ...ballot, reason })
        : await castVoteBySig(context, { ...ballot, voter, signature } satisfies SignedBallot);
    show(
      json,
      { event: "voted", id: proposalId, governor, choice, units, transaction: receipt.hash },
      `voted ${choice} with ${formatEther(units)} units`,
    );
  });
}
