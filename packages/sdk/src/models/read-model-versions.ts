import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";

/**
 * Versions of what `owner` calls `label` (32 bytes), oldest first: the one at index i is version i + 1 + `offset`.
 *
 * @throws CorexError CHAIN_*.
 */
export async function readModelVersions(
  { modelRegistry }: CorexContracts,
  owner: string,
  label: string,
  { offset = 0, limit = 64 } = {},
): Promise<string[]> {
  try {
    return [...(await modelRegistry.versionsOf(owner, label, offset, limit))];
  } catch (cause) {
    throw decodeError(cause);
  }
}
