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

/** Codes of a value outside its range: of an input, or of a result. */
export type RangeErrorCode = "MATH_OUT_OF_RANGE" | "MATH_OVERFLOW";

/**
 * Throws when `value` does not fit in `bits` signed bits.
 *
 * @throws CorexError with the given `code`, naming `tensor`, `index` and the value.
 */
export function requireSigned(value: bigint, bits: number, code: RangeErrorCode, tensor: string, index: number): void {
  const { min, max } = signedBounds(bits);
  if (value < min || value > max) {
    throw rangeError(code, tensor, index, value, `the signed ${bits}-bit range [${min}, ${max}]`);
  }
}

/** @throws CorexError MATH_OVERFLOW when `value` is not in [min, max], naming `tensor`, `index` and the value. */
export function requireRange(
  value: bigint,
  { min, max }: { min: bigint; max: bigint },
  tensor: string,
  index: number,
): void {
  if (value < min || value > max) throw rangeError("MATH_OVERFLOW", tensor, index, value, `[${min}, ${max}]`);
}

function rangeError(code: RangeErrorCode, tensor: string, index: number, value: bigint, range: string): CorexError {
  return new CorexError(code, `${tensor}[${index}] = ${value} is outside ${range}`, {
    retry: "after-change",
    details: { tensor, index, value },
  });
}
