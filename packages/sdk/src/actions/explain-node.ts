import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import type { TaskTerms } from "../task/terms.ts";

/** Reasons by their number on chain: `DrawReason` of `IExplainer`, which explains each. */
export const DRAW_REASONS = [
  "unknown-node",
  "assigned",
  "exited",
  "removed",
  "suspended",
  "not-measured",
  "silent",
  "not-active",
  "task-not-active",
  "chain-complete",
  "wrong-device",
  "tier-too-low",
  "priority-window",
  "at-limit",
  "no-weight",
  "not-frozen-yet",
  "other-assigned",
  "entropy-pending",
  "entropy-expired",
  "would-be-drawn",
  "just-missed",
  "other-decided",
] as const;

/** `PayReason` of `IExplainer`. */
export const PAY_REASONS = [
  "deadline-passed",
  "in-progress",
  "missed",
  "fee-owed",
  "reward-claimable",
  "day-not-over",
  "no-capacity",
  "cap-reached",
  "nothing-due",
] as const;

/** `Offence` of the contracts. */
export const OFFENCES = [
  "none",
  "missed-deadline",
  "invalid-result",
  "duplicate-submission",
  "fake-benchmark",
  "unrevealed-vote",
  "incoherent-vote",
  "approved-plant",
] as const;

export interface NodeExplanation {
  readonly draw: (typeof DRAW_REASONS)[number];
  readonly pay: (typeof PAY_REASONS)[number];
  /** Latest offence, what it cost in CXT wei, and when. */
  readonly offence: (typeof OFFENCES)[number];
  readonly slashed: bigint;
  readonly offenceAt: number;
  readonly tier: number;
  /** Lowest tier in the present draw. */
  readonly openTier: number;
  /** The node's chance in the present draw is frozenWeight / frozenTotal. */
  readonly frozenWeight: bigint;
  readonly frozenTotal: bigint;
  readonly feeOwed: bigint;
  readonly rewardClaimable: bigint;
}

/** Why a node was not drawn for the open fragment of a chain, not paid, or slashed. @throws CorexError CHAIN_*. */
export async function explainNode(
  { explainer }: CorexContracts,
  node: bigint,
  terms: TaskTerms,
  chain: number,
): Promise<NodeExplanation> {
  try {
    const told = await explainer.explain(node, terms, chain);
    return {
      draw: DRAW_REASONS[Number(told.draw)] ?? "unknown-node",
      pay: PAY_REASONS[Number(told.pay)] ?? "nothing-due",
      offence: OFFENCES[Number(told.offence)] ?? "none",
      slashed: told.slashed,
      offenceAt: Number(told.offenceAt),
      tier: Number(told.tier),
      openTier: Number(told.openTier),
      frozenWeight: told.frozenWeight,
      frozenTotal: told.frozenTotal,
      feeOwed: told.feeOwed,
      rewardClaimable: told.rewardClaimable,
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}
