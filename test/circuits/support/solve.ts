import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { wiresOf } from "./determined.ts";
import { inverse } from "./jacobian.ts";
import { type Digit, type Interval, linearForm, provenBit, signed, uniqueDigits } from "./linear-form.ts";
import { inferRanges } from "./ranges.ts";
import { type Combination, type Constraint, mod, type R1cs } from "./r1cs.ts";

/**
 * What the constraints say about some given wires, by exact deduction:
 * - `solved`: exactly one witness has these values, and here it is,
 * - `contradiction`: no witness has them,
 * - `open`: deduction ends before every wire is known.
 */
export type Solution =
  | { readonly kind: "solved"; readonly witness: readonly bigint[] }
  | { readonly kind: "contradiction"; readonly row: number }
  | { readonly kind: "open"; readonly partial: readonly (bigint | undefined)[]; readonly unknown: readonly number[] };

/** Rows prepared for solving; made once per constraint system. */
export interface Solver {
  readonly r1cs: R1cs;
  readonly ranges: ReadonlyMap<number, Interval>;
  readonly wires: readonly (readonly number[])[];
  readonly rowsOf: readonly (readonly number[])[];
  /** Rows whose sum of several unknowns can be taken apart. */
  readonly linear: readonly boolean[];
}

export function solverOf(r1cs: R1cs): Solver {
  const wires = r1cs.constraints.map((row) => [...wiresOf(row)]);
  const rowsOf: number[][] = Array.from({ length: r1cs.wires }, () => []);
  wires.forEach((list, row) => {
    for (const wire of list) rowsOf[wire]?.push(row);
  });
  const linear = r1cs.constraints.map((row) => provenBit(row) === undefined && linearForm(row) !== undefined);
  return { r1cs, ranges: inferRanges(r1cs), wires, rowsOf, linear };
}

/** Deduces as many wires as the given ones determine. */
export function solve(solver: Solver, given: ReadonlyMap<number, bigint>): Solution {
  const state = new Deduction(solver);
  for (const [wire, value] of given) if (!state.set(wire, mod(value))) return { kind: "contradiction", row: -1 };
  return state.run();
}

/** A sum `constant + factor * unknown` in one unknown. */
interface Affine {
  constant: bigint;
  factor: bigint;
}

class Deduction {
  readonly #solver: Solver;
  readonly #values: (bigint | undefined)[];
  readonly #unknown: number[];
  /** Rows with at most one unknown, and rows whose digits may be taken apart, which are dearer and come later. */
  readonly #ready: number[] = [];
  readonly #sums = new Set<number>();

  constructor(solver: Solver) {
    this.#solver = solver;
    this.#values = Array.from({ length: solver.r1cs.wires }, () => undefined);
    this.#values[0] = 1n;
    this.#unknown = solver.wires.map((wires) => wires.length);
    this.#unknown.forEach((count, row) => {
      if (count <= 1) this.#ready.push(row);
    });
  }

  /** Sets a wire; false when it has another value already. */
  set(wire: number, value: bigint): boolean {
    const old = this.#values[wire];
    if (old !== undefined) return old === value;
    this.#values[wire] = value;
    for (const row of this.#solver.rowsOf[wire] ?? []) {
      const left = (this.#unknown[row] ?? 0) - 1;
      this.#unknown[row] = left;
      if (left <= 1) this.#ready.push(row);
      else if (this.#solver.linear[row] === true) this.#sums.add(row);
    }
    return true;
  }

  run(): Solution {
    for (;;) {
      const row = this.#next();
      if (row === undefined) break;
      if (!this.#deduce(row)) return { kind: "contradiction", row };
    }
    const unknown = this.#values.flatMap((value, wire) => (value === undefined ? [wire] : []));
    if (unknown.length > 0) return { kind: "open", partial: this.#values, unknown };
    return { kind: "solved", witness: this.#values.map((value) => value ?? 0n) };
  }

  #next(): number | undefined {
    const ready = this.#ready.pop();
    if (ready !== undefined) return ready;
    for (const row of this.#sums) {
      this.#sums.delete(row);
      return row;
    }
    return undefined;
  }

  /** Draws the conclusion of one row; false when it cannot be satisfied. */
  #deduce(index: number): boolean {
    const row = this.#solver.r1cs.constraints[index];
    if (row === undefined) return true;
    const unknown = (this.#solver.wires[index] ?? []).filter((wire) => this.#values[wire] === undefined);
    return unknown.length <= 1 ? this.#deduceOne(row, unknown[0]) : this.#deduceDigits(row, unknown);
  }

  #deduceOne({ a, b, c }: Constraint, unknown: number | undefined): boolean {
    const [x, y, z] = [this.#affine(a, unknown), this.#affine(b, unknown), this.#affine(c, unknown)];
    const square = mod(x.factor * y.factor);
    const factor = mod(x.constant * y.factor + x.factor * y.constant - z.factor);
    const constant = mod(x.constant * y.constant - z.constant);
    if (unknown === undefined) return constant === 0n;
    // Two roots: a bit, for one. Left to other rows.
    if (square !== 0n) return true;
    if (factor === 0n) return constant === 0n;
    const scale = factor === 1n ? -1n : factor === FIELD_ORDER - 1n ? 1n : -inverse(factor);
    return this.set(unknown, mod(constant * scale));
  }

  #deduceDigits(row: Constraint, unknown: readonly number[]): boolean {
    if (!unknown.every((wire) => this.#solver.ranges.has(wire))) return true;
    const form = linearForm(row);
    if (form === undefined) return true;
    const terms = [...form].filter(([wire]) => this.#values[wire] === undefined);
    const unique = uniqueDigits(terms, this.#solver.ranges);
    if (unique === undefined) return true;
    let rest = 0n;
    for (const [wire, coefficient] of form) rest -= coefficient * (this.#values[wire] ?? 0n);
    return this.#takeApart(mod(rest * unique.scale), unique.digits);
  }

  /** Reads the digits of a sum off, heaviest first; false when no digits within their ranges add up to it. */
  #takeApart(sum: bigint, digits: readonly Digit[]): boolean {
    // The least sum is subtracted, so that every digit counts from zero.
    const least = digits.reduce((total, { weight, low, high }) => total + weight * (weight > 0n ? low : high), 0n);
    let rest = mod(sum - least);
    for (const { wire, weight, low, high } of digits) {
      const size = weight > 0n ? weight : -weight;
      const digit = rest / size > high - low ? high - low : rest / size;
      rest -= digit * size;
      if (!this.set(wire, mod(weight > 0n ? low + digit : high - digit))) return false;
    }
    return signed(rest) === 0n;
  }

  #affine(combination: Combination, unknown: number | undefined): Affine {
    let [constant, factor] = [0n, 0n];
    for (const [wire, coefficient] of combination) {
      if (wire === unknown) factor += coefficient;
      else constant += coefficient * (this.#values[wire] ?? 0n);
    }
    return { constant: mod(constant), factor: mod(factor) };
  }
}
