import { ZeroAddress, type Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { CorexError } from "../errors.ts";
import type { AnsweredBenchmark } from "./answer-benchmark.ts";
import { DEVICE_CLASSES, type DeviceClass } from "./register-node.ts";
import { DEFAULT_BLOCK_RANGE, scanEvents } from "./scan-events.ts";

/** Statuses of a measurement by their number on chain. */
export const MEASUREMENT_STATUSES = ["none", "begun", "answered"] as const;

export type MeasurementStatusName = (typeof MEASUREMENT_STATUSES)[number];

/** The running measurement of a node. Times in seconds since the Unix epoch. */
export interface MeasurementSummary {
  readonly status: MeasurementStatusName;
  readonly nonce: bigint;
  readonly size: number;
  readonly beganAt: number;
  readonly answeredAt: number;
  readonly result: string;
}

/** An open challenge. */
export interface ChallengeSummary {
  readonly challenger: string;
  readonly bond: bigint;
  /** Seconds since the Unix epoch. */
  readonly openedAt: number;
}

/** The running measurement of `node`; status "none" when there is none. @throws CorexError CHAIN_*. */
export async function readMeasurement(
  { benchmarkRegistry }: CorexContracts,
  node: bigint,
): Promise<MeasurementSummary> {
  const { status, nonce, size, beganAt, answeredAt, result } = await decoded(benchmarkRegistry.measurementOf(node));
  return {
    status: MEASUREMENT_STATUSES[Number(status)] ?? "none",
    nonce,
    size: Number(size),
    beganAt: Number(beganAt),
    answeredAt: Number(answeredAt),
    result,
  };
}

/** The open challenge of `node`, or undefined. @throws CorexError CHAIN_*. */
export async function readChallenge(
  { benchmarkRegistry }: CorexContracts,
  node: bigint,
): Promise<ChallengeSummary | undefined> {
  const { challenger, bond, openedAt } = await decoded(benchmarkRegistry.challengeOf(node));
  return challenger === ZeroAddress ? undefined : { challenger, bond, openedAt: Number(openedAt) };
}

/** Size of the latest accepted measurement of `node`; zero without one. @throws CorexError CHAIN_*. */
export async function readScoreSize({ benchmarkRegistry }: CorexContracts, node: bigint): Promise<number> {
  return Number((await decoded(benchmarkRegistry.scoreOf(node))).size);
}

/** Multiply-accumulates of one unit of size of a device class. @throws CorexError CHAIN_*. */
export async function readWorkload({ benchmarkRegistry }: CorexContracts, device: DeviceClass): Promise<bigint> {
  return decoded(benchmarkRegistry.workloadOf(DEVICE_CLASSES.indexOf(device)));
}

/**
 * The seed of the running measurement of `node`; undefined while nobody can know it.
 *
 * @throws CorexError CHAIN_BENCHMARKREGISTRY_SEEDEXPIRED, CHAIN_BENCHMARKREGISTRY_WRONGSTATUS and others.
 */
export async function readSeed({ benchmarkRegistry }: CorexContracts, node: bigint): Promise<string | undefined> {
  try {
    return await benchmarkRegistry.seedOf(node);
  } catch (cause) {
    const error = decodeError(cause);
    if (error.code === "CHAIN_BENCHMARKREGISTRY_SEEDPENDING") return undefined;
    throw error;
  }
}

/**
 * Finds the answer of a measurement in the logs: only they keep its seed. Searches backwards, down to the block in which
 * the measurement was answered.
 *
 * @throws CorexError CHAIN_EVENT_MISSING when the endpoint has no such log (retry: later), CHAIN_*.
 */
export async function findAnswer(
  { benchmarkRegistry }: CorexContracts,
  provider: Provider,
  node: bigint,
  { nonce, answeredAt }: Pick<MeasurementSummary, "nonce" | "answeredAt">,
): Promise<AnsweredBenchmark> {
  const event = benchmarkRegistry.getEvent("MeasurementAnswered");
  let toBlock = await decoded(provider.getBlockNumber());
  for (;;) {
    const fromBlock = Math.max(0, toBlock - DEFAULT_BLOCK_RANGE + 1);
    const range = { fromBlock, toBlock };
    for await (const found of scanEvents(provider, benchmarkRegistry, event, range, [node, nonce])) {
      const latest = found.at(-1)?.args;
      if (latest === undefined) continue;
      const { seed, size, result, elapsed } = latest;
      return { nonce, seed, size: Number(size), result, elapsed: Number(elapsed) };
    }
    const first = await decoded(provider.getBlock(fromBlock));
    if (fromBlock === 0 || first === null || first.timestamp < answeredAt) break;
    toBlock = fromBlock - 1;
  }
  throw new CorexError("CHAIN_EVENT_MISSING", `no answer of measurement ${nonce} of node ${node} in the logs`, {
    retry: "later",
    details: { node, nonce },
  });
}

async function decoded<Result>(promise: Promise<Result>): Promise<Result> {
  try {
    return await promise;
  } catch (cause) {
    throw decodeError(cause);
  }
}
