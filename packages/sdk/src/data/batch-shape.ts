import { CorexError } from "../errors.ts";

/** The shape of a batch, as the training circuit fixes it. */
export interface BatchShape {
  /** Samples in a batch. */
  readonly m: number;
  /** Columns of a sample: d - 1 features and the constant 1 in the last column. */
  readonly d: number;
  /** Bits of a signed fixed-point value. */
  readonly bits: number;
  /** Fraction bits of a fixed-point value. */
  readonly fraction: number;
}

/** Bounds that keep 1 representable and arrays small: [smallest, largest]. */
const LIMITS: Readonly<Record<keyof BatchShape, readonly [number, number]>> = {
  m: [1, 4096],
  d: [2, 4096],
  bits: [2, 64],
  fraction: [0, 62],
};

/** @throws CorexError DATA_INVALID_SHAPE when a dimension is no integer in its limits, or 1 does not fit in the format. */
export function checkBatchShape(shape: BatchShape): void {
  for (const key of ["m", "d", "bits", "fraction"] as const) {
    const [min, max] = LIMITS[key];
    const value = shape[key];
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new CorexError("DATA_INVALID_SHAPE", `${key} = ${value} is not an integer in [${min}, ${max}]`, {
        details: { ...shape },
      });
    }
  }
  if (shape.fraction > shape.bits - 2) {
    throw new CorexError(
      "DATA_INVALID_SHAPE",
      `1 does not fit in ${shape.bits} signed bits with ${shape.fraction} fraction bits`,
      { details: { ...shape } },
    );
  }
}
