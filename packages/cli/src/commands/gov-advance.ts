import type { Executed } from "@corex/sdk/actions/execute";
import { confirmProposal } from "@corex/sdk/actions/governance/confirm-proposal";
import { executeProposal } from "@corex/sdk/actions/governance/execute-proposal";
import { promote } from "@corex/sdk/actions/governance/promote";
import { queueProposal } from "@corex/sdk/actions/governance/queue-proposal";
import type { ProposalStatus } from "@corex/sdk/actions/governance/read-proposal";
import { titleOf } from "@corex/sdk/governance/description";

import type { GovernanceFlags } from "../governance/flags.ts";
import { readId } from "../governance/parse-arguments.ts";
import { requireStep } from "../governance/require-step.ts";
import { withAccount, type ActingSession } from "../governance/session.ts";
import { announce, show } from "../governance/show.ts";

type Send = (context: ActingSession["context"], status: ProposalStatus) => Promise<Executed<bigint>>;

const STEPS = {
  promote: { done: "promoted", send: (context, status) => promote(context, status.decider, status) },
  queue: { done: "queued", send: (context, status) => queueProposal(context, status.decider, status) },
  execute: { done: "executed", send: (context, status) => executeProposal(context, status.decider, status) },
  confirm: { done: "confirmed", send: (context, status) => confirmProposal(context, status) },
} satisfies Readonly<Record<string, { done: string; send: Send }>>;

/** What moves a proposal on, by anyone. */
export type Step = keyof typeof STEPS;

/** A command that moves a proposal on: from the first stage to the second, into the timelock, to its effect, or back after a veto. */
export function govAdvance(step: Step): (id: string, flags: GovernanceFlags) => Promise<void> {
  const { done, send } = STEPS[step];
  return async (idText, flags) =>
    withAccount(flags, async (session) => {
      const id = readId(idText);
      const status = await requireStep(session, id, step);
      const { context } = session;
      const calls = status.calls.map(({ text }) => text).join("; ");
      announce(context.sender.address, `${step} "${titleOf(status.description)}": ${calls}`);
      const { result, receipt } = await send(context, status);
      show(flags.json, { event: done, id: result, transaction: receipt.hash }, `${done} ${result}`);
    });
}
