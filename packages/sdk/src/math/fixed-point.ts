import { CorexError } from "../errors.ts";

/** Format of a signed fixed-point number: `bits` in all, in units of 2^(-fraction). */
export interface FixedPoint {
  readonly bits: number;
  readonly fraction: number;
}

/** Smallest and largest integer of a signed format with `bits` bits: -2^(bits-1) and 2^(bits-1) - 1. */
export function signedBounds(bits: number): { min: bigint; max: bigint } {
  const half = 1n << BigInt(bits - 1);
  return { min: -half, max: half - 1n };
}

/**
 * Throws when `value` does not fit in `bits` signed bits.
 *
 * @throws CorexError with the given `code`, naming `tensor`, `index` and the value.
 */
export function requireSigned(
  value: bigint,
  bits: number,
  code: "MATH_OUT_OF_RANGE" | "MATH_OVERFLOW",
  tensor: string,
  index: number,
): void {
  const { min, max } = signedBounds(bits);
  if (value < min || value > max) {
    throw new CorexError(
      code,
      `${tensor}[${index}] = ${value} is outside the signed ${bits}-bit range [${min}, ${max}]`,
      {
        retry: "after-change",
        details: { tensor, index, value },
      },
    );
  }
}
