import { dequantize } from "./dequantize.ts";
import type { Matrix } from "./matrix.ts";

/** Rows of equal length, in real units. */
export type RealMatrix = readonly (readonly number[])[];

/** A batch and the weights of a linear model. */
export interface RealLinearInput {
  readonly X: RealMatrix;
  readonly Y: RealMatrix;
  readonly W: RealMatrix;
}

/** A batch and the weights of a perceptron. */
export interface RealMlpInput {
  readonly X: RealMatrix;
  readonly Y: RealMatrix;
  readonly W1: RealMatrix;
  readonly W2: RealMatrix;
}

export interface RealLinearGradient {
  readonly residuals: number[][];
  /** Sum of squared residuals. */
  readonly loss: number;
  readonly gradient: number[][];
}

export interface RealMlpGradient {
  readonly Z1: number[][];
  readonly H: number[][];
  readonly Z2: number[][];
  readonly D2: number[][];
  /** Sum of squared D2. */
  readonly loss: number;
  readonly E1: number[][];
  readonly D1: number[][];
  readonly G1: number[][];
  readonly G2: number[][];
}

/** Gradient of the squared loss of a linear model in double precision: what the fixed-point one approximates. */
export function realLinearGradient({ X, Y, W }: RealLinearInput): RealLinearGradient {
  const residuals = realZip(realMultiply(X, W), Y, (prediction, target) => prediction - target);
  return {
    residuals,
    loss: squares(residuals),
    gradient: realScale(realMultiply(realTranspose(X), residuals), 1 / X.length),
  };
}

/** Gradient of the squared loss of a perceptron in double precision. The rectifier has derivative zero at zero. */
export function realMlpGradient({ X, Y, W1, W2 }: RealMlpInput): RealMlpGradient {
  const Z1 = realMultiply(X, W1);
  const H = Z1.map((row) => row.map((value) => Math.max(value, 0)));
  const Z2 = realMultiply(H, W2);
  const D2 = realZip(Z2, Y, (output, target) => output - target);
  const E1 = realMultiply(D2, realTranspose(W2));
  const D1 = realZip(E1, Z1, (error, activation) => (activation > 0 ? error : 0));
  const mean = (left: RealMatrix, right: RealMatrix): number[][] =>
    realScale(realMultiply(realTranspose(left), right), 1 / X.length);
  return { Z1, H, Z2, D2, loss: squares(D2), E1, D1, G1: mean(X, D1), G2: mean(H, D2) };
}

/** Weights after a step with learning rate 2^(-T). */
export function realUpdate(weights: RealMatrix, gradient: RealMatrix, T: number): number[][] {
  return realZip(weights, gradient, (weight, slope) => weight - slope * 2 ** -T);
}

/** Converts a fixed-point matrix to real numbers. */
export function dequantizeMatrix(matrix: Matrix, fraction: number): number[][] {
  return matrix.map((row) => row.map((value) => dequantize(value, { fraction })));
}

export function realMultiply(left: RealMatrix, right: RealMatrix): number[][] {
  const columns = realTranspose(right);
  return left.map((row) => columns.map((column) => row.reduce((sum, value, i) => sum + value * (column[i] ?? 0), 0)));
}

export function realTranspose(matrix: RealMatrix): number[][] {
  return (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j] ?? 0));
}

export function realScale(matrix: RealMatrix, factor: number): number[][] {
  return matrix.map((row) => row.map((value) => value * factor));
}

/** Applies `combine` to each pair of entries of two matrices of one size. */
export function realZip(left: RealMatrix, right: RealMatrix, combine: (a: number, b: number) => number): number[][] {
  return left.map((row, i) => row.map((value, j) => combine(value, right[i]?.[j] ?? 0)));
}

function squares(matrix: RealMatrix): number {
  return matrix.flat().reduce((sum, value) => sum + value * value, 0);
}
