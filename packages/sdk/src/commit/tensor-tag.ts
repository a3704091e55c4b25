import { CorexError } from "../errors.ts";

/** Kinds of committed tensors. Weights before and after a step share one kind: the output of a step is the next input. */
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
}

/**
 * Domain tag: kind + rows * 2^8 + cols * 2^24 + bits * 2^40 + fraction * 2^48. Injective on the accepted ranges.
 *
 * @throws CorexError COMMIT_SHAPE when a field does not fit in its bits.
 */
export function tensorTag({ kind, rows, cols, bits, fraction }: TensorShape): bigint {
  const fits = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value < high;
  if (!fits(kind, 1, 2 ** 8) || !fits(rows, 1, 2 ** 16) || !fits(cols, 1, 2 ** 16)) {
    throw new CorexError("COMMIT_SHAPE", `no tag for kind ${kind} with ${rows} rows and ${cols} columns`);
  }
  if (!fits(bits, 2, 2 ** 8) || bits > 252 || !fits(fraction, 0, 2 ** 8)) {
    throw new CorexError("COMMIT_SHAPE", `no tag for ${bits}-bit values with ${fraction} fraction bits`);
  }
  return (
    BigInt(kind) + (BigInt(rows) << 8n) + (BigInt(cols) << 24n) + (BigInt(bits) << 40n) + (BigInt(fraction) << 48n)
  );
}
