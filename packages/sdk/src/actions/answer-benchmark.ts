import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

export interface AnswerBenchmarkInput {
  readonly nonce: bigint;
  /** Merkle root over the digests of all lanes. */
  readonly result: string;
}

/** An answered measurement, as the registry took it. */
export interface AnsweredBenchmark {
  readonly nonce: bigint;
  readonly seed: string;
  readonly size: number;
  readonly result: string;
  /** Seconds that count. */
  readonly elapsed: number;
}

/**
 * Names the result of the sender's measurement and stops its time.
 *
 * @throws CorexError CHAIN_BENCHMARKREGISTRY_SEEDEXPIRED, CHAIN_BENCHMARKREGISTRY_TOOLATE,
 *   CHAIN_BENCHMARKREGISTRY_WRONGSTATUS and others.
 */
export async function answerBenchmark(
  context: ActionContext,
  { nonce, result }: AnswerBenchmarkInput,
): Promise<Executed<AnsweredBenchmark>> {
  const { benchmarkRegistry } = context.contracts;
  const intent = `benchmark:answer:${nonce}`;
  const { receipt } = await execute(context, benchmarkRegistry.answer, [result], intent);
  const event = requireEvent(receipt, benchmarkRegistry, benchmarkRegistry.getEvent("MeasurementAnswered"));
  const { seed, size, elapsed } = event;
  const answered = { nonce: event.nonce, seed, size: Number(size), result: event.result, elapsed: Number(elapsed) };
  return { result: answered, receipt };
}
