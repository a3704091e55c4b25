import type { SubmissionStruct } from "../../../../typechain-types/contracts/market/ITaskMarket.ts";
import type { TaskTerms } from "../task/terms.ts";
import { execute, type ActionContext, type Executed } from "./execute.ts";
import { requireEvent } from "./parse-events.ts";

export type Submission = SubmissionStruct;

/** What a settled fragment earned. */
export interface SettledFragment {
  /** CXT wei owed to the node's payout address. */
  readonly paid: bigint;
  /** CXT wei of protocol fee. */
  readonly fee: bigint;
  /** Points credited in the running epoch. */
  readonly points: bigint;
}

/** Names a submission: one is enough per fragment, whatever its proof. */
export function submitIntent(task: string, chain: number, step: number): string {
  return `submit:${task}:${chain}:${step}`;
}

/**
 * Submits the proved fragment that the sender's node is assigned to.
 *
 * @throws CorexError CHAIN_FRAGMENTS_DEADLINEPASSED, CHAIN_MARKET_NOTASSIGNEE, CHAIN_MARKET_STALEHEAD,
 *   CHAIN_MARKET_SHARDNOTINROOT, CHAIN_PROOFVERIFIER_INVALIDPROOF and others.
 */
export async function submitFragment(
  context: ActionContext,
  terms: TaskTerms,
  submission: Submission,
  intent: string,
): Promise<Executed<SettledFragment>> {
  const { taskMarket } = context.contracts;
  const { receipt } = await execute(context, taskMarket.submit, [terms, submission], intent);
  const { paid, fee, points } = requireEvent(receipt, taskMarket, taskMarket.getEvent("FragmentSettled"));
  return { result: { paid, fee, points }, receipt };
}
