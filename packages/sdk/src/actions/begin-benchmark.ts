import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

/** A measurement that runs. */
export interface BegunBenchmark {
  readonly nonce: bigint;
  /** Entropy ticket of its seed. */
  readonly ticket: bigint;
}

/**
 * Begins a measurement of the sender's node with `size` times the workload of its class; one that was begun but not
 * answered is replaced.
 *
 * @throws CorexError CHAIN_BENCHMARKREGISTRY_NOTMEASURABLE, CHAIN_BENCHMARKREGISTRY_SIZEOUTOFBOUNDS,
 *   CHAIN_BENCHMARKREGISTRY_WRONGSTATUS and others.
 */
export async function beginBenchmark(context: ActionContext, size: number): Promise<Executed<BegunBenchmark>> {
  const { benchmarkRegistry } = context.contracts;
  const { receipt } = await execute(context, benchmarkRegistry.begin, [size], "benchmark:begin");
  const { nonce, ticket } = requireEvent(receipt, benchmarkRegistry, benchmarkRegistry.getEvent("MeasurementBegun"));
  return { result: { nonce, ticket }, receipt };
}
