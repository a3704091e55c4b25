// Somebody without any part in a task, who makes every call that anyone can make, and waits where the contracts make it wait.
import { decide, Phase, Stage, time, type ReviewSuite } from "./suite.ts";
import type { Work } from "./work.ts";

/** Calls that end the longest review: two committees, each opened, drawn and decided, and the result made final. */
const MAX_CALLS = 12;

/**
 * Ends the review of the present result of a fragment with nobody else acting.
 *
 * @returns Seconds that it took.
 */
export async function strangerEnds(work: Work, fragment = 0): Promise<number> {
  const { suite } = work;
  const review = suite.review.connect(suite.stranger);
  const from = await time.latest();
  const { submittedAt } = await work.delivery(fragment);
  for (let call = 0; call < MAX_CALLS; call++) {
    const { stage, forced } = await work.review(fragment);
    if (stage === Stage.None) {
      if (!forced) await waitForAudit(work, fragment);
      await review.audit(work.terms, fragment);
    } else if (stage === Stage.Voting) {
      await endCase(suite, (await work.review(fragment)).caseId);
      await review.decide(work.terms, fragment);
    } else {
      await work.windowOver(fragment);
      await review.finalise(work.terms, fragment);
    }
    if ((await work.delivery(fragment)).submittedAt !== submittedAt) return (await time.latest()) - from;
  }
  throw new Error(`the review of fragment ${fragment} did not end`);
}

/** Waits until the entropy of the submission is known, and the other of a pair had its time. */
async function waitForAudit(work: Work, fragment: number): Promise<void> {
  await decide(work.suite, (await work.delivery(fragment)).ticket);
  if (!work.terms.paired) return;
  const { fragmentDuration, voteDuration } = work.terms;
  const wait = fragmentDuration + voteDuration;
  const until = (await work.delivery(fragment)).submittedAt + (wait < 86_400n ? wait : 86_400n);
  if (until >= BigInt(await time.latest())) await time.increaseTo(until + 1n);
}

/** Waits until the case can be concluded; what nobody drew is never drawn. */
async function endCase({ committee }: ReviewSuite, caseId: bigint): Promise<void> {
  for (;;) {
    const { phase, deadline, voteDuration, committed } = await committee.caseOf(caseId);
    if (phase === Phase.Concluded) return;
    // Who committed may still reveal after it: the call that opens the revealing is anyone's.
    const last = phase === Phase.Committing && committed !== 0n ? deadline + voteDuration : deadline;
    if (last < BigInt(await time.latest())) return;
    await time.increaseTo(last + 1n);
  }
}
