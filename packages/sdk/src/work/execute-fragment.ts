import type { ContentId } from "../store/content-id.ts";
import { execute } from "./execute.ts";
import { loadFragment } from "./load-fragment.ts";
import type { WorkContext } from "./work-context.ts";

/**
 * Fetches a fragment, executes it and stores its result.
 *
 * Whoever can read the store and knows the digest can read the result: labels belong into a store of one's own until the
 * siblings have submitted theirs.
 *
 * @returns id of the result; its digest is what the market takes.
 * @throws CorexError as `loadFragment` and `execute`, and what the store throws.
 */
export async function executeFragment(kind: number, manifest: ContentId, context: WorkContext): Promise<ContentId> {
  const { spec, input } = await loadFragment(kind, manifest, context);
  return context.store.put(await execute(kind, spec, input, context));
}
