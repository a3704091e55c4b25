import { CorexError } from "../errors.ts";
import type { LinearStepParams } from "../math/linear-step.ts";
import type { CircuitEntry } from "./manifest.ts";

/**
 * Parameters of a LinearStep circuit from its manifest entry.
 *
 * @throws CorexError CIRCUIT_MISMATCH when the entry is another circuit.
 */
export function linearStepParams(entry: Pick<CircuitEntry, "name" | "params">): LinearStepParams {
  const [m, d, B, F, T, ...rest] = entry.params;
  if (
    entry.name !== "LinearStep" ||
    rest.length > 0 ||
    m === undefined ||
    d === undefined ||
    B === undefined ||
    F === undefined ||
    T === undefined
  ) {
    throw new CorexError(
      "CIRCUIT_MISMATCH",
      `${entry.name}(${entry.params.join(", ")}) is not LinearStep(m, d, B, F, T)`,
    );
  }
  return { m, d, B, F, T };
}
