import { CorexError } from "../errors.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { MAX_FRAGMENTS, MAX_MANIFEST_BYTES } from "./limits.ts";
import { fetchDocument, writeDocument } from "./read-document.ts";
import { bounded } from "./work-input.ts";

const KIND = "corex/work-manifest";

/** What a task of the work market points at: one spec, and the input of each fragment. */
export interface WorkManifest {
  readonly spec: ContentId;
  /** Input of fragment i at index i. */
  readonly inputs: readonly ContentId[];
}

/** Stores a manifest. Equal manifests have equal ids. */
export async function putWorkManifest(store: ContentStore, { spec, inputs }: WorkManifest): Promise<ContentId> {
  return store.put(writeDocument(KIND, { spec, inputs }));
}

/** Reads a manifest. @throws CorexError WORK_MANIFEST_INVALID, and what the store throws. */
export async function getWorkManifest(store: ContentStore, id: ContentId): Promise<WorkManifest> {
  const format = {
    kind: KIND,
    code: "WORK_MANIFEST_INVALID",
    name: `work manifest ${id}`,
    maxBytes: MAX_MANIFEST_BYTES,
  };
  const document = await fetchDocument(store, id, format);
  return {
    spec: document.field("spec").contentId(),
    inputs: bounded(document.field("inputs"), MAX_FRAGMENTS).map((input) => input.contentId()),
  };
}

/** The input of a fragment. @throws CorexError WORK_UNKNOWN_FRAGMENT when the manifest does not have it. */
export function inputOf({ inputs }: WorkManifest, fragment: number): ContentId {
  const input = inputs[fragment];
  if (input !== undefined) return input;
  throw new CorexError("WORK_UNKNOWN_FRAGMENT", `fragment ${fragment} is not one of the ${inputs.length} of the task`, {
    details: { fragment, fragments: inputs.length },
  });
}
