import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** What the step of the open round is over, lane by lane; the public inputs of its proof. */
export interface RoundGradients {
  /** Commitments; zero where a lane has none. */
  readonly gradients: readonly bigint[];
  /** Shares in 256 parts; zero where a lane has no gradient. */
  readonly shares: readonly number[];
}

/** Reads the gradients of the open round, of a task of `lanes` lanes. @throws CorexError CHAIN_*. */
export async function readRoundGradients(
  { roundMarket }: CorexContracts,
  task: string,
  lanes: number,
): Promise<RoundGradients> {
  try {
    const { gradients, shares } = await roundMarket.gradientsOf(task);
    return { gradients: gradients.slice(0, lanes), shares: shares.slice(0, lanes).map(Number) };
  } catch (cause) {
    throw decodeError(cause);
  }
}
