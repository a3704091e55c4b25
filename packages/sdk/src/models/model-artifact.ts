import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { putJson } from "../store/json.ts";

/** What a model registry entry points at: enough to use the model and to check it against the chain. */
export interface ModelArtifact {
  /** Task that trained it. */
  readonly task: string;
  /** Task manifest: names circuit, dataset and salt. */
  readonly manifest: ContentId;
  /** Class of each chain, in chain order. */
  readonly labels: readonly string[];
  /** Final weights commitment of each chain, as the market proved it. */
  readonly heads: readonly bigint[];
  /** Opening of each head. */
  readonly weights: readonly ContentId[];
}

/** Stores the artifact of a model. Equal artifacts have equal ids. */
export async function putModelArtifact(store: ContentStore, artifact: ModelArtifact): Promise<ContentId> {
  const { task, manifest, labels, heads, weights } = artifact;
  return putJson(store, { kind: "corex/model", version: 1, task, manifest, labels, heads, weights });
}
