import { randomBytes } from "node:crypto";

import { hexlify, ZeroHash } from "ethers";
import type { Logger } from "pino";

import { type SealedVerdict, verdictCommitment } from "@corex/sdk/actions/commit-verdict";
import type { CaseSeat, CaseSummary } from "@corex/sdk/actions/read-case";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { Verdict } from "@corex/sdk/work/verdict";

import type { SealedAnswer, SealedLog } from "../journal/sealed-log.ts";
import type { Backoff } from "../runtime/backoff.ts";
import type { Mutex } from "../runtime/mutex.ts";
import type { StageHook } from "../runtime/stages.ts";
import type { Committee } from "../work/committee.ts";
import type { Snapshot } from "./snapshot.ts";

/** Share of the time to commit that is kept for the commitment, whatever is still missing; and the most, in seconds. */
const MARGIN_SHARE = 1 / 5;
const MAX_MARGIN_SECONDS = 300;

/** Share of the time to commit in which what others should have published is not waited for any more. */
const LATE_SHARE = 1 / 2;

/** Others were faster, or the next block is still too early. */
const BENIGN = new Set([
  "CHAIN_VERIFIERCOMMITTEE_ALREADYCOMMITTED",
  "CHAIN_VERIFIERCOMMITTEE_ALREADYREVEALED",
  "CHAIN_VERIFIERCOMMITTEE_TOOEARLY",
  "JOURNAL_INTENT_OPEN",
]);

type Vote = SealedVerdict["vote"];

export interface VerifierOptions {
  readonly node: bigint;
  readonly chainId: number;
  readonly committee: Committee;
  readonly cases: { cases(): CaseSummary[] };
  /** Checks the result of a case; `isLate` when what is still missing is not waited for any more. */
  readonly check: (found: CaseSummary, isLate: boolean) => Promise<Verdict>;
  readonly sealed: SealedLog;
  /** Held while a result is checked: a measurement of this machine must not run beside it. */
  readonly exclusive: Mutex;
  readonly logger: Logger;
  readonly backoff: Backoff;
  readonly onStage: StageHook;
}

/**
 * Sits on the cases that this node was drawn for: checks the result, writes its verdict into the journal, commits it, and reveals
 * it. The first verdict that is written stands, so that a restart at any point reveals what was committed.
 *
 * What cannot be had shortly before the end is answered with an abstention: silence costs stake.
 */
export class Verifier {
  readonly #options: VerifierOptions;
  readonly #checking = new Map<string, Promise<void>>();

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp }: Snapshot): Promise<void> {
    const { cases, node } = this.#options;
    for (const found of cases.cases()) {
      const seat = found.seats.find(({ verifier }) => verifier === node);
      if (seat !== undefined) await this.#attend(found, seat, timestamp);
    }
  }

  /** Resolves once no check is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#checking.values());
  }

  async #attend(found: CaseSummary, seat: CaseSeat, timestamp: number): Promise<void> {
    const { phase, deadline, voteDuration, committed, seats } = found;
    const isCommitting = phase === "committing" && timestamp <= deadline;
    if (isCommitting && seat.commitment === ZeroHash) return this.#commit(found, timestamp);
    if (seat.commitment === ZeroHash || seat.vote !== "none") return;
    // Revealing begins by itself: the first to reveal says so.
    const isOver = phase === "committing" && (timestamp > deadline || committed === seats.length);
    const until = phase === "committing" && timestamp > deadline ? deadline + voteDuration : deadline;
    if ((phase === "revealing" && timestamp <= deadline) || (isOver && timestamp <= until)) await this.#reveal(found);
  }

  async #commit(found: CaseSummary, timestamp: number): Promise<void> {
    const { node, chainId, committee, sealed } = this.#options;
    const { caseId } = found;
    const subject = subjectOf(caseId);
    const answer = sealed.get<Vote>(subject) ?? this.#judge(found, timestamp);
    if (answer === undefined) return;
    const place = { chainId, committee: committee.address, caseId, node };
    await this.#try(`commit:${subject}`, caseId, async () => {
      await committee.commit(caseId, verdictCommitment(place, toVerdict(answer)));
      return { event: "verdict committed", answer };
    });
  }

  async #reveal({ caseId }: CaseSummary): Promise<void> {
    const { committee, sealed } = this.#options;
    const subject = subjectOf(caseId);
    await this.#try(`reveal:${subject}`, caseId, async () => {
      const answer = sealed.get<Vote>(subject);
      if (answer === undefined) throw new Error("the journal does not have the verdict that this node committed");
      await committee.reveal(caseId, toVerdict(answer));
      return { event: "verdict revealed", answer };
    });
  }

  /** The verdict, if it can be given now; else a check is begun. */
  #judge(found: CaseSummary, timestamp: number): SealedAnswer<Vote> | undefined {
    const { sealed, backoff, onStage } = this.#options;
    const { caseId, deadline, voteDuration } = found;
    const subject = subjectOf(caseId);
    const margin = Math.min(voteDuration * MARGIN_SHARE, MAX_MARGIN_SECONDS);
    if (timestamp >= deadline - margin) {
      const reason = "the result, or what it takes to check it, could not be had in time";
      const answer = sealed.seal<Vote>(subject, { answer: "abstain", score: 0, salt: newSalt(), reason });
      onStage("sealed", subject);
      return answer;
    }
    if (this.#checking.has(subject) || !backoff.isReady(`check:${subject}`)) return undefined;
    const isLate = timestamp >= deadline - voteDuration * LATE_SHARE;
    const checking = this.#check(found, isLate).finally(() => this.#checking.delete(subject));
    this.#checking.set(subject, checking);
    return undefined;
  }

  /** Checks and seals. What can still change is checked again later. */
  async #check(found: CaseSummary, isLate: boolean): Promise<void> {
    const { check, exclusive, sealed, logger, backoff, onStage } = this.#options;
    const subject = subjectOf(found.caseId);
    try {
      const verdict = await exclusive.run(async () => check(found, isLate));
      if (verdict.vote === "abstain" && verdict.retry === "later") {
        const pause = backoff.fail(`check:${subject}`);
        logger.warn({ caseId: String(found.caseId), reason: verdict.reason, pause }, "cannot check the result yet");
        return;
      }
      sealed.seal<Vote>(subject, { ...answerOf(verdict, found), salt: newSalt(), reason: verdict.reason });
      onStage("sealed", subject);
    } catch (cause) {
      const error = decodeError(cause);
      const pause = backoff.fail(`check:${subject}`);
      logger.error(
        { caseId: String(found.caseId), code: error.code, reason: error.message, pause },
        "the check failed",
      );
    }
  }

  async #try(
    subject: string,
    caseId: bigint,
    send: () => Promise<{ readonly event: string; readonly answer: SealedAnswer }>,
  ): Promise<void> {
    const { logger, backoff } = this.#options;
    if (!backoff.isReady(subject)) return;
    try {
      const { event, answer } = await send();
      logger.info({ caseId: String(caseId), vote: answer.answer, score: answer.score, reason: answer.reason }, event);
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail(subject);
      if (BENIGN.has(error.code)) return;
      logger.error(
        { caseId: String(caseId), code: error.code, reason: error.message, pause },
        "cannot give the verdict",
      );
    }
  }
}

/** What is committed for a verdict: labels by their score against that of the task, everything else as it is. */
export function answerOf(
  { vote, score = 0 }: Verdict,
  { kind, acceptScore }: Pick<CaseSummary, "kind" | "acceptScore">,
): Pick<SealedAnswer<Vote>, "answer" | "score"> {
  if (vote === "abstain" || kind !== "labelling") return { answer: vote, score: 0 };
  if (vote === "accept" && score >= acceptScore) return { answer: "accept", score };
  return { answer: "reject", score: Math.min(score, acceptScore - 1) };
}

function toVerdict({ answer, score, salt }: SealedAnswer<Vote>): SealedVerdict {
  return { vote: answer, score, salt };
}

function subjectOf(caseId: bigint): string {
  return `case:${caseId}`;
}

function newSalt(): string {
  return hexlify(randomBytes(32));
}
