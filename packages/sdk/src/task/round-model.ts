import {
  type CircuitName,
  circuitParams,
  type CircuitTemplate,
  circuitTemplate,
  modelShape,
} from "../circuits/circuit-params.ts";
import { CorexError } from "../errors.ts";
import type { ModelShape } from "../math/model-shape.ts";

/** The circuits of a round task; without `evaluate` no held-out shard is evaluated. */
export interface RoundCircuits<C> {
  readonly gradient: C;
  readonly apply: C;
  readonly evaluate?: C;
}

/** What the circuits of a round task compute on, together. */
export interface RoundModel {
  readonly shape: ModelShape;
  /** Samples in a batch. */
  readonly m: number;
  /** Bits of a signed value. */
  readonly B: number;
  /** Fraction bits of a value. */
  readonly F: number;
  /** The learning rate is 2^(-T). */
  readonly T: number;
  /** Gradients of a round. */
  readonly lanes: number;
}

const GRADIENT: readonly CircuitTemplate[] = ["LinearGradient", "LinearGradientK", "MlpGradient"];
const EVALUATE: readonly CircuitTemplate[] = ["LinearEvaluate", "MlpEvaluate"];

/**
 * The model that the circuits of a round task share.
 *
 * @throws CorexError CIRCUIT_MISMATCH when a circuit does not do what its place asks for, the circuits disagree on shape,
 * batch or format, or features have a width of their own, which round datasets do not.
 */
export function roundModel({ gradient, apply, evaluate }: RoundCircuits<CircuitName>): RoundModel {
  const { N, B, F, T } = circuitParams(apply, "ApplyStep");
  const shape = modelShape(apply);
  const { m } = requireBatchCircuit(gradient, GRADIENT, { shape, B, F });
  if (evaluate !== undefined) requireBatchCircuit(evaluate, EVALUATE, { shape, m, B, F });
  return { shape, m, B, F, T, lanes: N };
}

/** Checks a circuit that takes a batch against what is known of the model. */
function requireBatchCircuit(
  circuit: CircuitName,
  templates: readonly CircuitTemplate[],
  expected: Pick<RoundModel, "shape" | "B" | "F"> & { readonly m?: number },
): { m: number } {
  const template = circuitTemplate(circuit);
  if (!templates.includes(template)) throw mismatch(circuit, `is none of ${templates.join(", ")}`);
  const params: Readonly<Record<string, number>> = circuitParams(circuit, template);
  const { m = 0, B, F, BX = B } = params;
  const agrees =
    B === expected.B &&
    F === expected.F &&
    BX === B &&
    m === (expected.m ?? m) &&
    describe(modelShape(circuit)) === describe(expected.shape);
  if (!agrees) {
    const batch = expected.m === undefined ? "" : ` on batches of ${expected.m}`;
    throw mismatch(
      circuit,
      `is not of a ${describe(expected.shape)} in ${expected.B} bits with ${expected.F} fraction bits${batch}`,
    );
  }
  return { m };
}

/** A shape in words; equal for equal shapes. */
function describe(shape: ModelShape): string {
  return shape.kind === "linear"
    ? `linear model ${shape.d} x ${shape.k}`
    : `perceptron ${shape.d} x ${shape.h} x ${shape.k}`;
}

function mismatch({ name, params }: CircuitName, problem: string): CorexError {
  return new CorexError("CIRCUIT_MISMATCH", `${name}(${params.join(", ")}) ${problem}`, { retry: "after-change" });
}
