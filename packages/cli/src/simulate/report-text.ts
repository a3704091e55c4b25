import { formatEther } from "ethers";

import type { LabelledCall } from "@corex/sdk/actions/governance/read-proposal";

import type { CallOutcome } from "./run-calls.ts";
import type { BalanceChange } from "./state-changes.ts";

/** What a simulated proposal would do, in words. */
export function reportText(
  calls: readonly LabelledCall[],
  outcomes: readonly CallOutcome[],
  warnings: readonly string[],
): string {
  const lines: string[] = [];
  for (const [index, { text, label }] of calls.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) continue;
    const { success, reason, gasUsed, events, storage, native, tokens } = outcome;
    lines.push(`call ${index + 1}: ${text}`, `  label: ${label === "" ? "none" : label}`);
    lines.push(success ? `  succeeds with ${gasUsed} gas` : `  REVERTS: ${reason ?? "without a reason"}`);
    for (const event of events) lines.push(`  event   ${event.contract}: ${event.text}`);
    for (const { contract, slot, before, after } of storage) {
      lines.push(`  storage ${contract} ${short(slot)}: ${short(before)} -> ${short(after)}`);
    }
    lines.push(...balanceLines("CXT", tokens), ...balanceLines("native coin", native));
  }
  for (const warning of warnings) lines.push(`warning: ${warning}`);
  const failed = outcomes.filter(({ success }) => !success).length;
  lines.push(
    failed === 0 ? "every call succeeds" : `${failed} of ${outcomes.length} calls would revert: nothing would happen`,
  );
  return lines.join("\n");
}

function balanceLines(coin: string, changes: readonly BalanceChange[]): string[] {
  return changes.map(({ account, change }) => {
    return `  balance ${account}: ${change > 0n ? "+" : ""}${formatEther(change)} ${coin}`;
  });
}

/** A word without its leading zeros. */
function short(word: string): string {
  return `0x${word.slice(2).replace(/^0+(?=.)/, "")}`;
}
