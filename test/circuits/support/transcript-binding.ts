import { determined, propagationOf, wiresOf } from "./determined.ts";
import type { Interval } from "./linear-form.ts";
import { type Permutation, permutationsOf } from "./permutations.ts";
import { inferRanges } from "./ranges.ts";
import type { Layout } from "./tiny-circuit.ts";

/** A constraint system cut in two at its challenge. */
export interface Cut {
  /** Wire of the challenge. */
  readonly challenge: number;
  /** Row that computes the challenge from the inside of its last permutation. */
  readonly definition: number;
  /** Wires that exist before the challenge is known. */
  readonly before: ReadonlySet<number>;
  /** Rows that use the challenge or a wire that only it determines. */
  readonly rowsAfter: ReadonlySet<number>;
  readonly permutations: readonly Permutation[];
  readonly ranges: ReadonlyMap<number, Interval>;
}

/** What a challenge depends on, against what the rows after it use. */
export interface Binding {
  /** Wires that rows after the challenge use although they are no functions of it or of what it absorbed. */
  readonly unbound: readonly string[];
  /** Public signals that the challenge does not bind. */
  readonly unboundPublic: readonly string[];
  /** Number of wires that rows after the challenge use. */
  readonly used: number;
}

/**
 * Digests that rows outside the hash compute with. In a circuit whose only use of a digest is to publish it there are
 * none; in a circuit with a challenge it is the challenge.
 */
export function challengesOf(layout: Layout): Permutation[] {
  const permutations = permutationsOf(layout);
  const inside = new Set(permutations.flatMap(({ rows }) => rows));
  const used = new Set<number>();
  layout.r1cs.constraints.forEach((row, index) => {
    if (!inside.has(index)) for (const wire of wiresOf(row)) used.add(wire);
  });
  return permutations.filter(({ output }) => used.has(output));
}

/**
 * Cuts a system at its challenge: what its inputs determine without the challenge is before it, the rest after it.
 *
 * @throws Error when there is not exactly one challenge.
 */
export function cutAtChallenge(layout: Layout): Cut {
  const { r1cs } = layout;
  const [last, second] = challengesOf(layout);
  if (last === undefined || second !== undefined) throw new Error("not a circuit with one challenge");
  const challenge = last.output;
  const ranges = inferRanges(r1cs);
  const own = new Set(last.rows);
  const inputs = Array.from({ length: r1cs.publicInputs + r1cs.privateInputs }, (_, i) => 1 + r1cs.outputs + i);
  const before = determined(
    propagationOf(r1cs, ranges, (_, index) => !own.has(index)),
    inputs,
  );
  for (const index of own) for (const wire of wiresOf(rowAt(layout, index))) before.add(wire);
  before.delete(challenge);

  const rowsAfter = new Set<number>();
  r1cs.constraints.forEach((row, index) => {
    if (!own.has(index) && [...wiresOf(row)].some((wire) => !before.has(wire))) rowsAfter.add(index);
  });
  const definition = last.rows.find((index) => wiresOf(rowAt(layout, index)).has(challenge)) ?? -1;
  return { challenge, definition, before, rowsAfter, permutations: permutationsOf(layout), ranges };
}

/**
 * Strong Fiat-Shamir, checked on the constraints: every wire that a row after the challenge uses, and every public
 * signal, is a function of what the challenge was made of. Otherwise a prover picks it after the challenge is known.
 *
 * A digest binds what was absorbed (collision resistance), a packed word binds the values whose ranges make the packing
 * unique. Rows after the challenge bind nothing: they are what the challenge is there for.
 */
export function transcriptBinding(layout: Layout): Binding {
  const { r1cs } = layout;
  const { challenge, before, rowsAfter, permutations, ranges } = cutAtChallenge(layout);
  const bound = determined(
    propagationOf(r1cs, ranges, (_, index) => !rowsAfter.has(index)),
    [challenge],
    new Map(permutations.map(({ output, inputs }) => [output, inputs])),
  );
  const used = new Set<number>();
  for (const index of rowsAfter) {
    for (const wire of wiresOf(rowAt(layout, index))) if (before.has(wire)) used.add(wire);
  }
  const publicWires = Array.from({ length: r1cs.outputs + r1cs.publicInputs }, (_, i) => i + 1);
  return {
    unbound: namesOf(
      layout,
      [...used].filter((wire) => !bound.has(wire)),
    ),
    unboundPublic: namesOf(
      layout,
      publicWires.filter((wire) => !bound.has(wire)),
    ),
    used: used.size,
  };
}

function rowAt({ r1cs }: Layout, index: number): (typeof r1cs.constraints)[number] {
  const row = r1cs.constraints[index];
  if (row === undefined) throw new Error(`there is no row ${index}`);
  return row;
}

/** First name of each wire. */
export function namesOf({ wires }: Layout, wanted: readonly number[]): string[] {
  const names = new Map<number, string>();
  for (const [name, wire] of wires) if (!names.has(wire)) names.set(wire, name);
  return wanted.map((wire) => names.get(wire) ?? `wire ${wire}`);
}
