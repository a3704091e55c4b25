/** Divides by 2^shift and rounds half up: floor((value + 2^(shift-1)) / 2^shift), for negative values too. shift >= 1. */
export function roundedShift(value: bigint, shift: number): bigint {
  // The shift of a negative bigint rounds towards minus infinity, which is the floor wanted here.
  return (value + (1n << BigInt(shift - 1))) >> BigInt(shift);
}
