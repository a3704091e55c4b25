import { mod } from "./r1cs.ts";
import type { Random } from "./random.ts";
import type { Matrix } from "./reference.ts";
import type { Inputs, Layout, TinyCircuit } from "./tiny-circuit.ts";

/** Values of input signals by name: numbers, vectors or matrices of integers, negative ones as they are. */
export type Values = Readonly<Record<string, bigint | readonly bigint[] | Matrix>>;

/** A small instance of a template with what its tests have to know about it. */
export interface Instance extends TinyCircuit {
  /** Inputs that are nobody's function. */
  readonly truths: readonly Values[];
  /** Inputs that exceed a range, or whose results do: no claims make a proof of them. */
  readonly excesses?: readonly Values[];
  /** All inputs: the given ones and the claims that belong to them, whether they are in range or not. */
  complete(truth: Values): Values;
  /** Names of the inputs that are claimed to be functions of the others. */
  readonly claims: readonly string[];
  /** Quotients with their remainders and the shift between them, which a forger moves against each other. */
  readonly shifts?: readonly (readonly [quotient: string, remainder: string, shift: number])[];
  /** Instances of the same source that exceed a bound: they must not compile. */
  readonly refused?: readonly string[];
  /** Whether it draws a challenge. */
  readonly challenge?: boolean;
}

/** Each integer of the inputs with the full name of its signal. */
export function flatten(values: Values): [name: string, value: bigint][] {
  const visit = (name: string, value: Values[string] | bigint): [string, bigint][] =>
    typeof value === "bigint"
      ? [[name, value]]
      : value.flatMap((entry: bigint | readonly bigint[], i) => visit(`${name}[${i}]`, entry));
  return Object.entries(values).flatMap(([name, value]) => visit(`main.${name}`, value));
}

/** Inputs as the generator wants them: reduced modulo p. */
export function reduced(values: Values): Inputs {
  const visit = (value: Values[string] | bigint): unknown =>
    typeof value === "bigint" ? mod(value) : value.map((entry: bigint | readonly bigint[]) => visit(entry));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, visit(value)]));
}

/** Wires of the given inputs with their values. */
export function given({ wires }: Layout, values: Values, without: readonly string[] = []): Map<number, bigint> {
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !without.includes(name)));
  return new Map(
    flatten(kept).map(([name, value]) => {
      const wire = wires.get(name);
      if (wire === undefined) throw new Error(`there is no signal ${name}`);
      return [wire, mod(value)];
    }),
  );
}

/** Wires of the inputs that are claimed to be functions of the others. */
export function claimWires({ wires }: Layout, claims: readonly string[]): number[] {
  return [...wires].flatMap(([name, wire]) => (wire > 0 && isEntryOf(claims, name) ? [wire] : []));
}

/** Whether a signal is one of the given inputs of the main component, or an entry of one. */
export function isEntryOf(inputs: readonly string[], signal: string): boolean {
  return inputs.some((input) => signal === `main.${input}` || signal.startsWith(`main.${input}[`));
}

/** Replaces one entry, given by its full name. */
export function withEntry(values: Values, name: string, change: (value: bigint) => bigint): Values {
  const visit = (path: string, value: Values[string] | bigint): Values[string] =>
    typeof value === "bigint"
      ? path === name
        ? change(value)
        : value
      : (value.map((entry: bigint | readonly bigint[], i) => visit(`${path}[${i}]`, entry)) as Values[string]);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, visit(`main.${key}`, value)]));
}

/** A matrix of values of at most `scale`. */
export function drawMatrix(random: Random, rows: number, columns: number, scale: bigint): bigint[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.between(-scale, scale)));
}

/** A vector of values of at most `scale`. */
export function drawVector(random: Random, length: number, scale: bigint): bigint[] {
  return Array.from({ length }, () => random.between(-scale, scale));
}

/** One entry of an input as a vector or matrix. */
export function vectorOf(values: Values, name: string): readonly bigint[] {
  const value = values[name];
  if (value === undefined || typeof value === "bigint") throw new Error(`${name} is no vector`);
  return value.map((entry) => {
    if (typeof entry !== "bigint") throw new Error(`${name} is no vector`);
    return entry;
  });
}

export function matrixOf(values: Values, name: string): Matrix {
  const value = values[name];
  if (value === undefined || typeof value === "bigint") throw new Error(`${name} is no matrix`);
  return value.map((entry) => {
    if (typeof entry === "bigint") throw new Error(`${name} is no matrix`);
    return entry;
  });
}
