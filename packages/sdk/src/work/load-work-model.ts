import { FIELD_ORDER } from "../commit/field.ts";
import { CorexError } from "../errors.ts";
import { type Matrix, reshape } from "../math/matrix.ts";
import { splitMlp } from "../math/model-shape.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getWeightsOpening, type WeightsOpening } from "../task/weights-opening.ts";
import { MAX_SPEC_BYTES, MAX_VALUE_BITS, MAX_WIDTH } from "./limits.ts";
import { fetchDocument } from "./read-document.ts";
import { bounded } from "./work-input.ts";

const MAX_HEADS = 64;
/** Bytes of all weights of a model: 4 MiB. Hashing more of them than that takes longer than running the model. */
const MAX_MODEL_BYTES = 2 ** 22;

/** A registered model, ready to be applied. Weights in units of 2^(-fraction). */
export interface WorkModel {
  /** One matrix for a linear model, two for a perceptron. */
  readonly layers: readonly Matrix[];
  /** Features of a sample; the last one is the constant 1. */
  readonly inputs: number;
  readonly bits: number;
  readonly fraction: number;
}

/**
 * Fetches a model by its artifact and checks its weights against the commitments in it. Several heads are the chains of a
 * one-against-the-rest model: one output each.
 *
 * @throws CorexError WORK_MODEL_INVALID when the artifact is malformed or its heads do not make one model; what
 * `getWeightsOpening` and the store throw.
 */
export async function loadWorkModel(store: ContentStore, artifact: ContentId): Promise<WorkModel> {
  const name = `model ${artifact}`;
  const format = { kind: "corex/model", code: "WORK_MODEL_INVALID", name, maxBytes: MAX_SPEC_BYTES };
  const document = await fetchDocument(store, artifact, format);
  const heads = bounded(document.field("heads"), MAX_HEADS).map((head) => head.bigint(0n, FIELD_ORDER - 1n));
  const ids = document
    .field("weights")
    .items(heads.length)
    .map((id) => id.contentId());
  await requireSmall(store, ids);
  const openings: WeightsOpening[] = [];
  for (const [chain, id] of ids.entries()) openings.push(await getWeightsOpening(store, id, heads[chain] ?? 0n));
  return join(openings);
}

async function requireSmall(store: ContentStore, ids: readonly ContentId[]): Promise<void> {
  let bytes = 0;
  for (const id of ids) {
    bytes += (await store.get(id)).length;
    if (bytes > MAX_MODEL_BYTES) throw invalid(`its weights have more than ${MAX_MODEL_BYTES} bytes`);
  }
}

function join(openings: readonly WeightsOpening[]): WorkModel {
  const [first] = openings;
  if (first === undefined) throw invalid("a model needs weights");
  const { rows, cols, depth, bits, fraction } = first;
  const widest = Math.max(rows, cols, depth ?? 0);
  // Hidden units are rounded by a shift of `fraction` bits, and a shift by nothing does not round.
  const lowest = depth === undefined ? 0 : 1;
  if (widest > MAX_WIDTH || bits > MAX_VALUE_BITS || fraction >= bits || fraction < lowest) {
    throw invalid(`${rows} x ${cols} x ${depth ?? 0} in ${bits} bits with ${fraction} fraction bits is not supported`);
  }
  if (openings.length > 1) {
    const alike = openings.every(
      (o) => o.rows === rows && o.cols === 1 && o.depth === undefined && o.bits === bits && o.fraction === fraction,
    );
    if (!alike) throw invalid("its heads are not linear models with one output and one format");
    const W = Array.from({ length: rows }, (_, i) => openings.map(({ values }) => values[i] ?? 0n));
    return { layers: [W], inputs: rows, bits, fraction };
  }
  if (depth === undefined) return { layers: [reshape("W", first.values, rows, cols)], inputs: rows, bits, fraction };
  const { W1, W2 } = splitMlp(first.values, { d: rows, h: cols, k: depth });
  return { layers: [W1, W2], inputs: rows, bits, fraction };
}

function invalid(problem: string): CorexError {
  return new CorexError("WORK_MODEL_INVALID", `the model cannot be run: ${problem}`, { retry: "after-change" });
}
