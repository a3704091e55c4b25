import type { Signer } from "ethers";

import { BENCHMARK_TYPES, benchmarkDomain, type Benchmark } from "./benchmark.ts";

export interface BenchmarkDomain {
  readonly chainId: bigint | number;
  readonly nodeRegistry: string;
}

/** Signs a benchmark as an attestor (EIP-712). */
export async function signBenchmark(
  attestor: Signer,
  { chainId, nodeRegistry }: BenchmarkDomain,
  benchmark: Benchmark,
): Promise<string> {
  return attestor.signTypedData(benchmarkDomain(chainId, nodeRegistry), BENCHMARK_TYPES, benchmark);
}
