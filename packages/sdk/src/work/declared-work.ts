import type { ContentStore } from "../store/content-store.ts";
import { executorOf } from "./executor-of.ts";
import { MAX_DECLARED_UNITS } from "./limits.ts";
import type { WorkSpec } from "./work-spec.ts";

/**
 * Work units that a fragment declares, a whole number of at least 1, at most what the market allows its kind. Formulas: docs/work.md.
 *
 * @throws CorexError WORK_UNKNOWN_KIND, WORK_KIND_MISMATCH, WORK_INPUT_INVALID, and what the store throws.
 */
export async function declaredWork(
  kind: number,
  spec: WorkSpec,
  input: Uint8Array,
  context: { readonly store: ContentStore },
): Promise<number> {
  const units = await executorOf(kind).units(spec, input, context);
  return Math.max(1, Math.min(units, MAX_DECLARED_UNITS[spec.work]));
}
