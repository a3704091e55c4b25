import { type ModelShape, weightCount } from "../math/model-shape.ts";
import { CorexError } from "../errors.ts";
import { commitTensor } from "./commit-tensor.ts";
import { TENSOR_KIND, type TensorKind } from "./tensor-tag.ts";

/** Number format of committed values. */
export interface ValueFormat {
  /** Bits of a signed value. */
  readonly B: number;
  /** Fraction bits of a value. */
  readonly F: number;
}

export interface CommitModelInput {
  /** Values in units of 2^(-F), in the order of the weights of `shape`. */
  readonly values: readonly bigint[];
  /** Salt of the model: the same for every step of one chain, and for the gradients. */
  readonly salt: bigint;
  readonly shape: ModelShape;
  readonly format: ValueFormat;
}

/** Commitment of the weights of a model, before or after a step. Errors as {@link commitTensor}. */
export async function commitModel(input: CommitModelInput): Promise<bigint> {
  return commit(TENSOR_KIND.weights, input);
}

/** Commitment of a gradient of a model. Errors as {@link commitTensor}. */
export async function commitModelGradient(input: CommitModelInput): Promise<bigint> {
  return commit(TENSOR_KIND.gradient, input);
}

/** Rows, columns and depth of the tensor that the weights of a model are committed as. */
export function modelTensor(shape: ModelShape): { rows: number; cols: number; depth: number } {
  return shape.kind === "linear"
    ? { rows: shape.d, cols: shape.k, depth: 0 }
    : { rows: shape.d, cols: shape.h, depth: shape.k };
}

async function commit(kind: TensorKind, { values, salt, shape, format: { B, F } }: CommitModelInput): Promise<bigint> {
  // Checked here because a perceptron without outputs would pass for a linear model.
  if (values.length !== weightCount(shape) || values.length === 0) {
    throw new CorexError("COMMIT_SHAPE", `${values.length} values for a model of ${weightCount(shape)} weights`, {
      retry: "after-change",
    });
  }
  return commitTensor({ kind, ...modelTensor(shape), bits: B, fraction: F, values, salt });
}
