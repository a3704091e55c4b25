import { executorOf } from "./executor-of.ts";
import type { WorkContext } from "./work-context.ts";
import type { WorkSpec } from "./work-spec.ts";

/** Executes a fragment and returns its result, not stored yet. Errors: see `WorkExecutor.execute`, and WORK_KIND_MISMATCH. */
export async function execute(
  kind: number,
  spec: WorkSpec,
  input: Uint8Array,
  context: WorkContext,
): Promise<Uint8Array> {
  return executorOf(kind).execute(spec, input, context);
}
