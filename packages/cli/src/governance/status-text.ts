import { formatEther } from "ethers";

import type { ProposalStatus } from "@corex/sdk/actions/governance/read-proposal";
import type { StageStatus } from "@corex/sdk/actions/governance/read-stage";
import { titleOf } from "@corex/sdk/governance/description";
import { nextStep } from "@corex/sdk/governance/next-step";

import { timeText } from "./show.ts";

/** A proposal in words: where it is, its votes, its calls, and what can be done now. */
export function statusText(status: ProposalStatus): string {
  const { id, description, author, kind, support, decision, eta, confirmation, vetoedAt, calls, bond } = status;
  const lines = [
    titleOf(description),
    `id        ${id}`,
    `author    ${author}`,
    `kind      ${kind}${confirmation ? ", a confirmation of a vetoed proposal" : ""}`,
  ];
  if (support !== undefined) lines.push(...stageLines("support", support));
  if (decision !== undefined) lines.push(...stageLines("vote", decision));
  if (vetoedAt > 0) lines.push(`veto      of the council at ${timeText(vetoedAt)}`);
  if (eta > 0) lines.push(`timelock  until ${timeText(eta)}`);
  if (bond > 0n) lines.push(`bond      ${formatEther(bond)} CXT, not settled`);
  for (const [index, { text, label, longDelay, value }] of calls.entries()) {
    lines.push(`call ${index + 1}    ${text}`);
    lines.push(
      `          ${label === "" ? "no label" : label}${longDelay && kind === "technical" ? " (delay of 14 days)" : ""}`,
    );
    if (value > 0n) lines.push(`          sends ${formatEther(value)} of native coin`);
  }
  return [...lines, `next      ${nextStep(status).text}`].join("\n");
}

function stageLines(name: string, { state, snapshot, deadline, votes, needed }: StageStatus): string[] {
  const units = (amount: bigint): string => Number(formatEther(amount)).toLocaleString("en-US");
  const counted = name === "support" ? votes.for : votes.for + votes.abstain;
  const goal = needed === undefined ? "" : `, ${units(counted)} of ${units(needed)} needed`;
  return [
    `${name.padEnd(9)} ${state}, from ${timeText(snapshot)} to ${timeText(deadline)}`,
    `          for ${units(votes.for)}, against ${units(votes.against)}, abstain ${units(votes.abstain)}${goal}`,
  ];
}
