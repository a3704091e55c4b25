import { modelTensor, type CommitModelInput } from "../commit/commit-model.ts";
import { commitTensor, tensorLength } from "../commit/commit-tensor.ts";
import { FIELD_ORDER } from "../commit/field.ts";
import { TENSOR_KIND } from "../commit/tensor-tag.ts";
import { JsonReader } from "../data/json-reader.ts";
import { CorexError } from "../errors.ts";
import { signedBounds } from "../math/fixed-point.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getJson, putJson } from "../store/json.ts";

const VERSION = 1;
const MAX_DIMENSION = 2 ** 16 - 1;
const MAX_BITS = 252;

/** What an opening opens. Documents are of the kind `corex/weights` or `corex/gradient`, errors begin with its name. */
export type OpenedKind = "weights" | "gradient";

/** The values behind a commitment to weights or to a gradient of a model. */
export interface TensorOpening {
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

/** The opening of values of a model: what `commitModel` and `commitModelGradient` commit to. */
export function modelOpening({ values, salt, shape, format: { B, F } }: CommitModelInput): TensorOpening {
  const { rows, cols, depth } = modelTensor(shape);
  return { rows, cols, ...(depth === 0 ? {} : { depth }), bits: B, fraction: F, values, salt };
}

/** Stores an opening. Equal openings have equal ids. */
export async function putTensorOpening(
  store: ContentStore,
  kind: OpenedKind,
  opening: TensorOpening,
): Promise<ContentId> {
  const { rows, cols, depth, bits, fraction, values, salt } = opening;
  const shape = { rows, cols, ...(depth === undefined ? {} : { depth }) };
  return putJson(store, { kind: `corex/${kind}`, version: VERSION, ...shape, bits, fraction, values, salt });
}

/**
 * Reads an opening and checks that it opens `commitment`. The commitment covers shape, format and salt as well.
 *
 * @throws CorexError WEIGHTS_OPENING_INVALID, WEIGHTS_COMMITMENT_MISMATCH, or the same with GRADIENT, and what the store
 * throws.
 */
export async function getTensorOpening(
  store: ContentStore,
  kind: OpenedKind,
  id: ContentId,
  commitment: bigint,
): Promise<TensorOpening> {
  const code = kind.toUpperCase();
  const json = await getJson(store, id);
  const opening = parseOpening(kind, new JsonReader(json, `${code}_OPENING_INVALID`, `${kind} opening ${id}`));
  const actual = await commitTensorOpening(kind, opening);
  if (actual !== commitment) {
    throw new CorexError(
      `${code}_COMMITMENT_MISMATCH`,
      `${kind} opening ${id} opens ${actual}, expected ${commitment}`,
      {
        details: { id, actual, commitment },
      },
    );
  }
  return opening;
}

/** The commitment that an opening opens. @throws CorexError as `commitTensor`. */
export async function commitTensorOpening(kind: OpenedKind, opening: TensorOpening): Promise<bigint> {
  return commitTensor({ kind: TENSOR_KIND[kind], ...opening });
}

function parseOpening(kind: OpenedKind, json: JsonReader): TensorOpening {
  json.field("kind").literal(`corex/${kind}`);
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
      .items(tensorLength({ kind: TENSOR_KIND[kind], ...shape }))
      .map((value) => value.bigint(min, max)),
    salt: json.field("salt").bigint(0n, FIELD_ORDER - 1n),
  };
}
