import { executorOf } from "./executor-of.ts";
import type { Verdict } from "./verdict.ts";
import type { WorkContext } from "./work-context.ts";
import type { WorkSpec } from "./work-spec.ts";

/**
 * Checks a result of anyone. Rejects what is wrong or malformed, abstains when spec, input or parameters cannot be fetched
 * or used.
 *
 * @throws CorexError WORK_UNKNOWN_KIND, WORK_KIND_MISMATCH: errors of the caller. Never for what a result holds.
 */
export async function check(
  kind: number,
  spec: WorkSpec,
  input: Uint8Array,
  result: Uint8Array,
  context: WorkContext,
): Promise<Verdict> {
  return executorOf(kind).check(spec, input, result, context);
}
