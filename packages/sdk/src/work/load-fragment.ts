import { CorexError } from "../errors.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { WORK_NAMES } from "./work-kind.ts";
import { getWorkManifest, inputOf } from "./work-manifest.ts";
import { getWorkSpec, type WorkSpec } from "./work-spec.ts";

/** What a fragment is about. */
export interface LoadedFragment {
  readonly spec: WorkSpec;
  readonly input: Uint8Array;
}

/**
 * Fetches spec and input of a fragment.
 *
 * @param kind number that the market has for the task.
 * @throws CorexError WORK_MANIFEST_INVALID, WORK_UNKNOWN_FRAGMENT, WORK_SPEC_INVALID (also when the spec is of another
 * kind than the task), WORK_PATTERN_UNSAFE, and what the store throws.
 */
export async function loadFragment(
  kind: number,
  manifest: ContentId,
  { store, fragment }: { readonly store: ContentStore; readonly fragment: number },
): Promise<LoadedFragment> {
  const loaded = await getWorkManifest(store, manifest);
  const input = inputOf(loaded, fragment);
  const spec = await getWorkSpec(store, loaded.spec);
  if (spec.work !== WORK_NAMES[kind]) {
    throw new CorexError("WORK_SPEC_INVALID", `the spec asks for ${spec.work}, the task is of kind ${kind}`, {
      details: { kind, work: spec.work },
    });
  }
  return { spec, input: await store.get(input) };
}
