import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/** A model and its ancestors, newest first, at most `limit`. @throws CorexError CHAIN_MODELREGISTRY_UNKNOWNMODEL. */
export async function readLineage({ modelRegistry }: CorexContracts, model: string, limit = 64): Promise<string[]> {
  try {
    return [...(await modelRegistry.lineageOf(model, limit))];
  } catch (cause) {
    throw decodeError(cause);
  }
}
