import type { Logger } from "pino";
import type { Signer } from "ethers";

import { signAttestation, type AttestationDomain, type SignedAttestation } from "@corex/sdk/benchmark/attestation";
import { DEFAULT_SAMPLES, sampleLanes } from "@corex/sdk/benchmark/sample-lanes";
import { findWrongLane, requireDigests, type ComputeLanes, type ComputeRoot } from "@corex/sdk/benchmark/verify-lanes";
import { CorexError } from "@corex/sdk/errors";

import { verdictKey, type AnsweredMeasurement, type MeasurementSource } from "./measurement-source.ts";

/** Results that wait for their lanes to be recomputed; a second of work for each core. */
const MAX_QUEUE = 16;

/** Verdicts that are kept; after that they are found again, the same, by computing. */
const MAX_VERDICTS = 10_000;

export interface AttestorOptions {
  /** Holder of the ATTESTOR role. */
  readonly signer: Signer;
  readonly domain: AttestationDomain;
  readonly source: MeasurementSource;
  /** Recomputes lanes outside the event loop. */
  readonly compute: ComputeLanes;
  /** Computes a root outside the event loop: for the largest measurement it takes half a second. */
  readonly computeRoot: ComputeRoot;
  /** Chooses the lanes: whoever knows it can cheat in the others. At least 32 bytes, the same after a restart. */
  readonly secret: Uint8Array;
  readonly logger: Logger;
  readonly samples?: number | undefined;
  readonly maxQueue?: number;
}

/** The digests that a node says it computed. */
export interface AttestationRequest {
  readonly node: bigint;
  readonly nonce: bigint;
  readonly digests: readonly string[];
}

/**
 * Checks what nodes answered: recomputes lanes of its own choice and signs whether they hold.
 *
 * Anyone may ask, because only the digests that the node committed to on chain are looked at, and a verdict on them is a
 * fact. It signs that a result is wrong only when the node's own digests are; who withholds digests gets no signature.
 */
export class Attestor {
  readonly #options: AttestorOptions;
  readonly #verdicts = new Map<string, Promise<SignedAttestation>>();
  #waiting = 0;

  constructor(options: AttestorOptions) {
    this.#options = options;
  }

  /**
   * @throws CorexError ATTESTOR_UNKNOWN_NODE, ATTESTOR_NOT_ANSWERED (retry: later), ATTESTOR_BUSY (retry: later),
   *   BENCHMARK_WRONG_COUNT, BENCHMARK_WRONG_ROOT, CHAIN_*.
   */
  async attest({ node, nonce, digests }: AttestationRequest): Promise<SignedAttestation> {
    const measurement = await this.#options.source.read(node);
    if (measurement.nonce !== nonce) {
      throw new CorexError("ATTESTOR_NOT_ANSWERED", `node ${node} is at measurement ${measurement.nonce}`, {
        retry: "later",
        details: { node, nonce, running: measurement.nonce },
      });
    }
    const key = verdictKey(node, measurement);
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    return this.#inQueue(async () => {
      await requireDigests(digests, measurement, this.#options.computeRoot);
      // Only now, when the digests are the node's own, may others wait for the verdict on them.
      return this.#verdicts.get(key) ?? this.#remember(key, this.#judge(node, measurement, digests));
    });
  }

  /** The verdict on the answer that `node` has on chain, for those who want to conclude a wrong one. @throws as `attest`, ATTESTOR_NO_VERDICT. */
  async verdict(node: bigint): Promise<SignedAttestation> {
    const known = this.#verdicts.get(verdictKey(node, await this.#options.source.read(node)));
    if (known !== undefined) return known;
    throw new CorexError("ATTESTOR_NO_VERDICT", `nobody sent the digests of node ${node} yet`, { retry: "later" });
  }

  /** Hashing and computing cost the asker nothing: what waits for them is bounded. */
  async #inQueue<Result>(job: () => Promise<Result>): Promise<Result> {
    const { maxQueue = MAX_QUEUE } = this.#options;
    if (this.#waiting >= maxQueue) {
      throw new CorexError("ATTESTOR_BUSY", `${this.#waiting} results are waiting: ask again later`, {
        retry: "later",
      });
    }
    this.#waiting += 1;
    try {
      return await job();
    } finally {
      this.#waiting -= 1;
    }
  }

  async #judge(
    node: bigint,
    { nonce, seed, result, lanes }: AnsweredMeasurement,
    digests: readonly string[],
  ): Promise<SignedAttestation> {
    const { signer, domain, compute, secret, logger, samples = DEFAULT_SAMPLES } = this.#options;
    const sample = sampleLanes({ secret, node, nonce, result, lanes, samples });
    const wrong = await findWrongLane(seed, digests, sample, compute);
    const valid = wrong === undefined;
    logger[valid ? "info" : "warn"]({ node: String(node), nonce: String(nonce), result, lanes, wrong }, "judged");
    return signAttestation(signer, domain, { node, nonce, result, valid });
  }

  /** Keeps what is signed; what failed is tried again by the next request. */
  async #remember(key: string, verdict: Promise<SignedAttestation>): Promise<SignedAttestation> {
    this.#verdicts.set(key, verdict);
    const [oldest] = this.#verdicts.keys();
    if (this.#verdicts.size > MAX_VERDICTS && oldest !== undefined) this.#verdicts.delete(oldest);
    try {
      return await verdict;
    } catch (cause) {
      this.#verdicts.delete(key);
      throw cause;
    }
  }
}
