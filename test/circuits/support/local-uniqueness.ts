import { claimWires, given, type Instance, type Values } from "./instance.ts";
import { freeWires, jacobianRank } from "./jacobian.ts";
import { type Combination, mod, type R1cs } from "./r1cs.ts";
import { solve, solverOf } from "./solve.ts";
import type { Layout } from "./tiny-circuit.ts";
import { cutAtChallenge, namesOf } from "./transcript-binding.ts";

/** Wires that can move continuously while the inputs that are nobody's function stay. */
export interface Uniqueness {
  readonly free: number;
  readonly rank: number;
  readonly undetermined: readonly string[];
}

/** Arbitrary points at which an identity in the challenge is checked: more than any polynomial of a small instance has roots. */
const POINTS = [0x1d3f5n, 0x2a7c9b1n, 0x35e1f7d20bn, 0x4c9d1e6f8a3b57n] as const;

/**
 * Rank of the Jacobian at an honest witness with all claims free, such as gradients, remainders and activations.
 *
 * An equation with a challenge stands for an identity of polynomials: one equation at one point says little about the
 * claims, and that no prover solves it for the point that the claims hash to is what the hash is for. So its rows are
 * taken at several points at once, each a constant, with the claims in common.
 *
 * @throws Error when the values have no witness.
 */
export function localUniqueness(layout: Layout, instance: Instance, truth: Values): Uniqueness {
  const values = instance.complete(truth);
  const claims = claimWires(layout, instance.claims);
  const { r1cs, names } = instance.challenge === true ? atManyPoints(layout) : { r1cs: layout.r1cs, names: layout };
  const solution = solve(solverOf(r1cs), given(layout, values));
  if (solution.kind === "contradiction") throw new Error(`no witness: row ${solution.row} contradicts the inputs`);
  if (solution.kind === "open") {
    return {
      free: r1cs.wires,
      rank: r1cs.wires - solution.unknown.length,
      undetermined: namesOf(names, solution.unknown),
    };
  }
  const free = freeWires(r1cs, claims);
  const { rank, undetermined } = jacobianRank(r1cs, solution.witness, free);
  return { free: free.length, rank, undetermined: namesOf(names, undetermined) };
}

/** The system with the rows after the challenge repeated at several points. */
export function atManyPoints(layout: Layout): { r1cs: R1cs; names: Layout } {
  const { r1cs } = layout;
  const { challenge, definition, before, rowsAfter } = cutAtChallenge(layout);
  const after = Array.from({ length: r1cs.wires }, (_, wire) => wire).filter(
    (wire) => wire !== 0 && wire !== challenge && !before.has(wire),
  );
  const place = new Map(after.map((wire, i) => [wire, i]));
  const constraints = r1cs.constraints.filter((_, index) => index !== definition && !rowsAfter.has(index));
  POINTS.forEach((point, copy) => {
    const moved = (side: Combination): Combination =>
      side.map(([wire, coefficient]) => {
        if (wire === challenge) return [0, mod(coefficient * point)];
        const index = place.get(wire);
        // The first copy keeps its wires.
        return [index === undefined || copy === 0 ? wire : r1cs.wires + (copy - 1) * after.length + index, coefficient];
      });
    for (const index of rowsAfter) {
      const row = r1cs.constraints[index];
      if (row !== undefined) constraints.push({ a: moved(row.a), b: moved(row.b), c: moved(row.c) });
    }
  });
  // The challenge itself is pinned: it has become a constant.
  constraints.push({ a: [], b: [], c: [[challenge, 1n]] });
  const extended = { ...r1cs, wires: r1cs.wires + (POINTS.length - 1) * after.length, constraints };
  return { r1cs: extended, names: { ...layout, r1cs: extended } };
}
