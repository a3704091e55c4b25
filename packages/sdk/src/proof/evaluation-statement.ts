import type { EvaluationResult } from "../math/evaluate-linear.ts";
import type { Statement } from "./prove-statement.ts";
import type { CircuitInputs } from "./prover.ts";
import { type NamedSignals, signalCodec } from "./signals.ts";
import type { Committer, TrainingSecrets } from "./training-secrets.ts";

/** Public signals of every circuit that evaluates a model on a batch, in circuit order. */
export const EVALUATION_SIGNALS = signalCodec(["weights", "batch", "loss", "correct", "ctx"]);

export type EvaluationSignals = NamedSignals<"weights" | "batch" | "loss" | "correct" | "ctx">;

export interface EvaluationStatement extends Statement<EvaluationSignals>, EvaluationResult {}

/** Commits to what was evaluated. Errors as `commitTensor`. */
export async function evaluationStatement(
  { weights, ctx }: TrainingSecrets,
  commit: Committer,
  result: EvaluationResult,
  inputs: CircuitInputs,
): Promise<EvaluationStatement> {
  const signals = {
    weights: await commit.weights(weights),
    batch: await commit.batch(),
    loss: result.loss,
    correct: BigInt(result.correct),
    ctx,
  };
  return { ...result, inputs, signals, publicSignals: EVALUATION_SIGNALS.encode(signals) };
}
