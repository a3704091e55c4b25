import type { ComputedGradient } from "./gradient-statement.ts";
import type { Statement } from "./prove-statement.ts";
import type { CircuitInputs } from "./prover.ts";
import { type NamedSignals, signalCodec } from "./signals.ts";
import type { Committer, TrainingSecrets } from "./training-secrets.ts";

/** Public signals of every circuit that proves a step on one batch, in circuit order. */
export const STEP_SIGNALS = signalCodec(["weights", "newWeights", "gradient", "batch", "loss", "ctx"]);

export type StepSignals = NamedSignals<"weights" | "newWeights" | "gradient" | "batch" | "loss" | "ctx">;

/** What a step circuit computes: values in the order of the weights, in units of 2^(-F). */
export interface ComputedStep extends ComputedGradient {
  readonly newWeights: bigint[];
}

export interface StepStatement extends Statement<StepSignals>, ComputedStep {}

/** Commits to what was computed. Errors as `commitTensor`. */
export async function stepStatement(
  { weights, ctx }: Pick<TrainingSecrets, "weights" | "ctx">,
  commit: Committer,
  { newWeights, gradient, loss }: ComputedStep,
  inputs: CircuitInputs,
): Promise<StepStatement> {
  const signals = {
    weights: await commit.weights(weights),
    newWeights: await commit.weights(newWeights),
    gradient: await commit.gradient(gradient),
    batch: await commit.batch(),
    loss,
    ctx,
  };
  return { inputs, signals, publicSignals: STEP_SIGNALS.encode(signals), newWeights, gradient, loss };
}
