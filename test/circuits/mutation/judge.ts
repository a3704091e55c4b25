import { flatten, given, type Instance, isEntryOf, type Values, withEntry } from "../support/instance.ts";
import { localUniqueness } from "../support/local-uniqueness.ts";
import { satisfies, type R1cs } from "../support/r1cs.ts";
import { solve, type Solver, solverOf } from "../support/solve.ts";
import { namesOf, transcriptBinding } from "../support/transcript-binding.ts";
import type { Layout } from "../support/tiny-circuit.ts";
import type { Variant } from "./variant.ts";

/** An instance over the sources as they are. */
export interface Original {
  readonly instance: Instance;
  readonly variant: Variant;
  readonly solver: Solver;
  /** Witness and public signals of each truth. */
  readonly honest: readonly { readonly values: Values; readonly witness: readonly bigint[] }[];
}

/** How many honest vectors have their claims falsified one by one. */
const FALSIFIED = 2;

/** @throws Error when the original rejects a truth or accepts an excess: then nothing can be judged by them. */
export function originalOf(name: string, instance: Instance, variant: Variant): Original {
  const solver = solverOf(variant.r1cs);
  const honest = instance.truths.map((truth, i) => {
    const values = instance.complete(truth);
    const solution = solve(solver, given(variant, values));
    if (solution.kind !== "solved") throw new Error(`${name} does not prove its truth ${i}`);
    return { values, witness: solution.witness };
  });
  const original = { instance, variant, solver, honest };
  for (const [i, values] of falsehoods(original).entries()) {
    const { kind } = solve(solver, given(variant, values));
    if (kind !== "contradiction") throw new Error(`${name} does not reject its falsehood ${i}: ${kind}`);
  }
  return original;
}

/**
 * What gives a mutant away at one instance: an honest witness that it rejects, public signals that it changes, a forged
 * witness that it accepts and the original rejects, a wire that nothing determines, a wire that the challenge does not bind.
 *
 * @returns undefined when nothing does.
 */
export function give(original: Original, mutant: Variant): string | undefined {
  const inputs = flatten(original.honest[0]?.values ?? {});
  if (inputs.some(([name]) => !mutant.wires.has(name))) return "has other input signals";
  const solver = solverOf(mutant.r1cs);
  return (
    ignoredInput(original, mutant) ??
    honestDifference(original, mutant, solver) ??
    acceptedFalsehood(original, mutant, solver) ??
    looseClaim(original, mutant, solver) ??
    looseChallenge(original, mutant) ??
    looseWire(original, mutant)
  );
}

function ignoredInput({ variant }: Original, mutant: Variant): string | undefined {
  const mentioned = ({ constraints }: R1cs, wire: number): boolean =>
    constraints.some(({ a, b, c }) => [...a, ...b, ...c].some(([other]) => other === wire));
  const { outputs, publicInputs } = mutant.r1cs;
  for (let wire = outputs + 1; wire <= outputs + publicInputs; wire++) {
    if (mentioned(variant.r1cs, wire) && !mentioned(mutant.r1cs, wire)) return "a public input is in no constraint";
  }
  return undefined;
}

function honestDifference({ variant, solver: originalSolver, honest }: Original, mutant: Variant, solver: Solver) {
  for (const [i, { values, witness }] of honest.entries()) {
    const solution = solve(solver, given(mutant, values));
    if (solution.kind === "contradiction") return `rejects the honest witness ${i}`;
    if (solution.kind === "solved") {
      if (publicSignals(mutant, solution.witness) !== publicSignals(variant, witness)) {
        return `other public signals for the honest inputs ${i}`;
      }
      continue;
    }
    const forged = forge(mutant, solver, given(mutant, values), valuesByName(variant, witness), solution.unknown);
    if (forged === undefined) return `leaves ${namesOf(mutant, solution.unknown.slice(0, 1)).join()} undetermined`;
    const claim = new Map(given(variant, values));
    for (let wire = 1; wire <= variant.r1cs.outputs; wire++) claim.set(wire, forged[wire] ?? 0n);
    const isRejected = solve(originalSolver, claim).kind === "contradiction";
    return isRejected
      ? "accepts a forged witness"
      : `leaves ${namesOf(mutant, solution.unknown.slice(0, 1)).join()} free`;
  }
  return undefined;
}

function acceptedFalsehood(original: Original, mutant: Variant, solver: Solver): string | undefined {
  for (const [i, values] of falsehoods(original).entries()) {
    const solution = solve(solver, given(mutant, values));
    if (solution.kind === "solved" && satisfies(mutant.r1cs, solution.witness)) return `accepts the falsehood ${i}`;
  }
  return undefined;
}

/** Without a challenge, all claims follow from the other inputs by deduction. */
function looseClaim({ instance, honest }: Original, mutant: Variant, solver: Solver): string | undefined {
  if (instance.challenge === true || instance.claims.length === 0) return undefined;
  for (const { values } of honest) {
    const solution = solve(solver, given(mutant, values, instance.claims));
    if (solution.kind === "open") return `does not determine ${namesOf(mutant, solution.unknown.slice(0, 1)).join()}`;
  }
  return undefined;
}

function looseChallenge({ instance }: Original, mutant: Variant): string | undefined {
  if (instance.challenge !== true) return undefined;
  try {
    const { unbound, unboundPublic } = transcriptBinding(mutant);
    const [first] = [...unbound, ...unboundPublic];
    return first === undefined ? undefined : `the challenge does not bind ${first}`;
  } catch (error) {
    return error instanceof Error ? error.message : "no challenge";
  }
}

function looseWire({ instance, honest }: Original, mutant: Variant): string | undefined {
  const [first] = honest;
  if (first === undefined) return undefined;
  const complete = (): Values => first.values;
  const { free, rank, undetermined } = localUniqueness(mutant, { ...instance, complete }, first.values);
  return rank < free ? `Jacobian of rank ${rank} below ${free}: ${undetermined[0] ?? ""}` : undefined;
}

/** Inputs that prove nothing: beyond a range, or honest ones with one claim changed. */
function falsehoods({ instance, honest }: Original): Values[] {
  const excesses = (instance.excesses ?? []).map((truth) => instance.complete(truth));
  const changed = honest.slice(0, FALSIFIED).flatMap(({ values }) => [
    ...flatten(values)
      .filter(([name]) => isEntryOf(instance.claims, name))
      .flatMap(([name]) => [1n, -1n].map((by) => withEntry(values, name, (value) => value + by))),
    ...(instance.shifts ?? []).flatMap(([quotient, remainder, shift]) =>
      [1n, -1n].map((by) => {
        const entry = (name: string): string => flatten({ [name]: values[name] ?? 0n })[0]?.[0] ?? "";
        const moved = withEntry(values, entry(quotient), (value) => value + by);
        return withEntry(moved, entry(remainder), (value) => value - by * 2n ** BigInt(shift));
      }),
    ),
  ]);
  return [...excesses, ...changed];
}

/** A full witness in which the first undetermined wire that can has another value than in the honest one. */
function forge(
  mutant: Layout,
  solver: Solver,
  inputs: ReadonlyMap<number, bigint>,
  honest: ReadonlyMap<string, bigint>,
  unknown: readonly number[],
): readonly bigint[] | undefined {
  const names = namesOf(mutant, unknown);
  const usual = new Map(unknown.map((wire, i) => [wire, honest.get(names[i] ?? "") ?? 0n]));
  for (const wire of unknown.slice(0, 6)) {
    const value = usual.get(wire) ?? 0n;
    const chosen = new Map(inputs).set(wire, value === 1n ? 0n : value + 1n);
    for (let tries = 0; tries < 200; tries++) {
      const solution = solve(solver, chosen);
      if (solution.kind === "contradiction") break;
      if (solution.kind === "solved") {
        if (satisfies(mutant.r1cs, solution.witness)) return solution.witness;
        break;
      }
      const [next] = solution.unknown;
      if (next === undefined) break;
      chosen.set(next, usual.get(next) ?? 0n);
    }
  }
  return undefined;
}

function valuesByName({ wires }: Layout, witness: readonly bigint[]): Map<string, bigint> {
  return new Map([...wires].map(([name, wire]) => [name, witness[wire] ?? 0n]));
}

function publicSignals({ r1cs }: Layout, witness: readonly bigint[]): string {
  return witness.slice(1, 1 + r1cs.outputs + r1cs.publicInputs).join();
}
