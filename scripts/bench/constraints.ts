import { readManifest, type CircuitEntry } from "@corex/sdk/circuits/manifest";

import { countInstance } from "../circuits/lib/count-constraints.ts";

/** Field elements that one permutation absorbs, and bits of values in each of them. */
const RATE = 16;
const BITS_PER_ELEMENT = 252;
const FRACTION_BITS = 4;

/** Constraints of what is measured, all non-linear. */
export interface ConstraintReport {
  readonly circuits: Readonly<Record<string, CircuitEntry["constraints"] & { readonly workUnits: number }>>;
  /** Non-linear constraints of one more committed value: range, packing and hash. */
  readonly perValue: Readonly<Record<"16 bit" | "8 bit", number>>;
}

/** Reads the counts that the manifest pins and measures the price of a committed value. */
export function measureConstraints(): ConstraintReport {
  const circuits = Object.entries(readManifest().circuits).map(
    ([key, { constraints, workUnits }]) => [key, { ...constraints, workUnits }] as const,
  );
  return { circuits: Object.fromEntries(circuits), perValue: { "16 bit": perValue(16), "8 bit": perValue(8) } };
}

/** The slope between two tensors that differ by the values of exactly one permutation: the fixed part cancels. */
function perValue(bits: number): number {
  const step = RATE * Math.floor(BITS_PER_ELEMENT / bits);
  return (constraintsOf(2 * step, bits) - constraintsOf(step, bits)) / step;
}

function constraintsOf(values: number, bits: number): number {
  return countInstance("commit_tensor", `CommitTensor(1, ${values}, 1, ${bits}, ${FRACTION_BITS})`).nonLinear;
}
