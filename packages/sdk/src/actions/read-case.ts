import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { WORK_NAMES, type WorkName } from "../work/work-kind.ts";

/** Verdicts by their number on chain. */
export const VOTES = ["none", "accept", "reject", "abstain"] as const;

export type VoteName = (typeof VOTES)[number];

/** Phases of a case by their number on chain. */
export const CASE_PHASES = ["none", "drawing", "committing", "revealing", "concluded", "closed"] as const;

export type CasePhaseName = (typeof CASE_PHASES)[number];

/** What a case came to, by its number on chain. */
export const CASE_OUTCOMES = ["none", "accepted", "rejected", "unverified"] as const;

export type CaseOutcomeName = (typeof CASE_OUTCOMES)[number];

/** A verifier of a case. */
export interface CaseSeat {
  readonly verifier: bigint;
  /** "none" until it is revealed. */
  readonly vote: VoteName;
  readonly score: number;
  /** CXT wei behind the verifier when it was drawn. */
  readonly stake: bigint;
  /** CXT wei held until the case is closed. */
  readonly held: bigint;
  /** The zero hash until it is committed. */
  readonly commitment: string;
}

/** A case and its verifiers. Times in seconds since the Unix epoch. */
export interface CaseSummary {
  readonly caseId: bigint;
  /** Digest of the result that is judged. */
  readonly subject: string;
  readonly owner: string;
  readonly executor: bigint;
  readonly kind: WorkName;
  readonly phase: CasePhaseName;
  readonly outcome: CaseOutcomeName;
  /** Last second of the phase; of "drawing" the last at which a draw is tried. */
  readonly deadline: number;
  /** Entropy ticket of the draw. */
  readonly ticket: number;
  /** Seconds. */
  readonly voteDuration: number;
  readonly acceptScore: number;
  readonly score: number;
  readonly committed: number;
  readonly revealed: number;
  readonly seats: readonly CaseSeat[];
}

/** A case of the verifier committee; phase "none" for an unknown one. @throws CorexError CHAIN_*. */
export async function readCase({ verifierCommittee }: CorexContracts, caseId: bigint): Promise<CaseSummary> {
  try {
    const [found, seats] = await Promise.all([verifierCommittee.caseOf(caseId), verifierCommittee.seatsOf(caseId)]);
    return {
      caseId,
      subject: found.subject,
      owner: found.owner,
      executor: found.executor,
      kind: WORK_NAMES[Number(found.kind)] ?? "inference",
      phase: CASE_PHASES[Number(found.phase)] ?? "none",
      outcome: CASE_OUTCOMES[Number(found.outcome)] ?? "none",
      deadline: Number(found.deadline),
      ticket: Number(found.ticket),
      voteDuration: Number(found.voteDuration),
      acceptScore: Number(found.acceptScore),
      score: Number(found.score),
      committed: Number(found.committed),
      revealed: Number(found.revealed),
      seats: seats.map(({ verifier, vote, score, stake, held, commitment }) => ({
        verifier,
        vote: VOTES[Number(vote)] ?? "none",
        score: Number(score),
        stake,
        held,
        commitment,
      })),
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}

/** Number of cases ever opened; ids run from 1 to this number. @throws CorexError CHAIN_*. */
export async function readCaseCount({ verifierCommittee }: CorexContracts): Promise<bigint> {
  try {
    return await verifierCommittee.caseCount();
  } catch (cause) {
    throw decodeError(cause);
  }
}
