import { type Matrix, requireLength, reshape } from "./matrix.ts";

/** A linear model with k outputs: weights W, d x k. */
export interface LinearShape {
  readonly kind: "linear";
  /** Features of a sample. */
  readonly d: number;
  /** Outputs. */
  readonly k: number;
}

/** A perceptron with one hidden layer: weights W1, d x h, then W2, h x k. */
export interface MlpShape {
  readonly kind: "mlp";
  readonly d: number;
  /** Hidden units. */
  readonly h: number;
  readonly k: number;
}

/** Models keep their weights as one list: each matrix row by row, one after the other. */
export type ModelShape = LinearShape | MlpShape;

/** Weights of a model. */
export function weightCount(shape: ModelShape): number {
  return shape.kind === "linear" ? shape.d * shape.k : shape.d * shape.h + shape.h * shape.k;
}

/** The two matrices of a perceptron. @throws CorexError MATH_SHAPE when the number of weights differs. */
export function splitMlp(
  weights: readonly bigint[],
  { d, h, k }: Omit<MlpShape, "kind">,
): { W1: bigint[][]; W2: bigint[][] } {
  requireLength("weights", weights, d * h + h * k);
  return { W1: reshape("W1", weights.slice(0, d * h), d, h), W2: reshape("W2", weights.slice(d * h), h, k) };
}

/** The list of weights that {@link splitMlp} splits. */
export function joinMlp({ W1, W2 }: { readonly W1: Matrix; readonly W2: Matrix }): bigint[] {
  return [...W1.flat(), ...W2.flat()];
}
