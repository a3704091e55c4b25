import type { ConstraintCounts } from "./circom.ts";
import { chain, pack, sum, words } from "./constraint-formula.ts";

/** Parameters of MlpStep, named as in its source. */
export interface MlpStepParams {
  readonly m: number;
  readonly d: number;
  readonly h: number;
  readonly k: number;
  readonly B: number;
  readonly F: number;
  readonly T: number;
}

/**
 * Constraints of MlpGradient at --O1, exactly: what the compiler would count, for sizes that take it too long.
 *
 * Committed values cost their bits, weights the bits of their remainder in addition, activations those of value and
 * remainder; a product of matrices costs its operands and its result, not the multiplications that it stands for.
 */
export function mlpGradientConstraints({ m, d, h, k, B, F }: Omit<MlpStepParams, "T">): ConstraintCounts {
  const weights = d * h + h * k;
  const shift = F + Math.log2(m);
  const batch = pack(m * (d + k), B);
  const hidden = rescaled(m * h, B + F);
  const outputs = rescaled(m * k, B + F);
  const remainders = pack(weights, shift);
  const transcript = 5 + 2 * hidden.words + outputs.words + remainders.words;
  return sum([
    // Weights and gradient; the batch.
    ...Array.from({ length: 2 }, () => commitment(weights, B)),
    batch,
    chain(batch.words + 1),
    // Z1 with the rectifier, Z2 with error and loss, E1 with the mask; the remainders of the gradient.
    ...[hidden, outputs, hidden, remainders],
    { nonLinear: 2 * m * h + m * k, linear: m * k + 1 },
    chain(transcript),
    // X W1, H W2, D2 W2^T, H^T D2 and X^T D1.
    ...[product(m, d, h), product(m, h, k), product(m, k, h), product(h, m, k), product(d, m, h)],
  ]);
}

/** Constraints of MlpStep at --O1, exactly. */
export function mlpStepConstraints(params: MlpStepParams): ConstraintCounts {
  const weights = params.d * params.h + params.h * params.k;
  const update = { nonLinear: params.T * weights, linear: 3 * weights };
  return sum([mlpGradientConstraints(params), commitment(weights, params.B), update]);
}

/** Multiply-accumulates of a step: two products with X, three with W2 or its size. */
export function mlpStepWork({ m, d, h, k }: MlpStepParams): number {
  return 2 * m * d * h + 3 * m * h * k;
}

function commitment(values: number, bits: number): ConstraintCounts {
  return sum([pack(values, bits), chain(words(values, bits) + 1)]);
}

/** PackRescaled: two ranges for each value. */
function rescaled(values: number, bits: number): ConstraintCounts & { words: number } {
  return { words: words(values, bits), nonLinear: values * bits, linear: 2 * values + words(values, bits) };
}

/** RoundedMatMul. */
function product(m: number, k: number, n: number): ConstraintCounts {
  return { nonLinear: m * k + (m + k) * (n - 1), linear: m * n };
}
