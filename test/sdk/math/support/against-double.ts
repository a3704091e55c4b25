import { applyStep, laneShares } from "../../../../packages/sdk/src/math/apply-step.ts";
import { dequantize } from "../../../../packages/sdk/src/math/dequantize.ts";
import {
  dequantizeMatrix,
  realLinearGradient,
  type RealMatrix,
  realMlpGradient,
} from "../../../../packages/sdk/src/math/float-model.ts";
import { linearGradient } from "../../../../packages/sdk/src/math/linear-gradient.ts";
import { column, type Matrix } from "../../../../packages/sdk/src/math/matrix.ts";
import { mlpGradient } from "../../../../packages/sdk/src/math/mlp-gradient.ts";
import {
  applyStepBound,
  linearGradientBound,
  mlpGradientBound,
} from "../../../../packages/sdk/src/math/quantization-bound.ts";
import { attempt, drawValues } from "../../../circuits/support/model-vectors.ts";
import type { Random } from "../../../circuits/support/random.ts";

/** The format of the network and the sizes of its circuits. */
const FORMAT = { m: 8, d: 8, B: 16, F: 8 };
const UNIT = 2 ** -FORMAT.F;

/** What many batches showed. */
export interface Measurement {
  /** Batches that stayed in range. */
  readonly batches: number;
  /** Largest error of an entry over its bound: at most 1. */
  readonly ratio: number;
  /** Largest error of an entry, in units of 2^(-F). */
  readonly error: number;
}

/** Compares fixed point with doubles on one random batch; undefined when the batch leaves the range. */
type Comparison = (random: Random) => Omit<Measurement, "batches"> | undefined;

const real = (matrix: Matrix): number[][] => dequantizeMatrix(matrix, FORMAT.F);

/** Compares until `batches` stayed in range. */
export function measure(compare: Comparison, batches: number, random: Random): Measurement {
  let [done, ratio, error] = [0, 0, 0];
  while (done < batches) {
    const result = compare(random);
    if (result === undefined) continue;
    done++;
    ratio = Math.max(ratio, result.ratio);
    error = Math.max(error, result.error);
  }
  return { batches, ratio, error };
}

/** One kind of computation by name. */
export const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "linear gradient, one output": (random) => compareLinear(random, 1),
  "linear gradient, four outputs": (random) => compareLinear(random, 4),
  "gradient of a perceptron": (random) => compareMlp(random, true),
  "gradient of a perceptron away from the kink": (random) => compareMlp(random, false),
  "step over lanes": compareApplyStep,
};

function compareLinear(random: Random, k: number): ReturnType<Comparison> {
  const [X, Y, W] = drawMatrices(random, [FORMAT.m, FORMAT.d], [FORMAT.m, k], [FORMAT.d, k]);
  const fixed = attempt(() => linearGradient({ X, Y, W, params: { ...FORMAT, k } }));
  if (fixed === undefined) return undefined;
  const input = { X: real(X), Y: real(Y), W: real(W) };
  return worst([[real(fixed.gradient), realLinearGradient(input).gradient, linearGradientBound(input, FORMAT.F)]]);
}

/** @param kink with hidden units so close above zero that they round to it, or without. */
function compareMlp(random: Random, kink: boolean): ReturnType<Comparison> {
  const [h, k] = [8, 4];
  const [X, Y, W1, W2] = drawMatrices(random, [FORMAT.m, FORMAT.d], [FORMAT.m, k], [FORMAT.d, h], [h, k]);
  const fixed = attempt(() => mlpGradient({ X, Y, W1, W2, params: { ...FORMAT, h, k } }));
  if (fixed === undefined) return undefined;
  const input = { X: real(X), Y: real(Y), W1: real(W1), W2: real(W2) };
  const [reference, bound] = [realMlpGradient(input), mlpGradientBound(input, FORMAT.F)];
  if (!kink && reference.Z1.flat().some((value) => value > 0 && value < UNIT / 2)) return undefined;
  return worst((["Z2", "E1", "G1", "G2"] as const).map((name) => [real(fixed[name]), reference[name], bound[name]]));
}

type Sizes = readonly [rows: number, cols: number];

/** Matrices of values within a scale of their own each, from a few units to four. */
function drawMatrices<const S extends readonly Sizes[]>(random: Random, ...sizes: S): { [I in keyof S]: bigint[][] } {
  const matrices = sizes.map(([rows, cols]) => {
    const scale = random.pick([2n, 32n, 256n, 1024n]);
    const row = (): bigint[] => Array.from({ length: cols }, () => random.between(-scale, scale));
    return Array.from({ length: rows }, row);
  });
  return matrices as { [I in keyof S]: bigint[][] };
}

function compareApplyStep(random: Random): ReturnType<Comparison> {
  const params = { ...FORMAT, T: 4 };
  const lanes = Number(random.between(1n, 7n));
  const scale = random.pick([16n, 1n << 8n, 1n << 15n]);
  const gradients = Array.from({ length: lanes }, () => drawValues(random, 16, FORMAT.B, scale));
  const weights = drawValues(random, 16, FORMAT.B, 1n << 12n);
  const shares = laneShares(gradients.map(() => true));
  const fixed = attempt(() => applyStep({ weights, gradients, shares, params }));
  if (fixed === undefined) return undefined;
  const start = weights.map((w) => dequantize(w, { fraction: FORMAT.F }));
  const slopes = real(gradients);
  const reference = start.map((w, j) => w - slopes.reduce((sum, g) => sum + (g[j] ?? 0), 0) / lanes / 2 ** params.T);
  const bound = applyStepBound(
    start,
    slopes,
    shares.map((share) => Number(share) / 256),
    params,
  );
  return worst([[real(column(fixed)), asColumn(reference), asColumn(bound)]]);
}

function asColumn(values: readonly number[]): number[][] {
  return values.map((value) => [value]);
}

/** Largest ratio and error over the entries of [fixed, reference, bound]. */
function worst(tensors: readonly (readonly [RealMatrix, RealMatrix, RealMatrix])[]): Omit<Measurement, "batches"> {
  let [ratio, error] = [0, 0];
  for (const [fixed, reference, bound] of tensors) {
    fixed.forEach((row, i) => {
      row.forEach((value, j) => {
        const difference = Math.abs(value - (reference[i]?.[j] ?? NaN));
        ratio = Math.max(ratio, difference / (bound[i]?.[j] ?? NaN));
        error = Math.max(error, difference / UNIT);
      });
    });
  }
  return { ratio, error };
}
