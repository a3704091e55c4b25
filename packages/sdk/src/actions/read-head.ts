import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** Weights commitment of a chain; zero until its first step is settled. @throws CorexError CHAIN_*. */
export async function readHead({ taskMarket }: CorexContracts, task: string, chain: number): Promise<bigint> {
  try {
    return await taskMarket.headOf(task, chain);
  } catch (cause) {
    throw decodeError(cause);
  }
}
