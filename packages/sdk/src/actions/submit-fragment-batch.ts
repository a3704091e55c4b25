import type { RelayStruct } from "../../../../typechain-types/contracts/market/ITaskMarket.ts";
import { CorexError } from "../errors.ts";
import type { TaskTerms } from "../task/terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { parseEvents } from "./parse-events.ts";
import type { SettledFragment, Submission } from "./submit-fragment.ts";

/** Who did a fragment of a batch, and that it may be submitted for it: see `signSubmission`. */
export type Relay = RelayStruct;

/** What one fragment of a batch earned, and which it is. */
export interface SettledBatchFragment extends SettledFragment {
  readonly chain: number;
  readonly step: number;
  readonly node: bigint;
}

/** Names a batch by its fragments: one is enough for each set of them, whatever the proofs. */
export function submitBatchIntent(task: string, fragments: readonly { chain: number; step: number }[]): string {
  return `submit-batch:${task}:${fragments.map(({ chain, step }) => `${chain}.${step}`).join(",")}`;
}

/**
 * Submits proved fragments of different chains of one task, 1 to 64, all or none.
 *
 * @param relays by submission, its operator and signature; none when all fragments are the sender's own.
 * @returns what each earned, in the order of the submissions.
 * @throws CorexError CHAIN_PROOFVERIFIER_INVALIDBATCH when any proof is bad (`findInvalidProofs` says which),
 *   CHAIN_TASKMARKET_NOTSIGNED, CHAIN_TASKMARKET_RELAYCOUNT, and those of `submitFragment`.
 */
export async function submitFragmentBatch(
  context: ActionContext,
  terms: TaskTerms,
  submissions: readonly Submission[],
  relays: readonly Relay[],
  intent: string,
): Promise<Executed<SettledBatchFragment[]>> {
  const { taskMarket } = context.contracts;
  const args: [TaskTerms, Submission[], Relay[]] = [terms, [...submissions], [...relays]];
  const { receipt } = await execute(context, taskMarket.submitBatch, args, intent);
  const events = parseEvents(receipt.logs, taskMarket, taskMarket.getEvent("FragmentSettled"));
  if (events.length !== submissions.length) {
    throw new CorexError("CHAIN_EVENT_MISSING", `transaction ${receipt.hash} settled ${events.length} fragments`, {
      details: { hash: receipt.hash, event: "FragmentSettled", expected: submissions.length },
    });
  }
  const result = events.map(({ args: { chain, step, node, paid, fee, points } }) => ({
    chain: Number(chain),
    step: Number(step),
    node,
    paid,
    fee,
    points,
  }));
  return { result, receipt };
}
