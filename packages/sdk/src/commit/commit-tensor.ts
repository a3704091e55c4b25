import { CorexError } from "../errors.ts";
import { requireField } from "./field.ts";
import { packValues } from "./pack-values.ts";
import { poseidonChain } from "./poseidon-chain.ts";
import { type TensorShape, tensorTag } from "./tensor-tag.ts";

export interface CommitTensorInput extends TensorShape {
  /** rows * cols signed integers, row by row. */
  readonly values: readonly bigint[];
  /** Field element that hides the values; see {@link randomSalt}. */
  readonly salt: bigint;
}

/**
 * Commitment of a tensor, equal to the CommitTensor circuit: a Poseidon chain over the packed values, then the salt,
 * starting from the tag of kind, shape and number format.
 *
 * @throws CorexError COMMIT_SHAPE, COMMIT_OUT_OF_FIELD (salt), MATH_OUT_OF_RANGE (a value).
 */
export async function commitTensor(input: CommitTensorInput): Promise<bigint> {
  const { rows, cols, bits, values, salt } = input;
  if (values.length !== rows * cols) {
    throw new CorexError("COMMIT_SHAPE", `${values.length} values for a tensor of ${rows} x ${cols}`, {
      retry: "after-change",
    });
  }
  const tag = tensorTag(input);
  requireField(salt, "salt");
  return poseidonChain([...packValues(values, bits), salt], tag);
}
