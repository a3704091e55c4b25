import type { Logger } from "pino";

import type { SettledStep } from "@corex/sdk/actions/read-settled-steps";
import { CorexError } from "@corex/sdk/errors";
import { linearStep } from "@corex/sdk/math/linear-step";
import { bytes32ToContentId, type ContentId } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import {
  commitOpening,
  getWeightsOpening,
  putWeightsOpening,
  type WeightsOpening,
} from "@corex/sdk/task/weights-opening";

import type { TaskInputs, TaskLibrary } from "./task-library.ts";

export interface ResolveWeightsInput {
  readonly inputs: TaskInputs;
  readonly chain: number;
  /** Step that the weights are for. */
  readonly step: number;
  /** All settled steps of the chain before `step`. */
  readonly history: readonly SettledStep[];
  readonly library: TaskLibrary;
  readonly store: ContentStore;
  readonly logger: Logger;
}

/**
 * The opening of the weights that a step starts from.
 *
 * Where the node before stored it, if it opens the head. Otherwise it is computed again: every head is a function of the
 * head before and of a shard, so replaying the shards from the last opening that holds gives the same weights. A node that
 * withholds or corrupts its weights costs the next one some arithmetic, and cannot stall the chain.
 *
 * @throws CorexError WEIGHTS_UNRECOVERABLE when not even the initial weights hold; what the store throws for shards.
 */
export async function resolveWeights(input: ResolveWeightsInput): Promise<WeightsOpening> {
  const { inputs, chain, step, logger, store } = input;
  let start = step;
  let opening = await tryOpening(input, start);
  while (opening === undefined && start > 0) {
    start -= 1;
    opening = await tryOpening(input, start);
  }
  if (opening === undefined) {
    throw new CorexError(
      "WEIGHTS_UNRECOVERABLE",
      `no opening of chain ${chain} of ${inputs.task.task} holds, not even the initial`,
      {
        retry: "later",
        details: { task: inputs.task.task, chain, step },
      },
    );
  }
  if (start === step) return opening;

  logger.warn(
    { task: inputs.task.task, chain, step, from: start },
    "weights are missing or wrong: replaying the steps",
  );
  for (let replayed = start; replayed < step; replayed += 1) opening = await replay(input, opening, replayed);
  await putWeightsOpening(store, opening);
  return opening;
}

async function tryOpening(input: ResolveWeightsInput, step: number): Promise<WeightsOpening | undefined> {
  const { inputs, chain, store, logger } = input;
  const head = headBefore(input, step);
  try {
    const opening = await getWeightsOpening(store, idOf(input, step), head);
    if (opening.salt !== inputs.manifest.modelSalt || opening.values.length !== inputs.params.d) {
      throw new CorexError(
        "WEIGHTS_OPENING_INVALID",
        `the weights of step ${step} have another shape or salt than the task`,
      );
    }
    return opening;
  } catch (cause) {
    if (!(cause instanceof CorexError)) throw cause;
    logger.warn({ task: inputs.task.task, chain, step, code: cause.code, reason: cause.message }, "unusable weights");
    return undefined;
  }
}

function headBefore({ inputs, chain, history }: ResolveWeightsInput, step: number): bigint {
  const head = step === 0 ? inputs.manifest.initialHeads[chain] : history[step - 1]?.newWeights;
  if (head === undefined) {
    throw new CorexError("CHAIN_LOGS_INCOMPLETE", `step ${step} of chain ${chain} has no known head`, {
      retry: "later",
    });
  }
  return head;
}

/** Where the opening of the head before `step` should be. */
function idOf({ inputs, chain, history }: ResolveWeightsInput, step: number): ContentId {
  const initial = inputs.manifest.initialWeights[chain];
  const artifact = history[step - 1]?.artifact;
  if (step > 0 && artifact !== undefined) return bytes32ToContentId(artifact);
  if (initial === undefined)
    throw new CorexError("TASK_MANIFEST_INVALID", `the manifest has no weights for chain ${chain}`);
  return initial;
}

async function replay(input: ResolveWeightsInput, before: WeightsOpening, step: number): Promise<WeightsOpening> {
  const { inputs, chain, library } = input;
  const { X, y } = await library.shard(inputs, chain, step);
  const { newWeights } = linearStep({ X, y, weights: before.values, params: inputs.params });
  const after = { ...before, values: newWeights };
  const commitment = await commitOpening(after);
  const expected = headBefore(input, step + 1);
  if (commitment !== expected) {
    throw new CorexError(
      "WEIGHTS_COMMITMENT_MISMATCH",
      `replaying step ${step} gives ${commitment}, the chain has ${expected}`,
      {
        details: { task: inputs.task.task, chain, step },
      },
    );
  }
  return after;
}
