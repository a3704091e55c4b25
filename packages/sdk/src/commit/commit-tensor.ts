import { CorexError } from "../errors.ts";
import { requireField } from "./field.ts";
import { packValues } from "./pack-values.ts";
import { poseidonChain } from "./poseidon-chain.ts";
import { TENSOR_KIND, type TensorShape, tensorTag } from "./tensor-tag.ts";

export interface CommitTensorInput extends TensorShape {
  /** Signed integers, {@link tensorLength} of them, row by row. */
  readonly values: readonly bigint[];
  /** Field element that hides the values; see {@link randomSalt}. */
  readonly salt: bigint;
}

/**
 * Commitment of a tensor, equal to the CommitTensor circuit: a Poseidon chain over the packed values, then the salt,
 * starting from the tag of kind, shape and number format. Features with a width of their own (`featureBits`) are packed
 * by it, and the targets begin a new word.
 *
 * @throws CorexError COMMIT_SHAPE, COMMIT_OUT_OF_FIELD (salt), MATH_OUT_OF_RANGE (a value).
 */
export async function commitTensor(input: CommitTensorInput): Promise<bigint> {
  const { rows, cols, bits, values, salt, depth = 0, featureBits = 0 } = input;
  if (values.length !== tensorLength(input)) {
    const size = [rows, cols, ...(depth === 0 ? [] : [depth])].join(" x ");
    throw new CorexError("COMMIT_SHAPE", `${values.length} values for a tensor of ${size}`, { retry: "after-change" });
  }
  const tag = tensorTag(input);
  requireField(salt, "salt");
  if (featureBits === 0) return poseidonChain([...packValues(values, bits), salt], tag);
  const features = values.slice(0, rows * (cols - Math.max(depth, 1)));
  const targets = values.slice(features.length);
  return poseidonChain([...packValues(features, featureBits), ...packValues(targets, bits), salt], tag);
}

/** Values of a tensor: rows * cols, and for weights and gradients with a depth, cols * depth of a second matrix. */
export function tensorLength({
  kind,
  rows,
  cols,
  depth = 0,
}: Pick<TensorShape, "kind" | "rows" | "cols" | "depth">): number {
  return kind === TENSOR_KIND.batch ? rows * cols : rows * cols + cols * depth;
}
