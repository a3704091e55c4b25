/** Chains on which development keys are allowed, equal to `contracts/verification/TestChains.sol` (checked by a test). */
export const TEST_CHAINS: readonly bigint[] = [31337n, 11155111n, 560048n, 84532n, 11155420n, 421614n];

/** Whether value on a chain is play money. */
export function isTestChain(chainId: bigint): boolean {
  return TEST_CHAINS.includes(chainId);
}
