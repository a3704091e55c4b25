import { CorexError } from "../errors.ts";
import type { ModelShape } from "../math/model-shape.ts";
import type { CircuitEntry } from "./manifest.ts";

/** What of a manifest entry says which circuit it is. */
export type CircuitName = Pick<CircuitEntry, "name" | "params">;

/** Names of the parameters of every circuit, in the order of the manifest. */
const PARAM_NAMES = {
  LinearStep: ["m", "d", "B", "F", "T"],
  LinearGradient: ["m", "d", "B", "F"],
  LinearGradientK: ["m", "d", "k", "BX", "B", "F"],
  LinearStepK: ["m", "d", "k", "BX", "B", "F", "T"],
  MlpGradient: ["m", "d", "h", "k", "B", "F"],
  MlpStep: ["m", "d", "h", "k", "B", "F", "T"],
  ApplyStep: ["N", "d", "h", "k", "B", "F", "T"],
  LinearEvaluate: ["m", "d", "k", "B", "F"],
  MlpEvaluate: ["m", "d", "h", "k", "B", "F"],
  LinearResiduals: ["m", "d", "B", "F"],
  LinearProgress: ["m", "d", "B", "F"],
} as const;

/** A circuit that the SDK knows. */
export type CircuitTemplate = keyof typeof PARAM_NAMES;

/** Parameters of a circuit by name, as in its source. A `h` of zero in ApplyStep stands for a linear model. */
export type CircuitParams<T extends CircuitTemplate> = Readonly<Record<(typeof PARAM_NAMES)[T][number], number>>;

/** The template of a manifest entry. @throws CorexError CIRCUIT_MISMATCH when the SDK does not know it. */
export function circuitTemplate({ name }: Pick<CircuitEntry, "name">): CircuitTemplate {
  if (Object.hasOwn(PARAM_NAMES, name)) return name as CircuitTemplate;
  throw new CorexError("CIRCUIT_MISMATCH", `${name} is none of ${Object.keys(PARAM_NAMES).join(", ")}`);
}

/** The model that a circuit works on. @throws CorexError CIRCUIT_MISMATCH when the SDK does not know the circuit. */
export function modelShape(entry: CircuitName): ModelShape {
  const { d, h = 0, k = 1 } = circuitParams(entry, circuitTemplate(entry)) as { d: number; h?: number; k?: number };
  return h === 0 ? { kind: "linear", d, k } : { kind: "mlp", d, h, k };
}

/**
 * Parameters of a circuit by name.
 *
 * @throws CorexError CIRCUIT_MISMATCH when the entry is not the circuit `template`.
 */
export function circuitParams<T extends CircuitTemplate>({ name, params }: CircuitName, template: T): CircuitParams<T> {
  const names: readonly string[] = PARAM_NAMES[template];
  if (name !== template || params.length !== names.length) {
    throw new CorexError("CIRCUIT_MISMATCH", `${name}(${params.join(", ")}) is not ${template}(${names.join(", ")})`);
  }
  return Object.fromEntries(names.map((key, i) => [key, params[i]])) as CircuitParams<T>;
}
