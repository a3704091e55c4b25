import {
  type RealLinearInput,
  type RealMatrix,
  realMlpGradient,
  type RealMlpInput,
  realMultiply,
  realScale,
  realTranspose,
  realZip,
} from "./float-model.ts";

/**
 * How far fixed-point results can be from those of a double-precision reference on the same numbers, entry by entry and in
 * real units. Inputs are the same in both, so all of the difference comes from rounding: half a unit, eta = 2^(-F-1), at
 * each rounding of the fixed-point side, and the rounding of doubles, which is covered by
 *
 *   |fl(sum_{i<n} a_i b_i) - sum a_i b_i| <= (n + 2) * 2^(-52) * sum |a_i| |b_i|
 */
const DOUBLE = 2 ** -52;

/** Bounds on the entries of a perceptron's tensors. */
export interface MlpBound {
  readonly Z2: number[][];
  readonly E1: number[][];
  readonly G1: number[][];
  readonly G2: number[][];
}

/**
 * Linear gradient: one rounding at the end, of an exact sum.
 *
 *   |gradient - reference| <= eta + (m + d + 4) * 2^(-52) * mean_i |X_ij| (sum_t |X_it| |W_tl| + |Y_il|)
 */
export function linearGradientBound({ X, Y, W }: RealLinearInput, F: number): number[][] {
  const [m, d] = [X.length, W.length];
  const residuals = realZip(realMultiply(sizes(X), sizes(W)), sizes(Y), (a, b) => a + b);
  const magnitude = mean(sizes(X), residuals);
  return realScale(magnitude, (m + d + 4) * DOUBLE).map((row) => row.map((slack) => 2 ** (-F - 1) + slack));
}

/**
 * Gradient of a perceptron. Write dA for the bound on tensor A; |.| is entry by entry, and the terms of doubles are left
 * out here.
 *
 *   dZ1 = dH = eta                          one rounding of an exact product; the rectifier does not stretch
 *   dZ2 = dD2 = eta + dH |W2|
 *   dE1 = eta + dD2 |W2|^T
 *   dD1 = 0      where Z1 <= 0              then the rounded Z1 is not positive either
 *         |E1|   where 0 < Z1 < eta         then the rounded Z1 is 0 and lets no error pass: the kink of the rectifier
 *         dE1    elsewhere
 *   dG2 = eta + mean (|H| + dH)^T dD2 + dH^T |D2|     from H'D2' - H D2 = H'(D2' - D2) + (H' - H) D2
 *   dG1 = eta + mean |X|^T dD1
 *
 * Uniformly, with c the largest column sum and r the largest row sum of |W2|, away from the kink:
 *   dG2 <= eta (1 + (max H + eta)(1 + c) + max mean |D2|),  dG1 <= eta (1 + max mean |X| (1 + r (1 + c))).
 */
export function mlpGradientBound(input: RealMlpInput, F: number): MlpBound {
  const eta = 2 ** (-F - 1);
  const { X, W1, W2 } = input;
  const { Z1, H, D2, E1, D1 } = realMlpGradient(input);
  const plus = (left: RealMatrix, right: RealMatrix): number[][] => realZip(left, right, (a, b) => a + b);
  /** Rounding of one product: half a unit, and that of doubles. */
  const rounding = (left: RealMatrix, right: RealMatrix): number[][] =>
    realMultiply(sizes(left), sizes(right)).map((row) =>
      row.map((magnitude) => eta + (right.length + 2) * DOUBLE * magnitude),
    );
  const rectified = rounding(X, W1);
  const error = plus(rounding(H, W2), realMultiply(rectified, sizes(W2)));
  const hiddenError = plus(rounding(D2, realTranspose(W2)), realMultiply(error, sizes(realTranspose(W2))));
  const passed = realZip(hiddenError, Z1, (bound, activation) => (activation > 0 ? bound : 0)).map((row, i) =>
    row.map((bound, j) => {
      const isKink = (Z1[i]?.[j] ?? 0) > 0 && (Z1[i]?.[j] ?? 0) < eta * (1 + 2 ** -20);
      return isKink ? Math.max(bound, Math.abs(E1[i]?.[j] ?? 0)) : bound;
    }),
  );
  const G2 = plus(mean(plus(sizes(H), rectified), error), mean(rectified, sizes(D2)));
  const ofMean = (left: RealMatrix, right: RealMatrix): number[][] =>
    mean(sizes(left), sizes(right)).map((row) => row.map((size) => eta + (left.length + 2) * DOUBLE * size));
  return {
    Z2: error,
    E1: hiddenError,
    G1: plus(ofMean(X, D1), mean(sizes(X), passed)),
    G2: plus(ofMean(H, D2), G2),
  };
}

/**
 * Weights after a step over lanes, against the mean of the lanes in equal parts: one rounding, and what the integer
 * shares differ from 1/n.
 *
 *   |w' - reference| <= eta + 2^(-T) sum_i |share_i / 2^A - 1/n| |g_ij| + double
 */
export function applyStepBound(
  weights: readonly number[],
  gradients: readonly (readonly number[])[],
  shares: readonly number[],
  { F, T }: { readonly F: number; readonly T: number },
): number[] {
  const lanes = gradients.length;
  return weights.map((weight, j) => {
    const sum = (factor: (lane: number) => number): number =>
      gradients.reduce((total, gradient, lane) => total + factor(lane) * Math.abs(gradient[j] ?? 0), 0);
    const unequal = 2 ** -T * sum((lane) => Math.abs((shares[lane] ?? 0) - 1 / lanes));
    return 2 ** (-F - 1) + unequal + (lanes + 4) * DOUBLE * (Math.abs(weight) + sum(() => 1));
  });
}

/**
 * Weights of a linear model after t steps with learning rate 2^(-T) on batches X, from the same start: the Euclidean norm
 * of the difference, of each output.
 *
 * With e the difference, both sides step by w - 2^(-T) (A w - b), A = X^T X / m, up to rounding: e' = (I - 2^(-T) A) e + r,
 * where every entry of r is at most eta (1 + 2^(-T)): the update is rounded, and so is the gradient in it. A has
 * eigenvalues in [0, trace A], so a step stretches e by at most q = max(1, 2^(-T) max trace A - 1), and
 *   |e_t| <= sqrt(d) eta (1 + 2^(-T)) (1 + q + .. + q^(t-1)),   that is t times the first step for trace A <= 2^(T+1).
 */
export function linearTrajectoryBound(
  batches: readonly RealMatrix[],
  steps: number,
  { F, T }: { readonly F: number; readonly T: number },
): number {
  const traces = batches.map((X) => X.flat().reduce((sum, x) => sum + x * x, 0) / X.length);
  const q = Math.max(1, 2 ** -T * Math.max(...traces) - 1);
  const first = Math.sqrt(batches[0]?.[0]?.length ?? 0) * 2 ** (-F - 1) * (1 + 2 ** -T) * (1 + 2 ** -20);
  let bound = 0;
  for (let step = 0; step < steps; step++) bound = bound * q + first;
  return bound;
}

function sizes(matrix: RealMatrix): number[][] {
  return matrix.map((row) => row.map(Math.abs));
}

/** left^T right / m. */
function mean(left: RealMatrix, right: RealMatrix): number[][] {
  return realScale(realMultiply(realTranspose(left), right), 1 / left.length);
}
