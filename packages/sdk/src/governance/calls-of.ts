import type { ProposalCall } from "./parse-call.ts";
import type { Proposal } from "./proposal.ts";

/** The calls of a proposal, one by one. */
export function callsOf({ targets, values, calldatas }: Omit<Proposal, "description">): ProposalCall[] {
  return targets.map((target, index) => ({ target, value: values[index] ?? 0n, data: calldatas[index] ?? "0x" }));
}
