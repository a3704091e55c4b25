import type { Logger } from "pino";

import { CorexError } from "@corex/sdk/errors";
import type { ContentId } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import {
  commitOpening,
  getWeightsOpening,
  putWeightsOpening,
  type WeightsOpening,
} from "@corex/sdk/task/weights-opening";

/** A sequence of weights, each a function of the one before it and of shards. */
export interface WeightsSequence {
  /** What it belongs to, for people. */
  readonly label: Readonly<Record<string, string | number>>;
  /** Salt and number of values that every one must have. */
  readonly salt: bigint;
  readonly length: number;
  /** Commitment of the weights that step `step` starts from. @throws CorexError CHAIN_LOGS_INCOMPLETE. */
  headBefore(step: number): bigint;
  /** Where their opening should be. */
  idBefore(step: number): ContentId;
  /** The weights after step `step`, computed again. Errors: as the store throws for shards. */
  replay(before: WeightsOpening, step: number): Promise<readonly bigint[]>;
}

/**
 * The opening of the weights that a step starts from.
 *
 * Where the node before stored it, if it opens the head. Otherwise it is computed again: every head is a function of the
 * head before and of shards, so replaying the shards from the last opening that holds gives the same weights. A node that
 * withholds or corrupts its weights costs the next one some arithmetic, and cannot stall the task.
 *
 * @throws CorexError WEIGHTS_UNRECOVERABLE when not even the initial weights hold; what the store throws for shards.
 */
export async function resolveWeights(
  sequence: WeightsSequence,
  step: number,
  { store, logger }: { readonly store: ContentStore; readonly logger: Logger },
): Promise<WeightsOpening> {
  const { label } = sequence;
  let start = step;
  let opening = await tryOpening(sequence, start, store, logger);
  while (opening === undefined && start > 0) {
    start -= 1;
    opening = await tryOpening(sequence, start, store, logger);
  }
  if (opening === undefined) {
    const of = Object.entries(label).map(([name, value]) => `${name} ${value}`);
    throw new CorexError("WEIGHTS_UNRECOVERABLE", `no opening of ${of.join(", ")} holds, not even the initial`, {
      retry: "later",
      details: { ...label, step },
    });
  }
  if (start === step) return opening;

  logger.warn({ ...label, step, from: start }, "weights are missing or wrong: replaying the steps");
  for (let replayed = start; replayed < step; replayed += 1) opening = await replay(sequence, opening, replayed);
  await putWeightsOpening(store, opening);
  return opening;
}

async function tryOpening(
  sequence: WeightsSequence,
  step: number,
  store: ContentStore,
  logger: Logger,
): Promise<WeightsOpening | undefined> {
  const head = sequence.headBefore(step);
  try {
    const opening = await getWeightsOpening(store, sequence.idBefore(step), head);
    if (opening.salt !== sequence.salt || opening.values.length !== sequence.length) {
      throw new CorexError(
        "WEIGHTS_OPENING_INVALID",
        `weights before step ${step}: another shape or salt than the task`,
      );
    }
    return opening;
  } catch (cause) {
    if (!(cause instanceof CorexError)) throw cause;
    logger.warn({ ...sequence.label, step, code: cause.code, reason: cause.message }, "unusable weights");
    return undefined;
  }
}

async function replay(sequence: WeightsSequence, before: WeightsOpening, step: number): Promise<WeightsOpening> {
  const after = { ...before, values: await sequence.replay(before, step) };
  const commitment = await commitOpening(after);
  const expected = sequence.headBefore(step + 1);
  if (commitment === expected) return after;
  throw new CorexError(
    "WEIGHTS_COMMITMENT_MISMATCH",
    `replaying step ${step} gives ${commitment}, the chain has ${expected}`,
    { details: { ...sequence.label, step } },
  );
}

/** What the logs lack, so far. */
export function missingHead(label: WeightsSequence["label"], step: number): CorexError {
  return new CorexError("CHAIN_LOGS_INCOMPLETE", `the head before step ${step} is not known`, {
    retry: "later",
    details: { ...label, step },
  });
}
