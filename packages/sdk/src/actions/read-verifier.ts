import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { WORK_NAMES, type WorkName } from "../work/work-kind.ts";

/** A node as a verifier. */
export interface VerifierSummary {
  /** Kinds of work that it verifies. */
  readonly kinds: readonly WorkName[];
  /** Weight in draws now. */
  readonly weight: bigint;
  /** Whether it has the stake, tier and reputation to be drawn now. */
  readonly qualified: boolean;
  readonly seats: number;
  readonly revealed: number;
  readonly abstained: number;
  /** Seats on which it did not reveal, which is punished. */
  readonly silent: number;
  /** Verdicts that turned out to be right, and wrong. */
  readonly coherent: number;
  readonly incoherent: number;
  readonly plantsCaught: number;
  readonly plantsMissed: number;
}

/** What the committee knows of a node. @throws CorexError CHAIN_*. */
export async function readVerifier({ verifierCommittee }: CorexContracts, node: bigint): Promise<VerifierSummary> {
  try {
    const [[mask, weight], qualified, record] = await Promise.all([
      verifierCommittee.verifierOf(node),
      verifierCommittee.isQualified(node),
      verifierCommittee.recordOf(node),
    ]);
    return {
      kinds: WORK_NAMES.filter((_, kind) => (mask >> BigInt(kind)) % 2n === 1n),
      weight,
      qualified,
      seats: Number(record.seats),
      revealed: Number(record.revealed),
      abstained: Number(record.abstained),
      silent: Number(record.silent),
      coherent: Number(record.coherent),
      incoherent: Number(record.incoherent),
      plantsCaught: Number(record.plantsCaught),
      plantsMissed: Number(record.plantsMissed),
    };
  } catch (cause) {
    throw decodeError(cause);
  }
}
