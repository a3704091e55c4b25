import { AbiCoder, keccak256 } from "ethers";

import { WORK_TERMS_TYPE, type WorkTerms } from "./work-terms.ts";

/** The id of a task of work, as `IWorkMarket.taskIdOf` computes it: keccak256(abi.encode(chainId, market, terms)). */
export function workTaskId(chainId: bigint | number, market: string, terms: WorkTerms): string {
  const types = ["uint256", "address", WORK_TERMS_TYPE];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [chainId, market, terms]));
}
