import { AbiCoder, keccak256 } from "ethers";

import { ROUND_TERMS_TYPE, type RoundTerms } from "./round-terms.ts";

/** The id of a task of rounds, as `IRoundMarket.taskIdOf` computes it: keccak256(abi.encode(chainId, market, terms)). */
export function roundTaskId(chainId: bigint | number, market: string, terms: RoundTerms): string {
  const types = ["uint256", "address", ROUND_TERMS_TYPE];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [chainId, market, terms]));
}
