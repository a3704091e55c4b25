import {
  circuitParams,
  circuitTemplate,
  modelShape,
  type CircuitName,
  type CircuitTemplate,
} from "../circuits/circuit-params.ts";
import type { RoundBatchShape } from "../data/round-dataset.ts";
import { CorexError } from "../errors.ts";
import type { ModelShape } from "../math/model-shape.ts";

const EVALUATE: readonly CircuitTemplate[] = ["LinearEvaluate", "MlpEvaluate"];

/** What a circuit evaluates: a model of `shape`, on batches of m samples, with values of B bits of which F are fraction. */
export interface EvaluationFormat {
  readonly shape: ModelShape;
  readonly m: number;
  readonly B: number;
  readonly F: number;
}

/**
 * What a circuit evaluates, on batches of the given shape.
 *
 * @throws CorexError CIRCUIT_MISMATCH when it evaluates nothing, or batches of another shape.
 */
export function requireEvaluation(entry: CircuitName, batch: RoundBatchShape): EvaluationFormat {
  const template = circuitTemplate(entry);
  if (!EVALUATE.includes(template)) throw mismatch(entry, `is none of ${EVALUATE.join(", ")}`);
  const params: Readonly<Record<string, number>> = circuitParams(entry, template);
  const { m = 0, d, k, B = 0, F = 0 } = params;
  const given = [batch.m, batch.d, batch.k, batch.bits, batch.fraction].join(", ");
  if (given !== [m, d, k, B, F].join(", ")) throw mismatch(entry, `takes no batches of (m, d, k, B, F) = (${given})`);
  return { shape: modelShape(entry), m, B, F };
}

function mismatch({ name, params }: CircuitName, problem: string): CorexError {
  return new CorexError("CIRCUIT_MISMATCH", `${name}(${params.join(", ")}) ${problem}`, { retry: "after-change" });
}
