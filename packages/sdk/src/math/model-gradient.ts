import { evaluateLinear, type EvaluationResult } from "./evaluate-linear.ts";
import { evaluateMlp } from "./evaluate-mlp.ts";
import { linearGradient } from "./linear-gradient.ts";
import { type Matrix, reshape } from "./matrix.ts";
import { mlpGradient } from "./mlp-gradient.ts";
import { joinMlp, type ModelShape, splitMlp } from "./model-shape.ts";

/** A batch and a model of any shape, in units of 2^(-F). */
export interface ModelInput {
  /** Samples, m rows of d features. */
  readonly X: Matrix;
  /** Targets, m rows of k values. */
  readonly Y: Matrix;
  /** Weights in one list: each matrix row by row, one after the other. */
  readonly weights: readonly bigint[];
  readonly shape: ModelShape;
  /** Samples in a batch, bits and fraction bits of a value. */
  readonly params: { readonly m: number; readonly B: number; readonly F: number };
}

export interface ModelGradient {
  /** In the order of the weights. */
  readonly gradient: readonly bigint[];
  /** Sum of squared errors, exact, in units of 2^(-2F) for a perceptron and 2^(-4F) for a linear model. */
  readonly loss: bigint;
}

/** Gradient of a model of any shape. Errors as `linearGradient` and `mlpGradient`. */
export function modelGradient({ X, Y, weights, shape, params }: ModelInput): ModelGradient {
  if (shape.kind === "linear") {
    const { d, k } = shape;
    const W = reshape("weights", weights, d, k);
    const { gradient, loss } = linearGradient({ X, Y, W, params: { ...params, d, k } });
    return { gradient: gradient.flat(), loss };
  }
  const { d, h, k } = shape;
  const { G1, G2, loss } = mlpGradient({ X, Y, ...splitMlp(weights, shape), params: { ...params, d, h, k } });
  return { gradient: joinMlp({ W1: G1, W2: G2 }), loss };
}

/** Evaluation of a model of any shape; the loss has the unit of {@link ModelGradient}. Errors as `evaluateMlp`. */
export function evaluateModel({ X, Y, weights, shape, params }: ModelInput): EvaluationResult {
  if (shape.kind === "linear") {
    const { d, k } = shape;
    return evaluateLinear({ X, Y, W: reshape("weights", weights, d, k), params: { ...params, d, k } });
  }
  const { d, h, k } = shape;
  return evaluateMlp({ X, Y, ...splitMlp(weights, shape), params: { ...params, d, h, k } });
}
