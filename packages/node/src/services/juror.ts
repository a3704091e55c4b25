import { randomBytes } from "node:crypto";

import { hexlify } from "ethers";
import type { Logger } from "pino";

import { type SealedVote, voteCommitment } from "@corex/sdk/actions/commit-vote";
import type { DisputeActions } from "@corex/sdk/actions/read-dispute-actions";
import type { RulingName } from "@corex/sdk/actions/read-dispute";
import { decodeError } from "@corex/sdk/contracts/decode-error";

import type { Court } from "../court/court.ts";
import type { Opinion } from "../court/decide-dispute.ts";
import type { Docket } from "../court/dispute-book.ts";
import type { SealedAnswer, SealedLog } from "../journal/sealed-log.ts";
import type { Backoff } from "../runtime/backoff.ts";
import { jitter } from "../runtime/jitter.ts";
import type { StageHook } from "../runtime/stages.ts";
import type { Snapshot } from "./snapshot.ts";

/** Seconds before the end of the time to commit from which a juror that cannot tell says so. */
const MARGIN_SECONDS = 3_600;

/** Another was faster, or the next block is still too early. */
const BENIGN =
  /^(CHAIN_ARBITRATION_(WRONGSTAGE|TOOEARLY|TOOLATE|ENTROPYPENDING|ALREADYCOMMITTED|ALREADYREVEALED|NOTHINGTOSETTLE)|JOURNAL_INTENT_OPEN)$/;

/** Something that anyone may do. */
interface Chore {
  readonly what: string;
  readonly send: () => Promise<void>;
}

export interface JurorOptions {
  readonly account: string;
  readonly chainId: number;
  readonly court: Court;
  readonly disputes: { dockets(): Docket[] };
  readonly decide: (dispute: bigint) => Promise<Opinion>;
  readonly actionsOf: (dispute: bigint) => Promise<DisputeActions>;
  readonly sealed: SealedLog;
  /** Window over which jurors spread where any may act. */
  readonly spreadMs: number;
  readonly logger: Logger;
  readonly backoff: Backoff;
  readonly onStage: StageHook;
}

/**
 * Votes where this account was drawn: decides, writes the vote into the journal, commits it, and reveals it. The first vote that is
 * written stands. Beside that it does what is due and nobody did: draws, ends stages, executes rulings, settles rounds.
 */
export class Juror {
  readonly #options: JurorOptions;
  /** Second of the chain at which a chore was first seen. */
  readonly #firstSeen = new Map<string, number>();

  constructor(options: JurorOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp, horizon }: Snapshot): Promise<void> {
    const current = new Set<string>();
    for (const docket of this.#options.disputes.dockets()) {
      await this.#vote(docket, timestamp);
      for (const { what, send } of this.#choresOf(docket, timestamp, horizon)) {
        const subject = `${what}:${docket.dispute}:${docket.round}`;
        current.add(subject);
        if (this.#isDue(subject, timestamp)) await this.#try(subject, docket, what, send);
      }
    }
    for (const subject of this.#firstSeen.keys()) if (!current.has(subject)) this.#firstSeen.delete(subject);
  }

  async #vote(docket: Docket, timestamp: number): Promise<void> {
    const { stage, deadline, ballot } = docket;
    if (ballot.votes === 0 || ballot.revealed) return;
    if (!ballot.committed) {
      if (stage === "committing" && timestamp <= deadline) await this.#commit(docket, timestamp);
    } else if (isCommitOver(docket, timestamp) || (stage === "revealing" && timestamp <= deadline)) {
      await this.#reveal(docket);
    }
  }

  async #commit(docket: Docket, timestamp: number): Promise<void> {
    const { account, chainId, court } = this.#options;
    const { dispute, round } = docket;
    const place = { chainId, court: court.address, dispute, round, juror: account };
    await this.#try(`commit:${subjectOf(docket)}`, docket, "vote committed", async () => {
      const vote = await this.#answer(docket, timestamp);
      if (vote === undefined) return false;
      await court.commit(dispute, round, voteCommitment(place, toVote(vote)));
      return true;
    });
  }

  async #reveal(docket: Docket): Promise<void> {
    const { court, sealed } = this.#options;
    const subject = subjectOf(docket);
    await this.#try(`reveal:${subject}`, docket, "vote revealed", async () => {
      const vote = sealed.get<RulingName>(subject);
      if (vote === undefined) throw new Error("the journal does not have the vote that this account committed");
      await court.reveal(docket.dispute, docket.round, toVote(vote));
    });
  }

  /** The vote that is sealed for a round; undefined while it can still be told later. */
  async #answer(docket: Docket, timestamp: number): Promise<SealedAnswer<RulingName> | undefined> {
    const { decide, sealed, logger, onStage } = this.#options;
    const subject = subjectOf(docket);
    const known = sealed.get<RulingName>(subject);
    if (known !== undefined) return known;
    const isLate = timestamp >= docket.deadline - MARGIN_SECONDS;
    const { ruling, reason, retry } = await decide(docket.dispute).catch((cause: unknown): Opinion => {
      const error = decodeError(cause);
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      return { ruling: "undecided", reason: `${error.code}: ${error.message}`, retry: "later" };
    });
    if (ruling === "undecided" && retry === "later" && !isLate) {
      logger.warn({ dispute: String(docket.dispute), reason }, "cannot decide yet");
      return undefined;
    }
    const salt = hexlify(randomBytes(32));
    const answer = sealed.seal<RulingName>(subject, { answer: ruling, score: 0, salt, reason });
    onStage("sealed", subject);
    return answer;
  }

  #choresOf(docket: Docket, timestamp: number, horizon: number): Chore[] {
    const { court } = this.#options;
    const { dispute, stage, deadline, ticket, ballot, panel, unsettled } = docket;
    const isOver = timestamp > deadline;
    const advance: Chore = { what: "advance", send: async () => court.advance(dispute) };
    const settle = unsettled.map((round): Chore => {
      return { what: `settle ${round}`, send: async () => court.settleRound(dispute, round) };
    });
    switch (stage) {
      case "claimed":
      case "appealing":
        return isOver ? [advance] : [];
      case "drawing":
        if (isOver) return [advance];
        return ticket < horizon ? [{ what: "draw", send: async () => court.draw(dispute) }] : [];
      case "committing":
        // Whoever has something to reveal ends it by that.
        return isCommitOver(docket, timestamp) && !ballot.committed ? [advance] : [];
      case "revealing":
        return isOver || panel.revealed === panel.committed ? [advance] : [];
      case "ruled":
        return [{ what: "execute", send: async () => this.#execute(docket) }, ...settle];
      case "executed":
        return settle;
      case "none":
        return [];
    }
  }

  async #execute({ dispute, ruling }: Docket): Promise<void> {
    const { court, actionsOf } = this.#options;
    const actions = await actionsOf(dispute);
    await court.execute(dispute, ruling === "claimant" ? actions.claimant : actions.respondent);
  }

  #isDue(subject: string, timestamp: number): boolean {
    const { account, spreadMs } = this.#options;
    const since = this.#firstSeen.get(subject) ?? timestamp;
    this.#firstSeen.set(subject, since);
    return timestamp >= since + Math.floor(jitter(BigInt(account), subject, spreadMs) / 1_000);
  }

  /** `send` returns false when nothing was sent. */
  async #try(
    subject: string,
    docket: Docket,
    event: string,
    send: () => Promise<boolean | undefined | void>,
  ): Promise<void> {
    const { logger, backoff } = this.#options;
    if (!backoff.isReady(subject)) return;
    const label = { dispute: String(docket.dispute), kind: docket.kind, round: docket.round };
    try {
      if ((await send()) === false) backoff.fail(subject);
      else logger.info(label, event);
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code === "AGENT_STOPPED") return;
      if (error.code === "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail(subject);
      if (BENIGN.test(error.code)) return;
      logger.warn({ ...label, code: error.code, reason: error.message, pause }, `not done: ${event}`);
    }
  }
}

/** Whether committing is over although the chain still calls it the stage. */
function isCommitOver({ stage, deadline, panel }: Docket, timestamp: number): boolean {
  return stage === "committing" && (timestamp > deadline || panel.committed === panel.drawn);
}

function toVote({ answer, salt }: SealedAnswer<RulingName>): SealedVote {
  return { ruling: answer, salt };
}

function subjectOf({ dispute, round }: Docket): string {
  return `dispute:${dispute}:${round}`;
}
