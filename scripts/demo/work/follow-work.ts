import { approveWork } from "@corex/sdk/actions/approve-work";
import { readCase, type CaseSummary } from "@corex/sdk/actions/read-case";
import { readReview, type ReviewSummary } from "@corex/sdk/actions/read-review";
import { readWorkDelivery, readWorkResult } from "@corex/sdk/actions/read-work-delivery";
import { readWorkTask } from "@corex/sdk/actions/read-work-task";
import { CorexError } from "@corex/sdk/errors";
import { setTimeout as sleep } from "node:timers/promises";

import { print } from "../print.ts";
import type { Stage } from "../scenes.ts";
import type { PublishedWork } from "./publish-work.ts";

const POLL_MS = 500;

/** Generous, for machines with other things to do. */
const PATIENCE_MS = 420_000;

/** A fragment that has a verdict. */
export interface JudgedFragment {
  readonly fragment: number;
  readonly node: bigint;
  readonly result: string;
  readonly review: ReviewSummary;
  /** The case, when verifiers sat. */
  readonly sitting: CaseSummary | undefined;
}

/** Waits until `read` finds something. @throws CorexError DEMO_TIMEOUT naming what was waited for. */
export async function waitFor<T>(
  stage: Stage,
  what: string,
  read: () => Promise<T | undefined>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const until = Date.now() + patienceMs;
  const death = stage.death();
  for (;;) {
    const found = await read();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new CorexError("DEMO_TIMEOUT", `waited ${patienceMs / 1_000} s for ${what}`);
    await Promise.race([sleep(POLL_MS), death]);
  }
}

/** Waits until verifiers, or chance, decided about a fragment. */
export async function waitForVerdict(stage: Stage, work: PublishedWork, fragment: number): Promise<JudgedFragment> {
  const { contracts } = stage.network;
  return waitFor(stage, `the verdict on fragment ${fragment}`, async () => {
    const review = await readReview(contracts, work.task, fragment);
    const delivery = await readWorkDelivery(contracts, work.task, fragment);
    if (delivery === undefined || review.stage === "none" || review.stage === "voting") return undefined;
    const sitting = review.caseId === 0n ? undefined : await readCase(contracts, review.caseId);
    return { fragment, node: delivery.node, result: delivery.result, review, sitting };
  });
}

/** Prints a verdict in a line. */
export function tellVerdict(stage: Stage, { fragment, node, review, sitting }: JudgedFragment): void {
  const nameOf = (id: bigint): string => stage.network.nodes.find((each) => each.id === id)?.name ?? `node id ${id}`;
  const votes = (sitting?.seats ?? [])
    .map(({ verifier, vote, score }) => `${nameOf(verifier)} ${vote}${score > 0 && score < 100 ? ` ${score}` : ""}`)
    .join(", ");
  print(
    `  fragment ${fragment} by ${nameOf(node)}: ${review.verdict}${votes === "" ? ", spared by chance" : ` (${votes})`}`,
  );
}

/** What the owner does about a fragment that has a verdict. */
export type Decision = "approve" | "leave";

/** The owner approves the accepted fragments as they come, but for those that `decide` says to leave. Returns what was judged. */
export async function approveAll(
  stage: Stage,
  work: PublishedWork,
  decide: (judged: JudgedFragment) => Decision | Promise<Decision> = () => "approve",
): Promise<JudgedFragment[]> {
  const judged: JudgedFragment[] = [];
  for (let fragment = 0; fragment < Number(work.terms.fragments); fragment += 1) {
    const verdict = await waitForVerdict(stage, work, fragment);
    tellVerdict(stage, verdict);
    judged.push(verdict);
    const decision = await decide(verdict);
    const { audited, verdict: outcome } = verdict.review;
    if (decision === "approve" && audited && outcome === "accepted") {
      await approveWork(stage.owner, work.terms, fragment);
    }
  }
  // What chance spared can be challenged by anyone for a while, so nobody can end that before its time.
  if (judged.some(({ review }) => !review.audited)) await passTime(stage, Number(work.terms.challengeDuration) + 1);
  return judged;
}

/** Waits until every fragment is paid or dropped. */
export async function waitForEnd(stage: Stage, work: PublishedWork): Promise<void> {
  await waitFor(stage, `the end of task ${work.task}`, async () => {
    const { status } = await readWorkTask(stage.network.contracts, work.task);
    return status === "completed" ? status : undefined;
  });
}

/** Moves the clock of the local chain on: past a window in which nobody contests. */
export async function passTime({ network: { provider } }: Stage, seconds: number): Promise<void> {
  await provider.send("evm_increaseTime", [seconds]);
  await provider.send("evm_mine", []);
}

/** Whether a fragment is paid or dropped, and what for. */
export async function finalResult(stage: Stage, work: PublishedWork, fragment: number) {
  return readWorkResult(stage.network.contracts, work.task, fragment);
}
