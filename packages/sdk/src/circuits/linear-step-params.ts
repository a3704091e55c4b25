import type { LinearStepParams } from "../math/linear-step.ts";
import { circuitParams } from "./circuit-params.ts";
import type { CircuitEntry } from "./manifest.ts";

/**
 * Parameters of a LinearStep circuit from its manifest entry.
 *
 * @throws CorexError CIRCUIT_MISMATCH when the entry is another circuit.
 */
export function linearStepParams(entry: Pick<CircuitEntry, "name" | "params">): LinearStepParams {
  return circuitParams(entry, "LinearStep");
}
