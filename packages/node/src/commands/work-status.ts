import { readCase } from "@corex/sdk/actions/read-case";
import { readPublishedWorkTasks } from "@corex/sdk/actions/read-published-work-tasks";
import { readReview } from "@corex/sdk/actions/read-review";
import { readVerifier, type VerifierSummary } from "@corex/sdk/actions/read-verifier";
import { readWorkCursor } from "@corex/sdk/actions/read-work-cursor";
import { readWorkDelivery, readWorkResult } from "@corex/sdk/actions/read-work-delivery";
import { readWorkTask } from "@corex/sdk/actions/read-work-task";
import type { ScanRange } from "@corex/sdk/actions/scan-events";

import { labelOf } from "../journal/fragment-key.ts";
import type { Session } from "./session.ts";

/** What a node has in the market of work. */
export interface WorkStatus {
  /** Fragments that it is to do. */
  readonly fragments: readonly (ReturnType<typeof labelOf> & { readonly deadline: number })[];
  /** Results of it that are not final. */
  readonly reviews: readonly ReviewLine[];
  /** Cases that it sits on and that are not concluded. */
  readonly seats: readonly SeatLine[];
  readonly verifier: VerifierSummary;
}

interface ReviewLine {
  readonly task: string;
  readonly fragment: number;
  readonly stage: string;
  readonly verdict: string;
  /** Second until which it can be contested; zero before a verdict. */
  readonly contestUntil: number;
}

interface SeatLine {
  readonly caseId: number;
  readonly kind: string;
  readonly phase: string;
  readonly committed: boolean;
  readonly deadline: number;
}

/** Reads the running tasks of work. @throws CorexError CHAIN_*. */
export async function readWorkStatus(
  { contracts, provider }: Pick<Session, "contracts" | "provider">,
  node: bigint,
  range: ScanRange,
): Promise<WorkStatus> {
  const fragments: WorkStatus["fragments"][number][] = [];
  const reviews: ReviewLine[] = [];
  const seats: SeatLine[] = [];
  for (const { task, terms } of await readPublishedWorkTasks(contracts, provider, range)) {
    const { status } = await readWorkTask(contracts, task);
    if (status !== "active" && status !== "cancelled") continue;
    for (let fragment = 0; fragment < Number(terms.fragments); fragment += 1) {
      const { isFinal } = await readWorkResult(contracts, task, fragment);
      if (isFinal) continue;
      const delivery = await readWorkDelivery(contracts, task, fragment);
      if (delivery === undefined) {
        const { node: holder, deadline, attempt } = await readWorkCursor(contracts, task, fragment);
        const key = { market: "work", task, chain: fragment, step: attempt } as const;
        if (holder === node) fragments.push({ ...labelOf(key), deadline });
        continue;
      }
      const { stage, verdict, contestUntil, caseId } = await readReview(contracts, task, fragment);
      if (delivery.node === node) reviews.push({ task, fragment, stage, verdict, contestUntil });
      const seat = stage === "voting" ? await seatOf({ contracts }, caseId, node) : undefined;
      if (seat !== undefined) seats.push(seat);
    }
  }
  return { fragments, reviews, seats, verifier: await readVerifier(contracts, node) };
}

async function seatOf(
  { contracts }: Pick<Session, "contracts">,
  caseId: bigint,
  node: bigint,
): Promise<SeatLine | undefined> {
  const { kind, phase, deadline, seats } = await readCase(contracts, caseId);
  const seat = seats.find(({ verifier }) => verifier === node);
  if (seat === undefined || phase === "concluded" || phase === "closed") return undefined;
  return { caseId: Number(caseId), kind, phase, committed: BigInt(seat.commitment) !== 0n, deadline };
}

/** Lines for people. */
export function workStatusText({ reviews, seats }: Pick<WorkStatus, "reviews" | "seats">): string[] {
  const time = (seconds: number): string => (seconds === 0 ? "-" : new Date(seconds * 1_000).toISOString());
  return [
    ...reviews.map(({ task, fragment, stage, verdict, contestUntil }) => {
      return `result under review: task ${task} fragment ${fragment}, ${stage}, ${verdict}, until ${time(contestUntil)}`;
    }),
    ...seats.map(({ caseId, kind, phase, committed, deadline }) => {
      return `seat: case ${caseId}, ${kind}, ${phase}, ${committed ? "committed" : "to commit"}, due ${time(deadline)}`;
    }),
  ];
}
