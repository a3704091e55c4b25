import type { ValueFormat } from "../commit/commit-model.ts";
import { createPrng } from "../data/prng.ts";
import { type ModelShape, weightCount } from "../math/model-shape.ts";

/**
 * Weights that a model can start to learn from, in units of 2^(-F). The same seed gives the same weights everywhere.
 *
 * A linear model starts at zero. The weights of a perceptron are uniform integers in [-b, b], b = floor(2^F / sqrt(n))
 * with n the inputs of a unit (d, then h): large enough that units differ, small enough that the first steps stay in
 * range. The weights of the constant column are made positive, so that hidden units start active for most samples.
 */
export function initialModelWeights(shape: ModelShape, seed: string, { F }: Pick<ValueFormat, "F">): bigint[] {
  if (shape.kind === "linear") return Array<bigint>(weightCount(shape)).fill(0n);
  const { d, h, k } = shape;
  const prng = createPrng(seed).fork("weights");
  const draw = (inputs: number): number => {
    // Math.sqrt is correctly rounded by IEEE 754, so every engine agrees on the bound.
    const bound = Math.floor(2 ** F / Math.sqrt(inputs));
    return prng.below(2 * bound + 1) - bound;
  };
  const first = Array.from({ length: d * h }, (_, i) => (i < (d - 1) * h ? draw(d) : Math.abs(draw(d))));
  const second = Array.from({ length: h * k }, () => draw(h));
  return [...first, ...second].map(BigInt);
}
