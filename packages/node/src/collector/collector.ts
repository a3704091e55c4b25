import { verifyTypedData, type TypedDataDomain } from "ethers";
import type { Logger } from "pino";

import { SUBMISSION_TYPES } from "@corex/sdk/actions/sign-submission";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";

import type { FragmentKey } from "../journal/fragment-key.ts";
import type { FragmentStage } from "../journal/fragment-log.ts";
import type { Journal } from "../journal/journal.ts";
import type { StepSubmission } from "../journal/submission-json.ts";
import type { OpenFragment } from "../markets/open-fragment.ts";
import type { HandedOver } from "./parse-request.ts";

/** Submissions that wait at the same time: about a megabyte. */
export const MAX_QUEUE = 512;

/** Seconds to the deadline below which nothing is taken: its operator is quicker alone. */
const MIN_SECONDS = 10;

/** Where a submission is: queued, in a transaction, on chain, or out: its proof is worthless, or somebody else did it. */
export type CollectedStatus = "queued" | "sent" | "settled" | "refused";

const STATUS: Readonly<Record<FragmentStage, CollectedStatus>> = {
  computed: "refused",
  proved: "queued",
  signed: "sent",
  sent: "sent",
  settled: "settled",
  lost: "refused",
};

export interface CollectorOptions {
  readonly contracts: CorexContracts;
  readonly journal: Journal;
  /** Domain that operators sign for. */
  readonly domain: TypedDataDomain;
  readonly market: {
    /** The open fragment of a chain now; undefined when the task is unknown or has none. @throws CorexError CHAIN_*. */
    openFragment(task: string, chain: number): Promise<OpenFragment | undefined>;
  };
  /** Seconds since the Unix epoch, by the clock of the chain. */
  readonly chainTime: () => number;
  readonly logger: Logger;
}

/** Takes steps that operators signed, checks whose they are and that they are due, and queues them in the journal. */
export class Collector {
  readonly #options: CollectorOptions;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /**
   * Queues a submission; the same again changes nothing.
   *
   * The proof itself is not checked here: only the node that the fragment is assigned to can queue one, at most one each,
   * and a bad one leaves the batch before it is sent.
   *
   * @throws CorexError COLLECTOR_WRONG_SIGNATURE, COLLECTOR_NOT_OPEN (retry: later), COLLECTOR_NOT_ASSIGNED,
   *   COLLECTOR_TOO_LATE, COLLECTOR_STALE, COLLECTOR_BUSY (retry: later); CHAIN_*.
   */
  async take({ task, operator, signature, submission }: HandedOver): Promise<{ readonly status: CollectedStatus }> {
    const { journal, market, chainTime, logger } = this.#options;
    const key = keyOf(task, submission.chain, submission.step);
    this.#requireSigned(task, operator, signature, submission);

    const fragment = await market.openFragment(task, submission.chain);
    const known = this.#known(key, operator);
    if (known !== undefined) return { status: known };
    if (fragment?.key.step !== submission.step) {
      throw refusal("NOT_OPEN", `step ${submission.step} of chain ${submission.chain} of ${task} is not open`, "later");
    }
    const node = await this.#nodeOf(operator);
    const { cursor } = fragment;
    if (node === 0n || node !== cursor.node) {
      throw refusal("NOT_ASSIGNED", `the fragment is assigned to node ${cursor.node}, ${operator} operates ${node}`);
    }
    if (cursor.deadline - chainTime() < MIN_SECONDS) throw refusal("TOO_LATE", "there is no time to collect others");
    if (!(await fragment.accepts(submission))) throw refusal("STALE", "it starts from what the chain does not have");

    // No pause from here to the write: another request for the fragment may have been faster.
    const faster = this.#known(key, operator);
    if (faster !== undefined) return { status: faster };
    if (journal.fragments.open().length >= MAX_QUEUE) {
      throw refusal("BUSY", `${MAX_QUEUE} submissions wait already`, "later");
    }
    journal.fragments.prove(key, { ...submission, signedBy: { operator, signature, node: Number(node) } });
    logger.info({ task, chain: key.chain, step: key.step, node: Number(node) }, "submission queued");
    return { status: "queued" };
  }

  /** Where a submission is. @throws CorexError COLLECTOR_UNKNOWN_SUBMISSION. */
  status(task: string, chain: number, step: number): { readonly status: CollectedStatus } {
    const row = this.#options.journal.fragments.get(keyOf(task, chain, step));
    if (row === undefined) throw refusal("UNKNOWN_SUBMISSION", "nobody handed it over");
    return { status: STATUS[row.stage] };
  }

  /** Where the operator's submission of a fragment is; undefined when a new one is welcome. */
  #known(key: FragmentKey, operator: string): CollectedStatus | undefined {
    const row = this.#options.journal.fragments.get(key);
    if (row?.submission === undefined || row.stage === "lost") return undefined;
    const { submission } = row;
    const isTheirs = submission.kind === "step" && submission.signedBy?.operator === operator;
    // One that waits for another operator, whose time is over, makes room; one under way does not.
    return isTheirs || row.stage !== "proved" ? STATUS[row.stage] : undefined;
  }

  #requireSigned(task: string, operator: string, signature: string, submission: StepSubmission): void {
    const { chain, step, weights, newWeights, gradient, batch, loss, artifact } = submission;
    const statement = { task, chain, step, weights, newWeights, gradient, batch, loss, artifact };
    let signer: string | undefined;
    try {
      signer = verifyTypedData(this.#options.domain, SUBMISSION_TYPES, statement, signature);
    } catch {
      // Not a signature at all.
    }
    if (signer !== operator) throw refusal("WRONG_SIGNATURE", `${operator} did not sign this submission`);
  }

  async #nodeOf(operator: string): Promise<bigint> {
    try {
      return await this.#options.contracts.nodeRegistry.nodeOf(operator);
    } catch (cause) {
      throw decodeError(cause);
    }
  }
}

function keyOf(task: string, chain: number, step: number): FragmentKey {
  return { market: "chains", task, chain, step };
}

function refusal(reason: string, message: string, retry: "later" | "never" = "never"): CorexError {
  return new CorexError(`COLLECTOR_${reason}`, message, { retry });
}
