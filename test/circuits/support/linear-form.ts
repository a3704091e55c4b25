import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { inverse } from "./jacobian.ts";
import { type Combination, type Constraint, mod } from "./r1cs.ts";

/** A linear equation: the sum of the coefficients times their wires is zero. Wire 0 is the constant one. */
export type LinearForm = ReadonlyMap<number, bigint>;

/** Integers between which a wire lies, as the representative nearest to zero. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/** A wire with the coefficient that it has after scaling, as the integer nearest to zero. */
export interface Digit extends Interval {
  readonly wire: number;
  readonly weight: bigint;
}

/** Representative of a field element nearest to zero. */
export function signed(value: bigint): bigint {
  const reduced = mod(value);
  return reduced > FIELD_ORDER / 2n ? reduced - FIELD_ORDER : reduced;
}

/** The row as a linear equation; undefined when both factors hold a wire. */
export function linearForm({ a, b, c }: Constraint): LinearForm | undefined {
  const [factor, rest] = isConstant(a) ? [a, b] : [b, a];
  if (!isConstant(factor)) return undefined;
  const scale = factor.reduce((sum, [, coefficient]) => sum + coefficient, 0n);
  const form = new Map<number, bigint>();
  const add = (wire: number, coefficient: bigint): void => {
    const sum = mod((form.get(wire) ?? 0n) + coefficient);
    if (sum === 0n) form.delete(wire);
    else form.set(wire, sum);
  };
  for (const [wire, coefficient] of rest) add(wire, coefficient * scale);
  for (const [wire, coefficient] of c) add(wire, -coefficient);
  return form;
}

/** The bit that a row proves to be 0 or 1, if that is what it does. */
export function provenBit({ a, b, c }: Constraint): number | undefined {
  const wires = new Set([...a, ...b, ...c].map(([wire]) => wire).filter((wire) => wire !== 0));
  const [wire] = wires;
  if (wires.size !== 1 || wire === undefined) return undefined;
  const value = (side: Combination, bit: bigint): bigint =>
    side.reduce((sum, [w, coefficient]) => sum + (w === 0 ? coefficient : coefficient * bit), 0n);
  const gap = (bit: bigint): bigint => mod(value(a, bit) * value(b, bit) - value(c, bit));
  // A polynomial of degree two has no third root.
  return gap(0n) === 0n && gap(1n) === 0n && gap(2n) !== 0n && gap(3n) !== 0n ? wire : undefined;
}

/**
 * Scales terms so that each sum of them is made in one way only: every weight exceeds what all smaller ones can add up
 * to, and the whole stays below half the field. Powers of two that do not overlap are the usual case.
 *
 * @returns the digits, heaviest first, with the factor they were scaled by; undefined when the sum is ambiguous.
 */
export function uniqueDigits(
  terms: readonly (readonly [wire: number, coefficient: bigint])[],
  ranges: ReadonlyMap<number, Interval>,
): { digits: Digit[]; scale: bigint } | undefined {
  for (const scale of scales(terms)) {
    const digits = terms.flatMap(([wire, coefficient]) => {
      const range = ranges.get(wire);
      return range === undefined ? [] : [{ wire, weight: signed(coefficient * scale), ...range }];
    });
    if (digits.length !== terms.length) return undefined;
    digits.sort((x, y) => (magnitude(x.weight) < magnitude(y.weight) ? 1 : -1));
    if (isSuperincreasing(digits)) return { digits, scale };
  }
  return undefined;
}

/** Sum of an interval times an integer. */
export function scaled({ low, high }: Interval, by: bigint): Interval {
  return by >= 0n ? { low: low * by, high: high * by } : { low: high * by, high: low * by };
}

function isConstant(combination: Combination): boolean {
  return combination.every(([wire]) => wire === 0);
}

/** Factors that may turn the coefficients into small integers: the coefficients as they are, then each made one. */
function* scales(terms: readonly (readonly [number, bigint])[]): Generator<bigint> {
  yield 1n;
  const tried = new Set([1n]);
  for (const [, coefficient] of terms.slice(0, 4)) {
    const value = signed(coefficient);
    if (tried.has(magnitude(value))) continue;
    tried.add(magnitude(value));
    yield inverse(value);
  }
}

function isSuperincreasing(digits: readonly Digit[]): boolean {
  let below = 0n;
  for (const { weight, low, high } of digits.toReversed()) {
    if (magnitude(weight) <= below) return false;
    below += magnitude(weight) * (high - low);
    if (below > FIELD_ORDER / 2n) return false;
  }
  return true;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
