import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** The stake of a juror, in CXT wei. */
export interface JurorSummary {
  readonly staked: bigint;
  readonly leaving: bigint;
  /** Locked for open votes. */
  readonly locked: bigint;
  /** Second from which what leaves can be withdrawn. */
  readonly withdrawableFrom: number;
  /** What the court owes to the account. */
  readonly owed: bigint;
}

/** What the court knows of an account. @throws CorexError CHAIN_*. */
export async function readJuror({ arbitration, jurorPool }: CorexContracts, account: string): Promise<JurorSummary> {
  try {
    const [{ staked, leaving, locked, withdrawableFrom }, owed] = await Promise.all([
      jurorPool.jurorOf(account),
      arbitration.owedTo(account),
    ]);
    return { staked, leaving, locked, withdrawableFrom: Number(withdrawableFrom), owed };
  } catch (cause) {
    throw decodeError(cause);
  }
}
