import type { Provider } from "ethers";

import { type DisputeActions, readDisputeActions } from "@corex/sdk/actions/read-dispute-actions";
import type { RulingName } from "@corex/sdk/actions/read-dispute";
import { readDisputedResult } from "@corex/sdk/actions/read-disputed-result";
import { readReview } from "@corex/sdk/actions/read-review";
import { readWorkCursor } from "@corex/sdk/actions/read-work-cursor";
import { readWorkDelivery, readWorkResult } from "@corex/sdk/actions/read-work-delivery";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { contractAddress } from "@corex/sdk/contracts/contract-address";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { Retry } from "@corex/sdk/errors";
import type { ContentStore } from "@corex/sdk/store/content-store";
import { workTaskId } from "@corex/sdk/task/work-task-id";
import { siblingOf, type WorkTerms } from "@corex/sdk/task/work-terms";
import { WORK_NAMES } from "@corex/sdk/work/work-kind";

import { answerOf } from "../services/verifier.ts";
import { checkPlace } from "../work/check-place.ts";
import type { WorkPlace } from "../work/work-place.ts";

/** What a juror thinks of a dispute. */
export interface Opinion {
  readonly ruling: RulingName;
  readonly reason: string;
  /** Of "undecided": whether it can be told later. */
  readonly retry: Retry;
}

export interface DisputeReader {
  readonly contracts: CorexContracts;
  readonly provider: Provider;
  readonly chainId: number;
  /** First block that can hold a dispute. */
  readonly fromBlock: number;
  readonly store: ContentStore;
}

/** The actions that were announced for a dispute. @throws CorexError CHAIN_*. */
export async function actionsOf(
  { contracts, provider, fromBlock }: DisputeReader,
  dispute: bigint,
): Promise<DisputeActions> {
  try {
    const toBlock = await provider.getBlockNumber();
    return await readDisputeActions(contracts, provider, { dispute, fromBlock, toBlock });
  } catch (cause) {
    throw decodeError(cause);
  }
}

/**
 * Decides a dispute over a result by doing its work again. Of any other it cannot tell.
 *
 * @throws CorexError CHAIN_*.
 */
export async function decideDispute(reader: DisputeReader, dispute: bigint): Promise<Opinion> {
  const disputed = readDisputedResult(await actionsOf(reader, dispute));
  if (disputed === undefined) return undecided("the dispute is not about a result", "never");
  const { terms, fragment, claimsRight } = disputed;
  const place = await placeOf(reader, terms, fragment);
  if (place.delivery === undefined) return undecided("the market has no such result", "later");
  const sibling = siblingOf(terms, fragment);
  const { result, node: executor } = place.delivery;
  const verdict = await checkPlace(
    { place, result, executor, sibling: sibling === undefined ? undefined : await placeOf(reader, terms, sibling) },
    { store: reader.store, waitsForSibling: false },
  );
  const kind = WORK_NAMES[Number(terms.kind)] ?? "inference";
  const { answer } = answerOf(verdict, { kind, acceptScore: Number(terms.acceptScore) });
  if (answer === "abstain") return undecided(verdict.reason, verdict.retry ?? "never");
  const isRight = answer === "accept";
  return { ruling: isRight === claimsRight ? "claimant" : "respondent", reason: verdict.reason, retry: "never" };
}

function undecided(reason: string, retry: Retry): Opinion {
  return { ruling: "undecided", reason, retry };
}

async function placeOf({ contracts, chainId }: DisputeReader, terms: WorkTerms, fragment: number): Promise<WorkPlace> {
  const task = workTaskId(chainId, contractAddress(contracts.workMarket), terms);
  const [cursor, delivery, review, { result, isFinal }] = await Promise.all([
    readWorkCursor(contracts, task, fragment),
    readWorkDelivery(contracts, task, fragment),
    readReview(contracts, task, fragment),
    readWorkResult(contracts, task, fragment),
  ]);
  return {
    task: { task, terms, blockNumber: 0 },
    status: "active",
    fragment,
    cursor,
    delivery,
    review,
    result,
    isFinal,
  };
}
