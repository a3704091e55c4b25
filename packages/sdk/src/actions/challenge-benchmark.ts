import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

/** A challenge that was opened. */
export interface OpenedChallenge {
  /** CXT wei at risk. */
  readonly bond: bigint;
  /** Second before which the node must begin a measurement. */
  readonly beginBefore: number;
}

/**
 * Doubts the score of a node, with the bond that the sender approved to the registry; anyone may, once a day for each node.
 *
 * @throws CorexError CHAIN_BENCHMARKREGISTRY_NOTCHALLENGEABLE, CHAIN_ERC20_INSUFFICIENTALLOWANCE and others.
 */
export async function challengeBenchmark(context: ActionContext, node: bigint): Promise<Executed<OpenedChallenge>> {
  const { benchmarkRegistry } = context.contracts;
  const { receipt } = await execute(context, benchmarkRegistry.challenge, [node], `benchmark:challenge:${node}`);
  const event = requireEvent(receipt, benchmarkRegistry, benchmarkRegistry.getEvent("BenchmarkChallenged"));
  return { result: { bond: event.bond, beginBefore: Number(event.beginBefore) }, receipt };
}
