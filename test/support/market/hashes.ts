// The hashes of the contracts, written again from their specification.
import { AbiCoder, keccak256 } from "ethers";

import type { Terms } from "./task.ts";

const abi = AbiCoder.defaultAbiCoder();

export const TERMS_TYPE =
  "tuple(address owner, bytes32 circuit, bytes32 shardRoot, bytes32 initialWeights, bytes32 manifest, " +
  "uint256 feePerFragment, uint32 fragmentDuration, uint32 steps, uint32 shardsPerChain, uint16 chains, uint8 device, " +
  "uint8 minTier, uint64 nonce)";

/** The id of a task. */
export function taskHash(chainId: bigint, market: string, terms: Terms): string {
  return keccak256(abi.encode(["uint256", "address", TERMS_TYPE], [chainId, market, terms]));
}

/** What tells apart the draws of one ticket. */
export function saltHash(task: string, chain: number, step: bigint): string {
  return keccak256(abi.encode(["bytes32", "uint256", "uint256"], [task, chain, step]));
}

/** A chain's transcript after one more step. */
export function extendTranscript(
  transcript: string,
  record: { newWeights: bigint; gradient: bigint; batch: bigint; loss: bigint; node: bigint },
): string {
  const types = ["bytes32", "uint256", "uint256", "uint256", "uint256", "uint32"];
  const { newWeights, gradient, batch, loss, node } = record;
  return keccak256(abi.encode(types, [transcript, newWeights, gradient, batch, loss, node]));
}

/** Hash of one ABI-encoded value. */
export function hashOf(type: string, value: unknown): string {
  return keccak256(abi.encode([type], [value]));
}

/** The id of a circuit. */
export function circuitHash(name: string, version: number, params: readonly (number | bigint)[]): string {
  return keccak256(abi.encode(["string", "uint32", "uint256[]"], [name, version, params]));
}
