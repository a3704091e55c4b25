import { Contract } from "ethers";

import { contractAddress } from "../../contracts/contract-address.ts";
import { decodeError } from "../../contracts/decode-error.ts";
import type { GovernanceReader, GovernorName } from "./governance-context.ts";

/** States of a governor, by their number on the chain. */
export const PROPOSAL_STATES = [
  "pending",
  "active",
  "canceled",
  "defeated",
  "succeeded",
  "queued",
  "expired",
  "executed",
] as const;

export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** How far a proposal is in one stage. */
export interface StageStatus {
  readonly governor: GovernorName;
  readonly state: ProposalState;
  /** Second after which votes count; whose units they are was fixed at it. */
  readonly snapshot: number;
  /** Last second of the vote. */
  readonly deadline: number;
  /** Units of votes, with 18 decimals. */
  readonly votes: { readonly against: bigint; readonly for: bigint; readonly abstain: bigint };
  /** Units that are needed: For in the first stage, For and Abstain in the second; undefined before the snapshot. */
  readonly needed: bigint | undefined;
}

/** Reads one stage of a proposal; undefined when its governor does not know it. @throws CorexError CHAIN_*. */
export async function readStage(
  { contracts, provider }: Pick<GovernanceReader, "contracts" | "provider">,
  name: GovernorName,
  id: bigint,
): Promise<StageStatus | undefined> {
  const governor = contracts[name];
  const counting = new Contract(
    contractAddress(governor),
    ["function proposalVotes(uint256) view returns (uint256, uint256, uint256)"],
    provider,
  );
  try {
    const snapshot = await governor.proposalSnapshot(id);
    if (snapshot === 0n) return undefined;
    const block = await provider.getBlock("latest");
    const [state, deadline, tally] = await Promise.all([
      governor.state(id),
      governor.proposalDeadline(id),
      counting.getFunction("proposalVotes").staticCall(id) as Promise<readonly [bigint, bigint, bigint]>,
    ]);
    const past = block !== null && snapshot < BigInt(block.timestamp);
    return {
      governor: name,
      state: PROPOSAL_STATES[Number(state)] ?? "pending",
      snapshot: Number(snapshot),
      deadline: Number(deadline),
      votes: { against: tally[0], for: tally[1], abstain: tally[2] },
      needed: past ? await neededAt(contracts, name, snapshot) : undefined,
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

async function neededAt(contracts: GovernanceReader["contracts"], name: GovernorName, snapshot: bigint) {
  return name === "supportGovernor"
    ? contracts.supportGovernor.supportThreshold(snapshot)
    : contracts[name].quorum(snapshot);
}
