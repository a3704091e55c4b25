import type { Signer, TypedDataDomain } from "ethers";
import type { Logger } from "pino";

import { signSubmission } from "@corex/sdk/actions/sign-submission";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import { requestJson } from "../http/request-json.ts";
import { intentOf } from "../journal/fragment-key.ts";
import type { StepSubmission } from "../journal/submission-json.ts";
import type { OpenFragment } from "../markets/open-fragment.ts";
import { toStepStruct } from "../markets/submission-structs.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Ready } from "../services/submitter.ts";

/** A collector that does not answer in this time counts as gone. */
const TIMEOUT_MS = 5_000;

/** Pause between questions where a submission is. */
const CHECK_MS = 2_000;

/** Share of a fragment's time that the collector has, and share that must be left for the node to submit it itself. */
const COLLECTOR_SHARE = 1 / 4;

export interface CollectorClientOptions {
  /** Base URL of the collector. */
  readonly url: string;
  /** Operator of the node. */
  readonly signer: Pick<Signer, "getAddress" | "signTypedData">;
  /** Domain that operators sign for. @throws CorexError CHAIN_*. */
  readonly readDomain: () => Promise<TypedDataDomain>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Refusals that pass: the collector does not see the fragment yet, or has a full queue. */
const PASSING = new Set(["COLLECTOR_NOT_OPEN", "COLLECTOR_BUSY"]);

/** What became of a step that was offered. */
interface HandOver {
  /** When it was offered first. */
  readonly at: number;
  checkedAt: number;
  isTaken: boolean;
  /** The collector does not do it: the node does. */
  isBack: boolean;
}

/**
 * Hands steps to a collector, and takes them back when it is gone, refuses, or does not deliver in its share of the time. What
 * it forgets, or says wrongly, costs waiting and nothing else: the fragment is settled once, and pays the node in any case.
 */
export class CollectorClient {
  readonly #options: CollectorClientOptions;
  readonly #handed = new Map<string, HandOver>();
  #domain: TypedDataDomain | undefined;

  constructor(options: CollectorClientOptions) {
    this.#options = options;
  }

  /** Whether the collector takes care of a proof; false when the node is to submit it now. Never rejects. */
  async keeps({ fragment, submission }: Ready, timestamp: number): Promise<boolean> {
    const { clock, logger } = this.#options;
    if (submission.kind !== "step") return false;
    const intent = intentOf(fragment.key);
    const entry = this.#handed.get(intent) ?? { at: clock.now(), checkedAt: 0, isTaken: false, isBack: false };
    this.#handed.set(intent, entry);
    if (entry.isBack) return false;
    const share = fragment.duration * COLLECTOR_SHARE;
    if (clock.now() - entry.at > share * 1_000 || fragment.cursor.deadline - timestamp <= share) {
      logger.warn({ ...fragment.label }, "the collector has no more time: submitting alone");
      entry.isBack = true;
    } else if (clock.now() - entry.checkedAt >= CHECK_MS) {
      entry.checkedAt = clock.now();
      await this.#check(entry, fragment, submission);
    }
    return !entry.isBack;
  }

  async #check(entry: HandOver, fragment: OpenFragment, submission: StepSubmission): Promise<void> {
    const { logger } = this.#options;
    try {
      const status = await (entry.isTaken ? this.#ask(fragment) : this.#hand(fragment.key.task, submission));
      entry.isTaken = true;
      entry.isBack = status === "refused";
      logger[entry.isBack ? "warn" : "debug"]({ ...fragment.label, status }, "answer of the collector");
    } catch (cause) {
      const error = decodeError(cause);
      entry.isBack = !PASSING.has(error.code);
      const then = entry.isBack ? ": submitting alone" : "";
      logger.warn(
        { ...fragment.label, code: error.code, reason: error.message },
        `the collector does not take it${then}`,
      );
    }
  }

  async #hand(task: string, submission: StepSubmission): Promise<string> {
    const { signer, readDomain } = this.#options;
    this.#domain ??= await readDomain();
    const struct = toStepStruct(submission);
    const { operator, signature } = await signSubmission(signer, this.#domain, task, struct);
    const body = { task, operator, signature, submission: struct };
    return this.#request("submissions", body);
  }

  async #ask({ key: { task, chain, step } }: OpenFragment): Promise<string> {
    return this.#request(`submissions/${task}/${chain}/${step}`);
  }

  async #request(path: string, body?: unknown): Promise<string> {
    const { url: base } = this.#options;
    const reply = await requestJson({ name: "collector", base, path, body, timeoutMs: TIMEOUT_MS });
    return reply.field("status").string();
  }
}
