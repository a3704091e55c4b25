import { concludeBenchmark, findInvalidAttestor } from "@corex/sdk/actions/conclude-benchmark";
import { expireBenchmark } from "@corex/sdk/actions/expire-benchmark";
import { findAnswer, readMeasurement, readWorkload } from "@corex/sdk/actions/read-benchmark";
import type { SignedAttestation } from "@corex/sdk/benchmark/attestation";
import { laneRoot } from "@corex/sdk/benchmark/lane-root";
import { laneCount } from "@corex/sdk/benchmark/workload";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { CorexError } from "@corex/sdk/errors";

import type { Mutex } from "../runtime/mutex.ts";
import { answerOnChain, type Answer, type AnswerOptions } from "./answer-on-chain.ts";
import { collectAttestations } from "./collect-attestations.ts";
import { waitForQuickSeed } from "./wait-for-quick-seed.ts";

/** How long an answer may wait for attestors; the registry's `ATTESTATION_WINDOW`. */
const ATTESTATION_SECONDS = 86_400;

export interface MeasureOptions extends AnswerOptions {
  readonly chainId: number;
  /** Base URLs. */
  readonly attestors: readonly string[];
  /** Held while lanes are timed: whatever else uses the processor waits on it too. */
  readonly exclusive: Mutex;
  /** Kept between attempts by whoever tries again. */
  readonly memory: AnswerMemory;
  readonly patienceMs?: number | undefined;
}

/** The latest answer with its digests, so that attestors that are down for long cost no computing. */
export interface AnswerMemory {
  answer?: Answer;
}

/** What a measurement found. */
export interface MeasureOutcome {
  readonly nonce: bigint;
  readonly size: number;
  /** Seconds that counted. */
  readonly elapsed: number;
  readonly accepted: boolean;
  readonly dailyWorkUnits: bigint;
  /** Seconds since the Unix epoch. */
  readonly expiresAt: number;
}

/**
 * Gets this machine a score: measures it, has the result attested, and concludes.
 *
 * An answer that an earlier run left behind is taken up first: the time is settled, so its lanes are computed again at
 * leisure for the attestors.
 *
 * @throws CorexError BENCHMARK_*, ATTESTOR_*, CHAIN_*.
 */
export async function measureNode(options: MeasureOptions): Promise<MeasureOutcome> {
  const { context, node, chainId, attestors, clock, logger, signal, patienceMs } = options;
  const { nonce, size, result, elapsed, digests } = (await takeUp(options)) ?? (await answer(options));
  const domain = { chainId, benchmarkRegistry: contractAddress(context.contracts.benchmarkRegistry) };
  const about = { operator: context.sender.address, node, nonce, result, digests };
  const findInvalid = async (signed: readonly SignedAttestation[]) => findInvalidAttestor(context, signed);
  const asking = { attestors, findInvalid, clock, logger, signal, patienceMs };
  const signed = await collectAttestations({ ...asking, domain, ...about });
  const { result: concluded } = await concludeBenchmark(context, signed);
  return { nonce, size, elapsed, ...concluded };
}

async function answer(options: MeasureOptions): Promise<Answer> {
  // Other work goes on while a measurement would have to wait for its seed anyway.
  await waitForQuickSeed(options);
  const found = await options.exclusive.run(async () => answerOnChain(options));
  options.memory.answer = found;
  return found;
}

/** The digests of an answer that is on chain but not concluded; undefined when there is none. */
async function takeUp({
  context,
  node,
  deviceClass,
  pool,
  memory,
  logger,
  signal,
  onProgress,
}: MeasureOptions): Promise<Answer | undefined> {
  const measurement = await readMeasurement(context.contracts, node);
  if (measurement.status !== "answered") return undefined;
  const { nonce, size, result, answeredAt } = measurement;
  // Nobody attested it in time, and nobody else has a reason to end it.
  const block = await context.sender.provider.getBlock("latest");
  if (block !== null && block.timestamp > Number(answeredAt) + ATTESTATION_SECONDS) {
    logger.warn({ nonce: String(nonce) }, "nobody attested the measurement before in time: ending it");
    await expireBenchmark(context, node);
    return undefined;
  }
  const { answer: known } = memory;
  if (known?.nonce === nonce && known.result === result) return known;
  logger.info({ nonce: String(nonce) }, "taking up the measurement that was answered before");
  const { seed, elapsed } = await findAnswer(context.contracts, context.sender.provider, node, measurement);
  const count = laneCount(size, await readWorkload(context.contracts, deviceClass));
  const lanes = Array.from({ length: count }, (_, lane) => lane);
  const digests = await pool.compute(seed, lanes, { signal, onProgress });
  if (laneRoot(digests) === result.toLowerCase()) {
    memory.answer = { nonce, size, result, elapsed, digests };
    return memory.answer;
  }
  throw new CorexError(
    "BENCHMARK_FOREIGN_ANSWER",
    `measurement ${nonce} of node ${node} was answered with another result`,
    {
      retry: "later",
      details: { node, nonce, result },
    },
  );
}
