import type { Benchmark } from "./benchmark.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";

export interface SignedBenchmark {
  readonly benchmark: Benchmark;
  readonly attestor: string;
  readonly signature: string;
}

/**
 * Stores an attested score and makes a registered node active; anyone may relay it.
 *
 * @throws CorexError CHAIN_NODEREGISTRY_INVALIDATTESTATION, CHAIN_NODEREGISTRY_INVALIDBENCHMARKNONCE and others.
 */
export async function submitBenchmark(
  context: ActionContext,
  { benchmark, attestor, signature }: SignedBenchmark,
): Promise<Executed<undefined>> {
  const { nodeRegistry } = context.contracts;
  const intent = `benchmark:${benchmark.node}:${benchmark.nonce}`;
  return execute(context, nodeRegistry.submitBenchmark, [benchmark, attestor, signature], intent);
}
