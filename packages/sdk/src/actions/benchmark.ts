import type { TypedDataDomain } from "ethers";

/** What an attestor signs after it timed a node. Times in seconds since the Unix epoch. */
export interface Benchmark {
  readonly node: bigint;
  /** Proved multiply-accumulates per day. */
  readonly dailyWorkUnits: bigint;
  readonly measuredAt: bigint;
  readonly expiresAt: bigint;
  /** The node's `benchmarkNonce`. */
  readonly nonce: bigint;
}

/** EIP-712 type of a benchmark. */
export const BENCHMARK_TYPES = {
  Benchmark: [
    { name: "node", type: "uint32" },
    { name: "dailyWorkUnits", type: "uint64" },
    { name: "measuredAt", type: "uint40" },
    { name: "expiresAt", type: "uint40" },
    { name: "nonce", type: "uint32" },
  ],
};

/** EIP-712 domain of the node registry. */
export function benchmarkDomain(chainId: bigint | number, nodeRegistry: string): TypedDataDomain {
  return { name: "Corex NodeRegistry", version: "1", chainId, verifyingContract: nodeRegistry };
}
