import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { signedBounds } from "../../../packages/sdk/src/math/fixed-point.ts";
import type { Matrix } from "../../../packages/sdk/src/math/matrix.ts";
import { type ModelShape, weightCount } from "../../../packages/sdk/src/math/model-shape.ts";
import type { Random } from "./random.ts";

/** A batch and the weights of a model in one list. */
export interface ModelVector {
  readonly X: Matrix;
  readonly Y: Matrix;
  readonly weights: readonly bigint[];
}

/** What a vector is drawn for. */
export interface VectorFormat {
  readonly m: number;
  readonly shape: ModelShape;
  readonly B: number;
  /** Bits of a feature; B when left out. */
  readonly BX?: number;
}

/** Draws a batch and weights whose values come from one of several scales, end points included. */
export function drawModelVector(random: Random, { m, shape, B, BX = B }: VectorFormat): ModelVector {
  const scale = random.pick([1n, 4n, 1n << BigInt(B / 2), signedBounds(B).max]);
  const matrix = (rows: number, cols: number, bits: number): bigint[][] =>
    Array.from({ length: rows }, () => drawValues(random, cols, bits, scale));
  return {
    X: matrix(m, shape.d, BX),
    Y: matrix(m, shape.k, B),
    weights: drawValues(random, weightCount(shape), B, scale),
  };
}

/** Signed values within `scale` of zero, one in eight of them an end point, zero or a unit. */
export function drawValues(random: Random, count: number, bits: number, scale: bigint): bigint[] {
  const { min, max } = signedBounds(bits);
  return Array.from({ length: count }, () => {
    if (random.next() % 8n === 0n) return random.pick([min, max, 0n, -1n, 1n]);
    return random.between(-scale < min ? min : -scale, scale > max ? max : scale);
  });
}

/** The result, or undefined when a value leaves its range, so that there is no proof. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof CorexError && error.code === "MATH_OVERFLOW") return undefined;
    throw error;
  }
}
