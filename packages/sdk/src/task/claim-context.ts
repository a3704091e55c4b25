import { AbiCoder, keccak256 } from "ethers";

export interface ClaimContextInput {
  readonly chainId: bigint | number;
  /** Address of the market of work. */
  readonly market: string;
  readonly circuit: string;
  readonly task: string;
  readonly fragment: number;
  readonly operator: string;
}

/**
 * The public signal that binds a proof to one fragment of work and one operator, as `IWorkMarket.contextOf` computes it:
 * uint256(keccak256(abi.encode(chainId, market, circuit, task, uint256 fragment, operator))) >> 8, so that it fits the field of
 * the circuit.
 */
export function claimContext({ chainId, market, circuit, task, fragment, operator }: ClaimContextInput): bigint {
  const types = ["uint256", "address", "bytes32", "bytes32", "uint256", "address"];
  const values = [chainId, market, circuit, task, fragment, operator];
  return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, values))) >> 8n;
}
