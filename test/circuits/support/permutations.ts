import { wiresOf } from "./determined.ts";
import { linearForm } from "./linear-form.ts";
import type { R1cs } from "./r1cs.ts";
import type { Layout } from "./tiny-circuit.ts";

/** One Poseidon permutation inside a constraint system. */
export interface Permutation {
  /** Full name of its component. */
  readonly name: string;
  /** Wires that it absorbs; lanes that are constants have none. */
  readonly inputs: readonly number[];
  readonly output: number;
  /** Rows of its inside, the one that defines the output included. */
  readonly rows: readonly number[];
}

/** Signals that only Poseidon16 has. */
const INSIDE = /^(.*)\.(?:full|part)[245]\[/;

/** Every permutation of a constraint system, found by the names of its inner signals. */
export function permutationsOf({ r1cs, wires }: Layout): Permutation[] {
  const componentOf = new Map<number, string>();
  for (const [name, wire] of wires) {
    const component = INSIDE.exec(name)?.[1];
    if (component !== undefined && wire > 0) componentOf.set(wire, component);
  }
  const rowsOf = new Map<string, number[]>();
  r1cs.constraints.forEach((row, index) => {
    for (const wire of wiresOf(row)) {
      const component = componentOf.get(wire);
      if (component === undefined) continue;
      rowsOf.set(component, [...(rowsOf.get(component) ?? []), index]);
      break;
    }
  });
  return [...rowsOf].map(([name, rows]) => describePermutation(r1cs, name, rows, componentOf));
}

function describePermutation(
  r1cs: R1cs,
  name: string,
  rows: readonly number[],
  componentOf: ReadonlyMap<number, string>,
): Permutation {
  const outside = (index: number): number[] => {
    const row = r1cs.constraints[index];
    return row === undefined ? [] : [...wiresOf(row)].filter((wire) => componentOf.get(wire) !== name);
  };
  const isLinear = (index: number): boolean => {
    const row = r1cs.constraints[index];
    return row !== undefined && linearForm(row) !== undefined;
  };
  const outputs = new Set(rows.filter(isLinear).flatMap(outside));
  const [output] = outputs;
  // An output that nothing uses has no wire of its own.
  if (output === undefined || outputs.size > 1) throw new Error(`${name} has ${outputs.size} outputs`);
  const inputs = new Set(rows.filter((index) => !isLinear(index)).flatMap(outside));
  return { name, inputs: [...inputs], output, rows };
}
