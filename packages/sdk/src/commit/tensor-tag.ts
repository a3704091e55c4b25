import { CorexError } from "../errors.ts";

/**
 * Kinds of committed tensors. Weights before and after a step share one kind: the output of a step is the next input.
 * Kinds 4 to 6 (remainder, activations, challenge) exist inside the circuits only.
 */
export const TENSOR_KIND = { weights: 1, gradient: 2, batch: 3 } as const;

export type TensorKind = (typeof TENSOR_KIND)[keyof typeof TENSOR_KIND];

export interface TensorShape {
  readonly kind: TensorKind;
  readonly rows: number;
  readonly cols: number;
  /** Bits of a signed value. */
  readonly bits: number;
  /** Fraction bits of a value. */
  readonly fraction: number;
  /** A third dimension: outputs of a perceptron, or of a batch with several targets. Zero when left out. */
  readonly depth?: number;
  /** Bits of a signed feature, in a batch whose features have their own width. Zero when left out. */
  readonly featureBits?: number;
}

/**
 * Domain tag: kind + rows * 2^8 + cols * 2^24 + bits * 2^40 + fraction * 2^48 + depth * 2^56 + featureBits * 2^72.
 * Injective on the accepted ranges.
 *
 * @throws CorexError COMMIT_SHAPE when a field does not fit in its bits.
 */
export function tensorTag({ kind, rows, cols, bits, fraction, depth = 0, featureBits = 0 }: TensorShape): bigint {
  const fits = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value < high;
  if (!fits(kind, 1, 2 ** 8) || !fits(rows, 1, 2 ** 16) || !fits(cols, 1, 2 ** 16)) {
    throw new CorexError("COMMIT_SHAPE", `no tag for kind ${kind} with ${rows} rows and ${cols} columns`);
  }
  if (!fits(bits, 2, 2 ** 8) || bits > 252 || !fits(fraction, 0, 2 ** 8)) {
    throw new CorexError("COMMIT_SHAPE", `no tag for ${bits}-bit values with ${fraction} fraction bits`);
  }
  if (!fits(depth, 0, 2 ** 16) || !fits(featureBits, 0, 2 ** 8) || featureBits === 1 || featureBits > 252) {
    throw new CorexError("COMMIT_SHAPE", `no tag for depth ${depth} and ${featureBits}-bit features`);
  }
  return (
    BigInt(kind) +
    (BigInt(rows) << 8n) +
    (BigInt(cols) << 24n) +
    (BigInt(bits) << 40n) +
    (BigInt(fraction) << 48n) +
    (BigInt(depth) << 56n) +
    (BigInt(featureBits) << 72n)
  );
}
