import type { Logger } from "pino";

import { readChallenge, readMeasurement, readScoreSize } from "@corex/sdk/actions/read-benchmark";
import { readNode, type NodeSummary } from "@corex/sdk/actions/read-node";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { LanePool } from "../benchmark/lane-pool.ts";
import { measureNode, type AnswerMemory } from "../benchmark/measure-node.ts";
import { SEED_SECONDS } from "../benchmark/seed-seconds.ts";
import type { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Mutex } from "../runtime/mutex.ts";
import type { Snapshot } from "./snapshot.ts";

/** Seconds between questions about this node, by the clock of the chain. */
const CHECK_EVERY_SECONDS = 15;

/** A score that ends sooner than this is renewed: time enough for attestors that are down for a weekend. */
const RENEW_BEFORE_SECONDS = 3 * 86_400;

const STOPPING = new Set(["AGENT_STOPPED", "BENCHMARK_ABORTED", "BENCHMARK_POOL_CLOSED"]);

export interface BenchmarkServiceOptions {
  readonly context: ActionContext;
  readonly chainId: number;
  /** Base URLs of attestors; without any the service only warns. */
  readonly attestors: readonly string[];
  /** Seconds that a measurement should take. */
  readonly targetSeconds: number;
  /** Makes the threads of a measurement, which end with it: they would hold memory for a month otherwise. */
  readonly createPool: () => LanePool;
  /** Held while lanes are timed; give the same to the worker, or its proofs cost the node its score. */
  readonly exclusive: Mutex;
  readonly pollMs: number;
  /** How long attestors are asked again in one attempt. */
  readonly patienceMs?: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff: Backoff;
  /** Stops a measurement that runs. */
  readonly signal: AbortSignal;
}

/** Why a node is to be measured now. */
interface Reason {
  readonly reason: "challenged" | "expiring" | "unfinished";
  readonly challenged: boolean;
  readonly minimumSize?: number;
}

/** What it means when nobody attests the answer to a challenge. */
const UNATTESTED =
  "the answer to the challenge is not attested: unless two attestors see its digests in time, the registry takes the node's score away";

/**
 * Keeps the score of the node: measures again before it expires, when somebody challenged it, and finishes what an earlier
 * run began. A measurement runs beside the other services, one at a time.
 */
export class BenchmarkService {
  readonly #options: BenchmarkServiceOptions;
  readonly #memory: AnswerMemory = {};
  #checkedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #warned = false;

  constructor(options: BenchmarkServiceOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp }: Snapshot): Promise<void> {
    const { context, backoff, signal } = this.#options;
    if (this.#running !== undefined || signal.aborted || !backoff.isReady("benchmark")) return;
    if (timestamp - this.#checkedAt < CHECK_EVERY_SECONDS) return;
    this.#checkedAt = timestamp;

    const node = await readNode(context.contracts, context.sender.address);
    if (node === undefined) return;
    const reason = await this.#reasonFor(node, timestamp);
    if (reason === undefined || !this.#hasAttestors(reason)) return;
    this.#running = this.#measure(node, reason).finally(() => (this.#running = undefined));
  }

  /** Resolves when no measurement runs any more; never rejects. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #reasonFor({ node, status, benchmarkExpiresAt }: NodeSummary, timestamp: number): Promise<Reason | undefined> {
    const { contracts } = this.#options.context;
    const [measurement, challenge] = await Promise.all([
      readMeasurement(contracts, node),
      readChallenge(contracts, node),
    ]);
    const challenged = challenge !== undefined;
    // A challenge goes on whatever happens to the node: suspended or gone, it is punished if it does not answer.
    if (!challenged && status !== "active" && status !== "registered") return undefined;
    if (measurement.status === "answered") return { reason: "unfinished", challenged };
    // One that was begun and not answered belongs to an earlier run: its time cannot be made good, a new one starts.
    if (challenged) return { reason: "challenged", challenged, minimumSize: await readScoreSize(contracts, node) };
    return benchmarkExpiresAt - timestamp < RENEW_BEFORE_SECONDS ? { reason: "expiring", challenged } : undefined;
  }

  #hasAttestors({ reason, challenged }: Reason): boolean {
    const { attestors, logger } = this.#options;
    if (attestors.length > 0) return true;
    const level = challenged ? "error" : "warn";
    if (!this.#warned) logger[level]({ reason }, "the node must be measured, but no attestors are set (--attestor)");
    this.#warned = true;
    return false;
  }

  async #measure({ node, deviceClass }: NodeSummary, { reason, challenged, minimumSize }: Reason): Promise<void> {
    const { createPool, logger, backoff, ...options } = this.#options;
    logger.info({ node: String(node), reason }, "the node is measured again");
    const pool = createPool();
    try {
      const outcome = await measureNode({
        ...options,
        node,
        deviceClass,
        pool,
        logger,
        minimumSize,
        memory: this.#memory,
        seedSeconds: SEED_SECONDS,
      });
      backoff.succeed("benchmark");
      const { accepted, dailyWorkUnits, expiresAt, size, elapsed } = outcome;
      logger.info(
        { accepted, dailyWorkUnits: String(dailyWorkUnits), expiresAt, size, elapsed },
        "benchmark concluded",
      );
    } catch (cause) {
      const error = decodeError(cause);
      if (STOPPING.has(error.code)) return;
      const pause = backoff.fail("benchmark");
      logger.warn({ reason, code: error.code, message: error.message, pause }, "the node could not be measured");
      if (challenged && error.code === "BENCHMARK_TOO_FEW_ATTESTORS") logger.error({ node: String(node) }, UNATTESTED);
    } finally {
      await pool.close();
    }
  }
}
