import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { id, ZeroAddress, ZeroHash } from "ethers";
import { pino } from "pino";

import { verdictCommitment, type SealedVerdict } from "@corex/sdk/actions/commit-verdict";
import type { CaseSeat, CaseSummary } from "@corex/sdk/actions/read-case";
import type { ReviewSummary } from "@corex/sdk/actions/read-review";
import { CorexError } from "@corex/sdk/errors";
import { contentIdOf } from "@corex/sdk/store/content-id";
import { createWorkTask, type CreateWorkTaskInput } from "@corex/sdk/task/create-work-task";

import { Journal } from "../../../packages/node/src/journal/journal.ts";
import type { Snapshot } from "../../../packages/node/src/services/snapshot.ts";
import type { Committee } from "../../../packages/node/src/work/committee.ts";
import type { DeliveredPlace, WorkPlace } from "../../../packages/node/src/work/work-place.ts";

export const NODE = 7n;
export const CHAIN_ID = 31_337;
export const TASK = `0x${"cd".repeat(32)}`;
export const NOW = 1_000_000;
export const silent = pino({ level: "silent" });

/** What the agent sees at second `timestamp`, where all entropy below ticket `horizon` is known. */
export function snapshotAt(timestamp: number, horizon = 100): Snapshot {
  return { blockNumber: 1, timestamp, horizon, fragments: [] };
}

/** A fragment of a task of work; nothing is submitted unless it is said. */
export function placeOf(change: Partial<WorkPlace> = {}, task: Partial<CreateWorkTaskInput> = {}): WorkPlace {
  const terms = createWorkTask({
    owner: `0x${"11".repeat(20)}`,
    kind: "features",
    spec: contentIdOf(Buffer.from("spec")),
    manifest: contentIdOf(Buffer.from("manifest")),
    inputs: 4,
    workUnits: 1_000n,
    feePerFragment: 10n ** 18n,
    nonce: 1n,
    ...task,
  });
  return {
    task: { task: TASK, terms, blockNumber: 1 },
    status: "active",
    fragment: 0,
    cursor: {
      ...{ step: 0, node: NODE, missed: 0n, requestedAt: NOW - 100, ticket: 5, deadline: NOW + 500 },
      ...{ waited: 0, attempt: 0, bonded: true, refused: false },
    },
    delivery: undefined,
    review: undefined,
    result: ZeroHash,
    isFinal: false,
    ...change,
  };
}

export interface DeliveryChange {
  readonly node?: bigint;
  readonly result?: string;
  readonly ticket?: number;
  readonly review?: Partial<ReviewSummary>;
  readonly fragment?: number;
  readonly task?: Partial<CreateWorkTaskInput>;
}

/** A fragment with a result, which this node submitted unless it is said. */
export function deliveredPlace(change: DeliveryChange = {}): DeliveredPlace {
  const { node = NODE, result = id("result"), ticket = 50, review = {}, fragment = 0, task = {} } = change;
  const delivery = { result, node, submittedAt: NOW, ticket, stake: 0n, bond: 0n };
  const state: ReviewSummary = {
    ...{ stage: "none", before: "none", verdict: "none", audited: false, forced: false, sittings: 0, score: 0 },
    ...{ caseId: 0n, contestUntil: 0, challenger: ZeroAddress },
    ...review,
  };
  return { ...placeOf({ fragment, result }, task), delivery, review: state };
}

/** A seat that nothing was done on. */
export function emptySeat(verifier: bigint): CaseSeat {
  return { verifier, vote: "none", score: 0, stake: 0n, held: 0n, commitment: ZeroHash };
}

/** A case with three verifiers, one of them this node, who commit for 600 seconds from {@link NOW}. */
export function caseOf(change: Partial<CaseSummary> = {}): CaseSummary {
  return {
    ...{ caseId: 1n, subject: id("result"), owner: ZeroAddress, executor: 3n, kind: "features" },
    ...{ phase: "committing", outcome: "none", deadline: NOW + 600, ticket: 50, voteDuration: 600 },
    ...{ acceptScore: 0, score: 0, committed: 0, revealed: 0, seats: [8n, NODE, 9n].map(emptySeat) },
    ...change,
  };
}

/** A committee with one case, as far as one verifier can see it. Dies with the agent. */
export class FakeCommittee implements Committee {
  readonly address = `0x${"22".repeat(20)}`;
  readonly sent: string[] = [];
  found: CaseSummary;
  /** Called before and after each call takes effect; what it throws is what the call ends with. */
  onCall: (moment: string) => void = () => undefined;

  constructor(found: CaseSummary = caseOf()) {
    this.found = found;
  }

  cases(): CaseSummary[] {
    return [this.found];
  }

  get(caseId: bigint): CaseSummary | undefined {
    return caseId === this.found.caseId ? this.found : undefined;
  }

  get seat(): CaseSeat {
    return this.found.seats.find(({ verifier }) => verifier === NODE) ?? emptySeat(NODE);
  }

  async draw(caseId: bigint): Promise<void> {
    return this.#record(`draw:${caseId}`, () => undefined);
  }

  async conclude(caseId: bigint): Promise<void> {
    return this.#record(`conclude:${caseId}`, () => undefined);
  }

  async commit(_: bigint, commitment: string): Promise<void> {
    return this.#record("commit", () => {
      if (this.seat.commitment !== ZeroHash) throw new CorexError("CHAIN_VERIFIERCOMMITTEE_ALREADYCOMMITTED", "twice");
      this.#change({ commitment });
    });
  }

  async reveal(caseId: bigint, verdict: SealedVerdict): Promise<void> {
    return this.#record("reveal", () => {
      const place = { chainId: CHAIN_ID, committee: this.address, caseId, node: NODE };
      if (verdictCommitment(place, verdict) !== this.seat.commitment) {
        throw new CorexError("CHAIN_VERIFIERCOMMITTEE_WRONGREVEAL", "not what was committed");
      }
      if (this.seat.vote !== "none") throw new CorexError("CHAIN_VERIFIERCOMMITTEE_ALREADYREVEALED", "twice");
      this.#change({ vote: verdict.vote, score: verdict.score });
    });
  }

  #change(change: Partial<CaseSeat>): void {
    const seats = this.found.seats.map((seat) => (seat.verifier === NODE ? { ...seat, ...change } : seat));
    this.found = { ...this.found, seats };
  }

  async #record(call: string, effect: () => void): Promise<void> {
    await Promise.resolve();
    this.onCall(`before ${call}`);
    effect();
    this.sent.push(call);
    this.onCall(`after ${call}`);
  }
}

/** A journal in a folder of its own, which can be closed and opened again as by another run of the agent. */
export class JournalFolder {
  readonly folder = mkdtempSync(join(tmpdir(), "corex-work-"));
  journal = this.#open();

  reopen(): Journal {
    this.journal.close();
    this.journal = this.#open();
    return this.journal;
  }

  remove(): void {
    this.journal.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #open(): Journal {
    return new Journal(join(this.folder, "journal.sqlite"), { chainId: CHAIN_ID, market: "0xm", operator: "0xo" });
  }
}
