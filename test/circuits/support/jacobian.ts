import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { type Combination, evaluate, mod, type R1cs } from "./r1cs.ts";

type Row = Map<number, bigint>;

/** Wires that a prover chooses: all but the constant and the inputs. `extra` inputs are counted as chosen, too. */
export function freeWires(r1cs: R1cs, extra: readonly number[] = []): number[] {
  const inputs = 1 + r1cs.outputs + r1cs.publicInputs + r1cs.privateInputs;
  const isInput = (wire: number): boolean => wire > r1cs.outputs && wire < inputs;
  return Array.from({ length: r1cs.wires - 1 }, (_, i) => i + 1).filter(
    (wire) => !isInput(wire) || extra.includes(wire),
  );
}

/**
 * Rank over the field of the derivative of all constraints by the free wires, at a valid witness.
 *
 * Full rank means that no free wire can move continuously while the inputs stay: it finds missing constraints. It does
 * not see discrete freedom such as a second decomposition into bits, which has its own tests.
 */
export function jacobianRank(
  r1cs: R1cs,
  witness: readonly bigint[],
  free: readonly number[],
): { rank: number; undetermined: number[] } {
  const isFree = new Set(free);
  const rows = r1cs.constraints.map(({ a, b, c }) => {
    // d(ab - c) = a db + b da - dc
    const row: Row = new Map();
    addScaled(row, a, evaluate(b, witness), isFree);
    addScaled(row, b, evaluate(a, witness), isFree);
    addScaled(row, c, -1n, isFree);
    return row;
  });
  // Short rows first: they become pivots that fill in little.
  rows.sort((x, y) => x.size - y.size);

  const pivots = new Map<number, Row>();
  for (const row of rows) eliminate(row, pivots);
  return { rank: pivots.size, undetermined: free.filter((wire) => !pivots.has(wire)) };
}

function addScaled(row: Row, combination: Combination, factor: bigint, isFree: ReadonlySet<number>): void {
  for (const [wire, coefficient] of combination) {
    if (isFree.has(wire)) set(row, wire, (row.get(wire) ?? 0n) + coefficient * factor);
  }
}

/** Reduces a row by the pivots and, if something is left, makes it the pivot of one of its wires. */
function eliminate(row: Row, pivots: Map<number, Row>): void {
  for (let wire = pivotIn(row, pivots); wire !== undefined; wire = pivotIn(row, pivots)) {
    const factor = row.get(wire) ?? 0n;
    for (const [other, value] of pivots.get(wire) ?? []) set(row, other, (row.get(other) ?? 0n) - factor * value);
  }
  const [first] = row.keys();
  if (first === undefined) return;
  const scale = inverse(row.get(first) ?? 0n);
  for (const [wire, value] of row) set(row, wire, value * scale);
  pivots.set(first, row);
}

function pivotIn(row: Row, pivots: ReadonlyMap<number, Row>): number | undefined {
  for (const wire of row.keys()) if (pivots.has(wire)) return wire;
  return undefined;
}

function set(row: Row, wire: number, value: bigint): void {
  const reduced = mod(value);
  if (reduced === 0n) row.delete(wire);
  else row.set(wire, reduced);
}

/** Inverse modulo p by the extended Euclidean algorithm. */
export function inverse(value: bigint): bigint {
  let [r0, r1, s0, s1] = [FIELD_ORDER, mod(value), 0n, 1n];
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - quotient * r1, s1, s0 - quotient * s1];
  }
  return mod(s0);
}
