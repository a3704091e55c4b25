import { AbiCoder, keccak256 } from "ethers";

export interface StepContextInput {
  readonly chainId: bigint | number;
  /** Address of the task market. */
  readonly market: string;
  readonly circuit: string;
  readonly task: string;
  readonly chain: number;
  readonly step: number;
  readonly operator: string;
}

/**
 * The public signal that binds a proof to one step and one operator, as `ITaskMarket.contextOf` computes it:
 * uint256(keccak256(abi.encode(chainId, market, circuit, task, uint16 chain, uint32 step, operator))) >> 8, so that it
 * fits the field of the circuit.
 */
export function stepContext({ chainId, market, circuit, task, chain, step, operator }: StepContextInput): bigint {
  const types = ["uint256", "address", "bytes32", "bytes32", "uint16", "uint32", "address"];
  const values = [chainId, market, circuit, task, chain, step, operator];
  return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, values))) >> 8n;
}
