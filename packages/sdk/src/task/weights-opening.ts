import { commitTensor, tensorLength } from "../commit/commit-tensor.ts";
import { FIELD_ORDER } from "../commit/field.ts";
import { TENSOR_KIND } from "../commit/tensor-tag.ts";
import { JsonReader } from "../data/json-reader.ts";
import { CorexError } from "../errors.ts";
import { signedBounds } from "../math/fixed-point.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getJson, putJson } from "../store/json.ts";

const KIND = "corex/weights";
const VERSION = 1;
const MAX_DIMENSION = 2 ** 16 - 1;
const MAX_BITS = 252;

/** The values behind a weights commitment. */
export interface WeightsOpening {
  readonly rows: number;
  readonly cols: number;
  /** Outputs of a perceptron, whose values are rows * cols and then cols * depth; left out for a linear model. */
  readonly depth?: number;
  /** Bits of a signed value. */
  readonly bits: number;
  /** Fraction bits of a value. */
  readonly fraction: number;
  /** Values in units of 2^(-fraction), each matrix row by row. */
  readonly values: readonly bigint[];
  readonly salt: bigint;
}

/** Stores an opening. Equal openings have equal ids. */
export async function putWeightsOpening(store: ContentStore, opening: WeightsOpening): Promise<ContentId> {
  const { rows, cols, depth, bits, fraction, values, salt } = opening;
  const shape = { rows, cols, ...(depth === undefined ? {} : { depth }) };
  return putJson(store, { kind: KIND, version: VERSION, ...shape, bits, fraction, values, salt });
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
  const opening = parseOpening(
    new JsonReader(await getJson(store, id), "WEIGHTS_OPENING_INVALID", `weights opening ${id}`),
  );
  const actual = await commitOpening(opening);
  if (actual !== commitment) {
    throw new CorexError(
      "WEIGHTS_COMMITMENT_MISMATCH",
      `weights opening ${id} opens ${actual}, expected ${commitment}`,
      {
        details: { id, actual, commitment },
      },
    );
  }
  return opening;
}

/** The commitment that an opening opens. @throws CorexError as `commitTensor`. */
export async function commitOpening(opening: WeightsOpening): Promise<bigint> {
  return commitTensor({ kind: TENSOR_KIND.weights, ...opening });
}

function parseOpening(json: JsonReader): WeightsOpening {
  json.field("kind").literal(KIND);
  json.field("version").literal(VERSION);
  const rows = json.field("rows").integer(1, MAX_DIMENSION);
  const cols = json.field("cols").integer(1, MAX_DIMENSION);
  const depth = json.optional("depth")?.integer(1, MAX_DIMENSION);
  const shape = { rows, cols, ...(depth === undefined ? {} : { depth }) };
  const bits = json.field("bits").integer(2, MAX_BITS);
  const { min, max } = signedBounds(bits);
  return {
    ...shape,
    bits,
    fraction: json.field("fraction").integer(0, MAX_BITS),
    values: json
      .field("values")
      .items(tensorLength({ kind: TENSOR_KIND.weights, ...shape }))
      .map((value) => value.bigint(min, max)),
    salt: json.field("salt").bigint(0n, FIELD_ORDER - 1n),
  };
}
