import type { ContractTransactionResponse } from "ethers";

/** Whether tests of gas print every figure: COREX_GAS=1. */
const PRINT = process.env["COREX_GAS"] !== undefined;

/** Gas of a whole transaction: execution, intrinsic cost and calldata. */
export async function gasOf(operation: string, call: Promise<ContractTransactionResponse>): Promise<bigint> {
  const gas = (await (await call).wait())?.gasUsed ?? 0n;
  if (PRINT) process.stdout.write(`      gas ${operation}: ${gas}\n`);
  return gas;
}
