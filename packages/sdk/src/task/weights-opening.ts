import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { commitTensorOpening, getTensorOpening, putTensorOpening, type TensorOpening } from "./tensor-opening.ts";

/** The values behind a weights commitment. */
export type WeightsOpening = TensorOpening;

/** Stores an opening. Equal openings have equal ids. */
export async function putWeightsOpening(store: ContentStore, opening: WeightsOpening): Promise<ContentId> {
  return putTensorOpening(store, "weights", opening);
}

/**
 * Reads an opening and checks that it opens `commitment`.
 *
 * @throws CorexError WEIGHTS_OPENING_INVALID, WEIGHTS_COMMITMENT_MISMATCH, and what the store throws.
 */
export async function getWeightsOpening(
  store: ContentStore,
  id: ContentId,
  commitment: bigint,
): Promise<WeightsOpening> {
  return getTensorOpening(store, "weights", id, commitment);
}

/** The commitment that an opening opens. @throws CorexError as `commitTensor`. */
export async function commitOpening(opening: WeightsOpening): Promise<bigint> {
  return commitTensorOpening("weights", opening);
}
