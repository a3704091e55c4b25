import type { ContentId } from "../store/content-id.ts";
import { check } from "./check.ts";
import { executorOf } from "./executor-of.ts";
import { type LoadedFragment, loadFragment } from "./load-fragment.ts";
import { abstainOver, type Verdict } from "./verdict.ts";
import type { WorkContext } from "./work-context.ts";

/**
 * Fetches a fragment and what was submitted for it, and checks it. Abstains over what it cannot fetch, with the store's
 * advice whether to try again: an executor that never publishes its result gets no vote, which the market times out.
 *
 * @param result id of the result: the digest that was submitted.
 * @throws CorexError WORK_UNKNOWN_KIND: an error of the caller.
 */
export async function checkFragment(
  kind: number,
  manifest: ContentId,
  result: ContentId,
  context: WorkContext,
): Promise<Verdict> {
  executorOf(kind);
  let fragment: LoadedFragment;
  let bytes: Uint8Array;
  try {
    fragment = await loadFragment(kind, manifest, context);
    bytes = await context.store.get(result);
  } catch (error) {
    return abstainOver(error);
  }
  return check(kind, fragment.spec, fragment.input, bytes, context);
}
