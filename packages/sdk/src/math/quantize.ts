import { CorexError } from "../errors.ts";
import { type FixedPoint, signedBounds } from "./fixed-point.ts";

/**
 * Converts a real number to fixed point: floor(x * 2^fraction + 1/2), rounded half up.
 *
 * Exact for every double: scaling by a power of two does not round, and the half is compared, not added.
 *
 * @param index position of `x` in its vector, for the error message.
 * @throws CorexError MATH_OUT_OF_RANGE when `x` is not finite or does not fit in `bits` signed bits.
 */
export function quantize(x: number, format: FixedPoint, index?: number): bigint {
  const scaled = x * 2 ** format.fraction;
  const floor = Math.floor(scaled);
  const { min, max } = signedBounds(format.bits);
  if (Number.isFinite(scaled)) {
    const rounded = BigInt(floor) + (scaled - floor >= 0.5 ? 1n : 0n);
    if (rounded >= min && rounded <= max) return rounded;
  }
  const place = index === undefined ? "" : ` at index ${index}`;
  const unit = 2 ** -format.fraction;
  throw new CorexError(
    "MATH_OUT_OF_RANGE",
    `${x}${place} is outside [${Number(min) * unit}, ${Number(max) * unit}], the range of signed ${format.bits}-bit numbers with ${format.fraction} fraction bits`,
    { retry: "after-change", details: { value: x, index, ...format } },
  );
}
