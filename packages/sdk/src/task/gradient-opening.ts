import { CorexError } from "../errors.ts";
import { modelGradient, type ModelInput } from "../math/model-gradient.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import type { RoundModel } from "./round-model.ts";
import {
  commitTensorOpening,
  getTensorOpening,
  modelOpening,
  putTensorOpening,
  type TensorOpening,
} from "./tensor-opening.ts";

/** The values behind a gradient commitment. */
export type GradientOpening = TensorOpening;

/** Stores an opening. Equal openings have equal ids. */
export async function putGradientOpening(store: ContentStore, opening: GradientOpening): Promise<ContentId> {
  return putTensorOpening(store, "gradient", opening);
}

/**
 * Reads an opening and checks that it opens `commitment`.
 *
 * @throws CorexError GRADIENT_OPENING_INVALID, GRADIENT_COMMITMENT_MISMATCH, and what the store throws.
 */
export async function getGradientOpening(
  store: ContentStore,
  id: ContentId,
  commitment: bigint,
): Promise<GradientOpening> {
  return getTensorOpening(store, "gradient", id, commitment);
}

export interface RecomputeGradientInput extends Pick<ModelInput, "X" | "Y"> {
  readonly model: RoundModel;
  /** Weights of the round. */
  readonly weights: readonly bigint[];
  readonly modelSalt: bigint;
  /** What the result must open to: the commitment that was proved. */
  readonly commitment: bigint;
}

/**
 * The gradient of a lane from its shard and the weights of the round, for when its opening is missing or wrong: a gradient
 * is a function of both, so a node that withholds one costs others arithmetic and cannot stall the round.
 *
 * @throws CorexError GRADIENT_COMMITMENT_MISMATCH when shard or weights are not those of the commitment, and as
 * `modelGradient`.
 */
export async function recomputeGradient(input: RecomputeGradientInput): Promise<GradientOpening> {
  const { X, Y, model, weights, modelSalt, commitment } = input;
  const { gradient } = modelGradient({ X, Y, weights, shape: model.shape, params: model });
  const opening = modelOpening({ values: gradient, salt: modelSalt, shape: model.shape, format: model });
  const actual = await commitTensorOpening("gradient", opening);
  if (actual !== commitment) {
    throw new CorexError("GRADIENT_COMMITMENT_MISMATCH", `the gradient is ${actual}, expected ${commitment}`, {
      details: { actual, commitment },
    });
  }
  return opening;
}
