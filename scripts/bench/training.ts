import { applyStep, laneShares } from "@corex/sdk/math/apply-step";
import {
  dequantizeMatrix,
  realLinearGradient,
  type RealMatrix,
  realMlpGradient,
  realScale,
  realUpdate,
  realZip,
} from "@corex/sdk/math/float-model";
import { linearGradient } from "@corex/sdk/math/linear-gradient";
import { linearStepK } from "@corex/sdk/math/linear-step-k";
import { type Matrix, reshape } from "@corex/sdk/math/matrix";
import { mlpStep } from "@corex/sdk/math/mlp-step";
import { joinMlp, splitMlp } from "@corex/sdk/math/model-shape";
import { quantize } from "@corex/sdk/math/quantize";

/** The format of the network and the sizes of its circuits. */
export const TRAINING = { m: 8, d: 8, h: 8, k: 4, B: 16, F: 8, T: 4, steps: 60, batches: 4 } as const;

/** The same training in fixed point and in doubles, from the same weights on the same batches. */
export interface Trajectory {
  /** Weights before every step and after the last one, in units of 2^(-F) and in real units. */
  readonly fixed: readonly Matrix[];
  readonly double: readonly RealMatrix[];
  /** The batches, in real units; step t trains on batch t modulo their number. */
  readonly batches: readonly RealBatch[];
  /** Sum of squared residuals over all batches at the start, and at the end of both. */
  readonly firstLoss: number;
  readonly fixedLoss: number;
  readonly doubleLoss: number;
}

export interface RealBatch {
  readonly X: RealMatrix;
  readonly Y: RealMatrix;
}

interface Batch {
  readonly X: Matrix;
  readonly Y: Matrix;
}

/** How one model is stepped on both sides; weights are a matrix, for a perceptron one column. */
interface Model {
  readonly start: Matrix;
  /** Step t on the fixed side. */
  fixed(weights: Matrix, batches: readonly Batch[], t: number): Matrix;
  double(weights: RealMatrix, batches: readonly RealBatch[], t: number): RealMatrix;
  loss(weights: RealMatrix, batch: RealBatch): number;
}

const { m, d, h, k, B, F, T } = TRAINING;

/** Trains every model twice. */
export function trainAll(): Readonly<Record<string, Trajectory>> {
  return {
    "linear, four outputs": train(linearModel()),
    "perceptron 8/8/4": train(mlpModel()),
    "linear, averaged over four lanes": train(averagedModel()),
  };
}

function train(model: Model): Trajectory {
  const data = Array.from({ length: TRAINING.batches }, (_, index) => drawBatch(index));
  const batches = data.map(({ X, Y }) => ({ X: real(X), Y: real(Y) }));
  const fixed: Matrix[] = [model.start];
  const double: RealMatrix[] = [real(model.start)];
  for (let t = 0; t < TRAINING.steps; t++) {
    fixed.push(model.fixed(fixed[t] ?? [], data, t));
    double.push(model.double(double[t] ?? [], batches, t));
  }
  const lossOf = (weights: RealMatrix): number => batches.reduce((sum, batch) => sum + model.loss(weights, batch), 0);
  return {
    fixed,
    double,
    batches,
    firstLoss: lossOf(real(model.start)),
    fixedLoss: lossOf(real(fixed.at(-1) ?? [])),
    doubleLoss: lossOf(double.at(-1) ?? []),
  };
}

function linearModel(): Model {
  return {
    start: weightsOf(d, k, 0),
    fixed: (W, data, t) => linearStepK({ ...pick(data, t), W, params: TRAINING }).newWeights,
    double: (W, data, t) => realUpdate(W, realLinearGradient({ ...pick(data, t), W }).gradient, T),
    loss: (W, batch) => realLinearGradient({ ...batch, W }).loss,
  };
}

function mlpModel(): Model {
  const split = (weights: RealMatrix): { W1: number[][]; W2: number[][] } => ({
    W1: chunks(weights.flat().slice(0, d * h), h),
    W2: chunks(weights.flat().slice(d * h), k),
  });
  return {
    start: weightsOf(d * h + h * k, 1, 0.5),
    fixed: (weights, data, t) => {
      const { W1new, W2new } = mlpStep({ ...pick(data, t), ...splitMlp(weights.flat(), TRAINING), params: TRAINING });
      return reshape("weights", joinMlp({ W1: W1new, W2: W2new }), d * h + h * k, 1);
    },
    double: (weights, data, t) => {
      const { G1, G2 } = realMlpGradient({ ...pick(data, t), ...split(weights) });
      return realUpdate(weights, chunks([...G1.flat(), ...G2.flat()], 1), T);
    },
    loss: (weights, batch) => realMlpGradient({ ...batch, ...split(weights) }).loss,
  };
}

/** Four lanes, each with a batch of its own; at every third step two of them are late, and the others share it. */
function averagedModel(): Model {
  const present = (t: number): boolean[] =>
    Array.from({ length: TRAINING.batches }, (_, lane) => t % 3 !== 2 || lane % 2 === t % 2);
  return {
    start: weightsOf(d, k, 0),
    fixed: (W, data, t) => {
      const lanes = present(t);
      const gradients = data.map(({ X, Y }, lane) =>
        lanes[lane] === true ? linearGradient({ X, Y, W, params: TRAINING }).gradient.flat() : undefined,
      );
      const moved = applyStep({ weights: W.flat(), gradients, shares: laneShares(lanes), params: TRAINING });
      return reshape("weights", moved, d, k);
    },
    double: (W, data, t) => {
      const used = data.filter((_, lane) => present(t)[lane]);
      const gradients = used.map((batch) => realLinearGradient({ ...batch, W }).gradient);
      const sum = gradients.reduce((total, gradient) => realZip(total, gradient, (a, b) => a + b));
      return realUpdate(W, realScale(sum, 1 / used.length), T);
    },
    loss: (W, batch) => realLinearGradient({ ...batch, W }).loss,
  };
}

/** Features in [-1, 1) with a last column of ones; targets of a fixed linear teacher with some noise, about as large. */
function drawBatch(index: number): Batch {
  const random = generator(index + 1);
  const X = Array.from({ length: m }, () => Array.from({ length: d }, (_, j) => (j === d - 1 ? 1 : random())));
  const teacher = generator(1000);
  const columns = Array.from({ length: k }, () => Array.from({ length: d }, teacher));
  const Y = X.map((x) => columns.map((w) => x.reduce((sum, v, j) => sum + v * (w[j] ?? 0), 0) + random() / 8));
  return { X: fixedPoint(X), Y: fixedPoint(Y) };
}

function weightsOf(rows: number, cols: number, scale: number): Matrix {
  const random = generator(2000);
  return fixedPoint(Array.from({ length: rows }, () => Array.from({ length: cols }, () => scale * random())));
}

function pick<T>(data: readonly T[], t: number): T {
  const batch = data[t % data.length];
  if (batch === undefined) throw new Error("there is no batch");
  return batch;
}

function fixedPoint(matrix: RealMatrix): bigint[][] {
  return matrix.map((row) => row.map((value) => quantize(value, { bits: B, fraction: F })));
}

function real(matrix: Matrix): number[][] {
  return dequantizeMatrix(matrix, F);
}

function chunks(values: readonly number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size));
}

/** Numbers in [-1, 1), the same at every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
