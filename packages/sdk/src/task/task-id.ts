import { AbiCoder, keccak256 } from "ethers";

import { TASK_TERMS_TYPE, type TaskTerms } from "./terms.ts";

/** The id of a task, as `ITaskMarket.taskIdOf` computes it: keccak256(abi.encode(chainId, market, terms)). */
export function taskId(chainId: bigint | number, market: string, terms: TaskTerms): string {
  const types = ["uint256", "address", TASK_TERMS_TYPE];
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [chainId, market, terms]));
}
