import { isDeepStrictEqual } from "node:util";

import { readManifest } from "@corex/sdk/circuits/manifest";

import type { ConstraintCounts } from "../circuits/lib/circom.ts";
import { linearStepKConstraints } from "../circuits/lib/constraint-formula.ts";
import { countInstance } from "../circuits/lib/count-constraints.ts";
import { checkBenchmark, readGadgets } from "../circuits/lib/gadgets.ts";
import { mlpGradientConstraints, mlpStepConstraints, mlpStepWork } from "../circuits/lib/mlp-constraint-formula.ts";

/** Field elements that one permutation absorbs, and bits of values in each of them. */
const RATE = 16;
const BITS_PER_ELEMENT = 252;
const FRACTION_BITS = 4;

/** The format of the network. */
const B = 16;
const F = 8;
const T = 4;

/** Sizes that the compiler would take an hour for. */
const LINEAR_LARGE = { m: 256, d: 784, k: 10, BX: 8, B, F, T } as const;
const MLP_LARGE = { m: 256, d: 256, h: 64, k: 10, B, F, T } as const;

/** A circuit with its constraints and the multiply-accumulates that one proof attests to. */
export interface CircuitCount {
  readonly name: string;
  readonly constraints: ConstraintCounts;
  readonly workUnits: number;
  /** Where the count comes from: pinned in the manifest or in the gadgets, or by the formula. */
  readonly source: "circuits.json" | "gadgets.json" | "formula";
}

/** Constraints of what is measured. */
export interface ConstraintReport {
  /** The circuits of the manifest, which have keys. */
  readonly circuits: readonly CircuitCount[];
  /** Circuits of realistic sizes, which have none. */
  readonly sizes: readonly CircuitCount[];
  /** Non-linear constraints of one more committed value: range, packing and hash. */
  readonly perValue: Readonly<Record<"16 bit" | "8 bit", number>>;
  /** Non-linear constraints of one more activation: rescaling, rectifier, mask and its share of the transcript. */
  readonly perActivation: number;
}

/**
 * Reads the counts that the manifests pin, and counts what one more value and one more activation cost.
 *
 * @param recompile whether the large circuits are compiled, which takes minutes, and not only read.
 * @throws Error when the compiler, the manifest and the formula do not agree.
 */
export function measureConstraints({ recompile = false } = {}): ConstraintReport {
  const circuits = Object.entries(readManifest().circuits).map(([name, { constraints, workUnits }]) => {
    return { name, constraints, workUnits, source: "circuits.json" } as const;
  });
  return {
    circuits,
    sizes: [...pinnedSizes(recompile), ...formulaSizes()],
    perValue: { "16 bit": perValue(16), "8 bit": perValue(8) },
    perActivation: perActivation(),
  };
}

/** Constraints, non-linear alone, for each multiply-accumulate. */
export function perMultiplication({ constraints, workUnits }: Omit<CircuitCount, "name" | "source">): number {
  return constraints.nonLinear / workUnits;
}

/** The benchmark circuits as pinned; the formula has to give the same. */
export function pinnedSizes(recompile = false): CircuitCount[] {
  return Object.entries(readGadgets().benchmarks).map(([name, entry]) => {
    const { constraints, workUnits, instance } = entry;
    const problems = recompile ? checkBenchmark(name, entry) : [];
    if (!isDeepStrictEqual(formulaOf(instance), constraints)) problems.push(`${name}: the formula gives another count`);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    return { name, constraints, workUnits, source: "gadgets.json" } as const;
  });
}

function formulaSizes(): CircuitCount[] {
  const { m, d, k } = LINEAR_LARGE;
  const linear = linearStepKConstraints(LINEAR_LARGE);
  const source = "formula";
  return [
    { name: "linear-step-k-256x784x10-x8", constraints: linear, workUnits: 2 * m * d * k, source },
    {
      name: "mlp-step-256x256x64x10",
      constraints: mlpStepConstraints(MLP_LARGE),
      workUnits: mlpStepWork(MLP_LARGE),
      source,
    },
  ];
}

/** Constraints by the formula of an instance such as `MlpStep(64, 64, 32, 10, 16, 8, 4)`. */
export function formulaOf(instance: string): ConstraintCounts {
  const [, name, list = ""] = /^(\w+)\(([\d, ]+)\)$/.exec(instance) ?? [];
  const params = list.split(",").map(Number);
  const at = (index: number): number => params[index] ?? Number.NaN;
  const [m, d] = [at(0), at(1)];
  switch (name) {
    case "LinearStepK":
      return linearStepKConstraints({ m, d, k: at(2), BX: at(3), B: at(4), F: at(5), T: at(6) });
    case "MlpStep":
      return mlpStepConstraints({ m, d, h: at(2), k: at(3), B: at(4), F: at(5), T: at(6) });
    case "MlpGradient":
      return mlpGradientConstraints({ m, d, h: at(2), k: at(3), B: at(4), F: at(5) });
    default:
      throw new Error(`there is no formula for ${instance}`);
  }
}

/** The slope between two tensors that differ by the values of exactly one permutation: the fixed part cancels. */
function perValue(bits: number): number {
  const step = RATE * Math.floor(BITS_PER_ELEMENT / bits);
  const of = (values: number): number =>
    countInstance("commit_tensor", `CommitTensor(1, ${values}, 1, ${bits}, ${FRACTION_BITS})`).nonLinear;
  return (of(2 * step) - of(step)) / step;
}

/** The slope of the rectifier between layers of whole words, and of the transcript that absorbs these words. */
function perActivation(): number {
  const perWord = Math.floor(BITS_PER_ELEMENT / (B + F));
  const layer = (values: number): number =>
    countInstance("relu_layer", `ReluLayer(1, ${values}, ${B}, ${F})`).nonLinear;
  const transcript = (words: number): number => countInstance("challenge", `Challenge(${words})`).nonLinear;
  return (layer(2 * perWord) - layer(perWord)) / perWord + (transcript(2 * RATE) - transcript(RATE)) / (RATE * perWord);
}
