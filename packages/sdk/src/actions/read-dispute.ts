import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** What disputes are about, by the number on chain. */
export const DISPUTE_KINDS = ["verdict", "acceptance", "plant", "benchmark", "duplicate"] as const;

export type DisputeKindName = (typeof DISPUTE_KINDS)[number];

/** Stages of a dispute by their number on chain. */
export const DISPUTE_STAGES = [
  "none",
  "claimed",
  "drawing",
  "committing",
  "revealing",
  "appealing",
  "ruled",
  "executed",
] as const;

export type DisputeStageName = (typeof DISPUTE_STAGES)[number];

/** Rulings by their number on chain. */
export const RULINGS = ["undecided", "claimant", "respondent"] as const;

export type RulingName = (typeof RULINGS)[number];

/** A dispute and the votes of its round. Times in seconds since the Unix epoch. */
export interface DisputeSummary {
  readonly dispute: bigint;
  readonly kind: DisputeKindName;
  readonly stage: DisputeStageName;
  /** Ruling of the last round, or final. */
  readonly ruling: RulingName;
  /** Round of the court, from 0. */
  readonly round: number;
  readonly claimant: string;
  /** Who contested; the zero address while nobody did. */
  readonly respondent: string;
  readonly node: bigint;
  /** Last second of the stage. */
  readonly deadline: number;
  /** Entropy ticket of the draw. */
  readonly ticket: number;
  /** CXT wei that each side put in at the start. */
  readonly bond: bigint;
  readonly subject: string;
  /** Votes of the round. */
  readonly panel: {
    readonly size: number;
    readonly drawn: number;
    readonly committed: number;
    readonly revealed: number;
    readonly forClaimant: number;
    readonly forRespondent: number;
  };
}

/** A dispute; stage "none" for an unknown one. @throws CorexError CHAIN_*. */
export async function readDispute({ arbitration }: CorexContracts, dispute: bigint): Promise<DisputeSummary> {
  try {
    const found = await arbitration.disputeOf(dispute);
    const panel = await arbitration.panelOf(dispute, found.round);
    return {
      dispute,
      kind: DISPUTE_KINDS[Number(found.kind)] ?? "verdict",
      stage: DISPUTE_STAGES[Number(found.stage)] ?? "none",
      ruling: RULINGS[Number(found.ruling)] ?? "undecided",
      round: Number(found.round),
      claimant: found.claimant,
      respondent: found.respondent,
      node: found.node,
      deadline: Number(found.deadline),
      ticket: Number(found.ticket),
      bond: found.bond,
      subject: found.subject,
      panel: {
        size: Number(panel.size),
        drawn: Number(panel.drawn),
        committed: Number(panel.committed),
        revealed: Number(panel.revealed),
        forClaimant: Number(panel.forClaimant),
        forRespondent: Number(panel.forRespondent),
      },
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

/** Number of disputes ever opened; ids run from 1 to this number. @throws CorexError CHAIN_*. */
export async function readDisputeCount({ arbitration }: CorexContracts): Promise<bigint> {
  try {
    return await arbitration.disputeCount();
  } catch (cause) {
    throw decodeError(cause);
  }
}

/** What an account has in a round of a dispute. */
export interface Ballot {
  /** How often it was drawn; zero for not at all. */
  readonly votes: number;
  readonly committed: boolean;
  readonly revealed: boolean;
}

/** The votes of an account in a round of a dispute. @throws CorexError CHAIN_*. */
export async function readBallot(
  { arbitration }: CorexContracts,
  dispute: bigint,
  round: number,
  juror: string,
): Promise<Ballot> {
  try {
    const [votes, { commitment, revealed }] = await Promise.all([
      arbitration.votesOf(dispute, round, juror),
      arbitration.ballotOf(dispute, round, juror),
    ]);
    return { votes: Number(votes), committed: BigInt(commitment) !== 0n, revealed };
  } catch (cause) {
    throw decodeError(cause);
  }
}

/** Whether jurors and funders of a round got what they are owed, or it was never played. @throws CorexError CHAIN_*. */
export async function isRoundSettled(
  { arbitration }: CorexContracts,
  dispute: bigint,
  round: number,
): Promise<boolean> {
  try {
    return (await arbitration.panelOf(dispute, round)).settled;
  } catch (cause) {
    throw decodeError(cause);
  }
}
