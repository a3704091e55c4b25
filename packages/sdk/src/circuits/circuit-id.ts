import { AbiCoder, keccak256 } from "ethers";

import type { CircuitEntry } from "./manifest.ts";

/**
 * Identity of a circuit on chain: keccak256(abi.encode(string name, uint32 version, uint256[] params)).
 *
 * Encoded, not packed or shifted, so that no two circuits share an id.
 */
export function circuitId(entry: Pick<CircuitEntry, "name" | "version" | "params">): string {
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(["string", "uint32", "uint256[]"], [entry.name, entry.version, entry.params]),
  );
}
