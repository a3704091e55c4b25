import type { Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { CorexError } from "../errors.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/** Actions by their number on chain. */
export const ACTION_KINDS = ["rule-result", "slash", "annul-reputation"] as const;

/** Something that a ruling does, as it was announced when the dispute began. */
export interface RulingAction {
  /** Number of the kind, see {@link ACTION_KINDS}. */
  readonly kind: bigint;
  readonly data: string;
}

/** All that can come of a dispute. */
export interface DisputeActions {
  readonly claimant: readonly RulingAction[];
  readonly respondent: readonly RulingAction[];
}

/**
 * The actions of both rulings, as the opening of the dispute announced them; only their hash is on chain.
 *
 * @throws CorexError CHAIN_EVENT_MISSING when no opening is in the range, CHAIN_*.
 */
export async function readDisputeActions(
  { arbitration }: CorexContracts,
  provider: Provider,
  { dispute, ...range }: ScanRange & { readonly dispute: bigint },
): Promise<DisputeActions> {
  const event = arbitration.getEvent("DisputeOpened");
  for await (const events of scanEvents(provider, arbitration, event, range, [dispute])) {
    const [opened] = events;
    if (opened === undefined) continue;
    const { claimantActions, respondentActions } = opened.args;
    return { claimant: claimantActions.map(toAction), respondent: respondentActions.map(toAction) };
  }
  throw new CorexError("CHAIN_EVENT_MISSING", `dispute ${dispute} was not opened in the blocks searched`, {
    retry: "later",
    details: { dispute },
  });
}

function toAction({ kind, data }: RulingAction): RulingAction {
  return { kind, data };
}
