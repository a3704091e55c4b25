import { type Interval, type LinearForm, linearForm, uniqueDigits } from "./linear-form.ts";
import { type Constraint, type R1cs } from "./r1cs.ts";

/** Rows in the form that propagation needs, computed once per constraint system. */
export interface Propagation {
  readonly rows: readonly PropagationRow[];
  readonly ranges: ReadonlyMap<number, Interval>;
}

interface PropagationRow {
  readonly index: number;
  readonly wires: readonly number[];
  readonly linear: LinearForm | undefined;
  readonly row: Constraint;
}

/** Prepares propagation over the rows that `keep` lets through. */
export function propagationOf(
  r1cs: R1cs,
  ranges: ReadonlyMap<number, Interval>,
  keep: (row: Constraint, index: number) => boolean = () => true,
): Propagation {
  const rows = r1cs.constraints.flatMap((row, index): PropagationRow[] => {
    if (!keep(row, index)) return [];
    const wires = [...wiresOf(row)];
    return [{ index, wires, linear: linearForm(row), row }];
  });
  return { rows, ranges };
}

/**
 * Wires that are functions of the known ones, whatever their values: a linear row with one unknown, a sum of unknown
 * digits that is made in one way only, a product of known factors.
 *
 * @param implied wires that become known with a wire, such as what a digest was made of.
 */
export function determined(
  { rows, ranges }: Propagation,
  initial: Iterable<number>,
  implied: ReadonlyMap<number, readonly number[]> = new Map(),
): Set<number> {
  const known = new Set<number>();
  const rowsOf = new Map<number, PropagationRow[]>();
  for (const row of rows) for (const wire of row.wires) rowsOf.set(wire, [...(rowsOf.get(wire) ?? []), row]);

  const queue = new Set<PropagationRow>();
  const learn = (first: Iterable<number>): void => {
    const pending = [...first];
    for (let wire = pending.pop(); wire !== undefined; wire = pending.pop()) {
      if (known.has(wire)) continue;
      known.add(wire);
      pending.push(...(implied.get(wire) ?? []));
      for (const row of rowsOf.get(wire) ?? []) queue.add(row);
    }
  };
  learn([0, ...initial]);
  // A row without a known wire can still pin its only one.
  for (const row of rows) queue.add(row);
  for (const row of queue) {
    queue.delete(row);
    learn(concluded(row, known, ranges));
  }
  return known;
}

/** Wires of a row without the constant. */
export function wiresOf({ a, b, c }: Constraint): Set<number> {
  const wires = new Set([...a, ...b, ...c].map(([wire]) => wire));
  wires.delete(0);
  return wires;
}

function concluded(
  { linear, row, wires }: PropagationRow,
  known: ReadonlySet<number>,
  ranges: ReadonlyMap<number, Interval>,
): number[] {
  if (linear !== undefined) {
    const unknown = [...linear].filter(([wire]) => !known.has(wire));
    if (unknown.length <= 1) return unknown.map(([wire]) => wire);
    if (!unknown.every(([wire]) => ranges.has(wire))) return [];
    return uniqueDigits(unknown, ranges) === undefined ? [] : unknown.map(([wire]) => wire);
  }
  const unknown = wires.filter((wire) => !known.has(wire));
  const isFactor = (wire: number): boolean => [...row.a, ...row.b].some(([other]) => other === wire);
  // A factor is not concluded from its product: the other factor may be zero.
  return unknown.length === 1 && unknown.every((wire) => !isFactor(wire)) ? unknown : [];
}
