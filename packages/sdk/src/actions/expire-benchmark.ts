import { execute, type ActionContext, type Executed } from "./execute.ts";

/**
 * Ends what took too long, a challenge or a measurement of `node`; anyone may.
 *
 * @throws CorexError CHAIN_BENCHMARKREGISTRY_NOTOVER, CHAIN_BENCHMARKREGISTRY_WRONGSTATUS and others.
 */
export async function expireBenchmark(context: ActionContext, node: bigint): Promise<Executed<undefined>> {
  return execute(context, context.contracts.benchmarkRegistry.expire, [node], `benchmark:expire:${node}`);
}
