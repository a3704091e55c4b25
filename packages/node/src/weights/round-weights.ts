import type { SettledRoundFragment } from "@corex/sdk/actions/read-settled-round-fragments";
import { CorexError } from "@corex/sdk/errors";
import { applyStep, laneShares } from "@corex/sdk/math/apply-step";
import { weightCount } from "@corex/sdk/math/model-shape";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import { getGradientOpening, putGradientOpening, recomputeGradient } from "@corex/sdk/task/gradient-opening";
import { roundShardIndex } from "@corex/sdk/task/round-fragment";
import type { WeightsOpening } from "@corex/sdk/task/weights-opening";

import type { Tools } from "../markets/open-fragment.ts";
import { missingHead, resolveWeights } from "./resolve-weights.ts";
import type { RoundRecords } from "./round-history.ts";
import type { RoundInputs } from "./round-library.ts";

type RoundTools = Pick<Tools, "rounds" | "store" | "logger">;

/** The opening of the weights that a round starts from, or ends with after the last. Errors as {@link resolveWeights}. */
export async function resolveRoundWeights(
  inputs: RoundInputs,
  round: number,
  records: RoundRecords,
  tools: RoundTools,
): Promise<WeightsOpening> {
  const { manifest, model, task } = inputs;
  const label = { task: task.task };
  const sequence = {
    label,
    salt: manifest.modelSalt,
    length: weightCount(model.shape),
    headBefore: (at: number) => {
      const head = at === 0 ? manifest.initialHead : records.step(at - 1)?.output;
      if (head === undefined) throw missingHead(label, at);
      return head;
    },
    idBefore: (at: number) => {
      const artifact = records.step(at - 1)?.artifact;
      return at === 0 || artifact === undefined ? manifest.initialWeights : bytes32ToContentId(artifact);
    },
    replay: async ({ values }: WeightsOpening, at: number) => {
      const settled = records.gradients(at, model.lanes);
      const gradients = await resolveGradients(inputs, { round: at, weights: values, settled }, tools);
      const shares = laneShares(gradients.map((gradient) => gradient !== undefined));
      return applyStep({ weights: values, gradients, shares, params: model });
    },
  };
  return resolveWeights(sequence, round, tools);
}

export interface RoundGradientsInput {
  readonly round: number;
  /** Weights that the round started from. */
  readonly weights: readonly bigint[];
  /** Commitment of each lane's gradient and where its opening should be; undefined for an absent lane. */
  readonly settled: readonly (Pick<SettledRoundFragment, "output" | "artifact"> | undefined)[];
}

/**
 * The gradients of a round, lane by lane: where their nodes stored them, if they open the commitments, and otherwise computed
 * again from shard and weights. What was computed again is stored for others.
 *
 * @throws CorexError GRADIENT_COMMITMENT_MISMATCH, and what the store throws for shards.
 */
export async function resolveGradients(
  inputs: RoundInputs,
  { round, weights, settled }: RoundGradientsInput,
  tools: RoundTools,
): Promise<(readonly bigint[] | undefined)[]> {
  const gradients: (readonly bigint[] | undefined)[] = [];
  for (const [lane, entry] of settled.entries()) {
    gradients.push(
      entry === undefined
        ? undefined
        : ((await tryGradient(entry, { task: inputs.task.task, round, lane }, tools)) ??
            (await recompute(inputs, { round, lane, weights, commitment: entry.output }, tools))),
    );
  }
  return gradients;
}

async function tryGradient(
  { output, artifact }: Pick<SettledRoundFragment, "output" | "artifact">,
  label: Readonly<Record<string, string | number>>,
  { store, logger }: RoundTools,
): Promise<readonly bigint[] | undefined> {
  try {
    return (await getGradientOpening(store, bytes32ToContentId(artifact), output)).values;
  } catch (cause) {
    if (!(cause instanceof CorexError)) throw cause;
    logger.warn({ ...label, code: cause.code, reason: cause.message }, "unusable gradient: computing it again");
    return undefined;
  }
}

async function recompute(
  inputs: RoundInputs,
  place: {
    readonly round: number;
    readonly lane: number;
    readonly weights: readonly bigint[];
    readonly commitment: bigint;
  },
  { rounds, store }: RoundTools,
): Promise<readonly bigint[]> {
  const { round, lane, weights, commitment } = place;
  const { X, Y } = await rounds.shard(inputs, "train", roundShardIndex(inputs.task.terms, round, lane));
  const { modelSalt } = inputs.manifest;
  const opening = await recomputeGradient({ X, Y, model: inputs.model, weights, modelSalt, commitment });
  await putGradientOpening(store, opening);
  return opening.values;
}
