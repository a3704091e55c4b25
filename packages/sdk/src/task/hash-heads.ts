import { AbiCoder, keccak256 } from "ethers";

/** The hash of the weights commitments of all chains: keccak256(abi.encode(uint256[] heads)). */
export function hashHeads(heads: readonly bigint[]): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["uint256[]"], [heads]));
}
