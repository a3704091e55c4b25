import type { Statement } from "./prove-statement.ts";
import type { CircuitInputs } from "./prover.ts";
import { type NamedSignals, signalCodec } from "./signals.ts";
import type { Committer, TrainingSecrets } from "./training-secrets.ts";

/** Public signals of every circuit that proves a gradient, in circuit order. The unit of the loss is that of the model. */
export const GRADIENT_SIGNALS = signalCodec(["weights", "gradient", "batch", "loss", "ctx"]);

export type GradientSignals = NamedSignals<"weights" | "gradient" | "batch" | "loss" | "ctx">;

/** What a gradient circuit computes: values in the order of the weights, in units of 2^(-F). */
export interface ComputedGradient {
  readonly gradient: bigint[];
  readonly loss: bigint;
}

export interface GradientStatement extends Statement<GradientSignals>, ComputedGradient {}

/** Commits to what was computed. Errors as `commitTensor`. */
export async function gradientStatement(
  { weights, ctx }: TrainingSecrets,
  commit: Committer,
  { gradient, loss }: ComputedGradient,
  inputs: CircuitInputs,
): Promise<GradientStatement> {
  const signals = {
    weights: await commit.weights(weights),
    gradient: await commit.gradient(gradient),
    batch: await commit.batch(),
    loss,
    ctx,
  };
  return { inputs, signals, publicSignals: GRADIENT_SIGNALS.encode(signals), gradient, loss };
}
