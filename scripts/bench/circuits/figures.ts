import type { CircuitEntry } from "@corex/sdk/circuits/manifest";
import { countSignals } from "@corex/sdk/circuits/manifest";

import { type ConstraintReport, perMultiplication } from "../constraints.ts";
import type { GasReport } from "../snapshot.ts";
import type { TimeReport } from "./times.ts";

/** A proof: a point of G1, one of G2, one of G1. */
export const PROOF_BYTES = 64 + 128 + 64;

/** Bytes of a verification key as points: alpha; beta, gamma and delta; one point for each public signal and one more. */
export function keyBytes({ publicSignals }: Pick<CircuitEntry, "publicSignals">): number {
  return 64 + 3 * 128 + 64 * (countSignals(publicSignals) + 1);
}

/** Gas of a batch for each proof or fragment in it; undefined where there is no batch of that size. */
export interface BatchRow {
  readonly size: number;
  readonly verify: number | undefined;
  readonly submit: number | undefined;
  readonly relayed: number | undefined;
}

const BATCH = /^(?:verify|submit) batch: (\d+)\b/;

/** What batches cost, by size, ascending. */
export function batchRows(gas: GasReport): BatchRow[] {
  const sizes = Object.keys(gas).flatMap((operation) => {
    const size = BATCH.exec(operation)?.[1];
    return size === undefined ? [] : [Number(size)];
  });
  const each = (operation: string, size: number): number | undefined => {
    const whole = gas[operation];
    return whole === undefined ? undefined : Math.round(whole / size);
  };
  return [...new Set(sizes)]
    .sort((one, other) => one - other)
    .map((size) => ({
      size,
      verify: each(`verify batch: ${size} proofs`, size),
      submit: each(`submit batch: ${size}, one node, bonded, warm`, size),
      relayed: each(`submit batch: ${size}, one node, bonded, relayed, warm`, size),
    }));
}

/** A figure with what it should be at most. */
export interface Goal {
  readonly item: string;
  readonly measured: number;
  readonly target: number;
  /** Digits after the point. */
  readonly digits: number;
  readonly unit: "constraints" | "gas" | "ratio";
  /** Where a miss comes from, or what the figure covers. */
  readonly why: string;
}

export interface GoalSources {
  readonly constraints: ConstraintReport;
  readonly gas: GasReport;
  readonly times: TimeReport;
}

/** Every figure that has a target, met or not. @throws Error when one of them was not measured. */
export function goals({ constraints, gas, times }: GoalSources): Goal[] {
  return [...constraintGoals(constraints), proverGoal(times), ...gasGoals(gas)];
}

function constraintGoals({ circuits, sizes, perValue, perActivation }: ConstraintReport): Goal[] {
  const goal = { unit: "constraints", digits: 2 } as const;
  const mlp = named(sizes, "mlp-step-64x64x32x10");
  return [
    {
      ...goal,
      item: "committed value of 16 bit",
      measured: perValue["16 bit"],
      target: 18.6,
      why: "range, packing and hash",
    },
    {
      ...goal,
      item: "committed value of 8 bit",
      measured: perValue["8 bit"],
      target: 9.3,
      why: "range, packing and hash",
    },
    {
      ...goal,
      item: "activation",
      measured: perActivation,
      target: 29,
      why: "rescaling, rectifier, mask and its share of the transcript",
    },
    {
      ...goal,
      item: "MLP step 64/64/32/10, per multiply-accumulate",
      measured: perMultiplication(mlp),
      target: 1.5,
      why: "forward, backward, update and all commitments",
    },
    {
      ...goal,
      item: "linear step 16 x 16",
      measured: named(circuits, "linear-step-16x16").constraints.nonLinear,
      target: 9568,
      digits: 0,
      why: "the target is the count of the prototype",
    },
  ];
}

/** All circuits together: the ratio of one of them is within the noise of the machine. */
function proverGoal({ circuits }: TimeReport): Goal {
  const total = (what: "sdk" | "prove"): number => circuits.reduce((sum, times) => sum + times[what], 0);
  const ratios = circuits.map(({ sdk, prove }) => sdk / prove);
  const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} by circuit`;
  return {
    item: "SDK, prover running / `snarkjs groth16 prove`, all circuits",
    measured: total("sdk") / total("prove"),
    target: 1,
    digits: 2,
    unit: "ratio",
    why: `the SDK computes the witness as well, the command line starts a process; ${spread}`,
  };
}

const SUBMIT_BATCH =
  "of a fragment among 32: verifier 55,100, market 37,100 (three slots and an event 19,700), transaction and bytes 11,200, pay and credit 23,100, bond and permissions 8,100";
const RELAYED = "as above, and 8,700 for a signature: its check 4,800, its bytes 2,000, the rest in the market";

function gasGoals(gas: GasReport): Goal[] {
  const goal = (operation: string, target: number, why: string, per = 1): Goal => {
    const whole = gas[operation];
    if (whole === undefined) throw new Error(`${operation} is not in the snapshot`);
    const item = per === 1 ? operation : `${operation}, for each`;
    return { item, measured: Math.round(whole / per), target, digits: 0, unit: "gas", why };
  };
  return [
    goal(
      "verify alone: 6 public signals",
      215_000,
      "precompiles 219,200 at the price of the protocol, the transaction and its bytes 28,700",
    ),
    goal(
      "verify batch: 32 proofs",
      60_000,
      "precompiles 52,200, transaction and bytes 7,800, which is 60,065 already; the rest 2,900; met at 64",
      32,
    ),
    goal(
      "submit, market: warm",
      330_000,
      "verification and the transaction are 252,700 of it; the rest is in the profile above",
    ),
    goal("submit batch: 16, one node, bonded, warm", 125_000, SUBMIT_BATCH, 16),
    goal("submit batch: 32, one node, bonded, warm", 110_000, SUBMIT_BATCH, 32),
    goal("submit batch: 16, one node, bonded, relayed, warm", 125_000, RELAYED, 16),
    goal("submit batch: 32, one node, bonded, relayed, warm", 110_000, RELAYED, 32),
  ];
}

/** @throws Error when there is none of that name. */
export function named<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`${name} was not measured`);
  return found;
}
