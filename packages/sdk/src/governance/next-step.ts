import type { ProposalStatus } from "../actions/governance/read-proposal.ts";

/** What a proposal waits for. */
export interface NextStep {
  /** The command to give, or `wait`, or `none` when nothing can come of it any more. */
  readonly action: "wait" | "support" | "promote" | "vote" | "queue" | "execute" | "confirm" | "none";
  /** In words, with the time from or until which it holds. */
  readonly text: string;
}

/** Says what can be done about a proposal now, and until when. */
export function nextStep(status: ProposalStatus): NextStep {
  return status.decision === undefined ? nextInSupport(status) : nextInDecision(status, status.decision);
}

function nextInSupport({ support, promotableUntil }: ProposalStatus): NextStep {
  if (support === undefined) return { action: "none", text: "it is not in any stage" };
  const { state, snapshot, deadline } = support;
  switch (state) {
    case "pending":
      return { action: "wait", text: `the first stage opens after ${time(snapshot)}` };
    case "active":
      return { action: "support", text: `it gathers support until ${time(deadline)}: corex gov support` };
    case "succeeded":
      return promotableUntil === 0
        ? { action: "none", text: "it found support, but was not promoted in time" }
        : { action: "promote", text: `it found support: corex gov promote, until ${time(promotableUntil)}` };
    default:
      return { action: "none", text: `the first stage ended: ${state}` };
  }
}

function nextInDecision(
  { eta, now, vetoedAt, vetoUpheld, confirmation }: ProposalStatus,
  { state, snapshot, deadline }: NonNullable<ProposalStatus["decision"]>,
): NextStep {
  switch (state) {
    case "pending":
      return { action: "wait", text: `the vote opens after ${time(snapshot)}` };
    case "active":
      return { action: "vote", text: `the vote is open until ${time(deadline)}: corex gov vote` };
    case "succeeded":
      return { action: "queue", text: "it was adopted: corex gov queue" };
    case "queued":
      return now < eta
        ? { action: "wait", text: `it can be executed from ${time(eta)}` }
        : { action: "execute", text: `its delay is over since ${time(eta)}: corex gov execute` };
    case "executed":
      return { action: "none", text: "it was executed" };
    case "canceled":
      return vetoedAt > 0 && !vetoUpheld && !confirmation
        ? {
            action: "confirm",
            text: `the council vetoed it at ${time(vetoedAt)}: corex gov confirm brings it back once`,
          }
        : { action: "none", text: vetoedAt > 0 ? "the veto of the council stands" : "it was canceled" };
    default:
      return { action: "none", text: `the vote ended: ${state}` };
  }
}

function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
