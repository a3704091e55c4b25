import type { RoundSplit } from "../data/round-dataset.ts";
import { JsonReader } from "../data/json-reader.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getJson, putJson } from "../store/json.ts";

const KIND = "corex/proved-work-manifest";
const VERSION = 1;

/** What a task of work with a circuit points at. Merkle paths follow from the shards that the dataset lists. */
export interface ProvedWorkManifest {
  /** Key of the circuit in circuits.json. */
  readonly circuit: string;
  /** Opening of the weights that are evaluated. */
  readonly weights: ContentId;
  /** Manifest of the dataset of rounds whose shards are the inputs. */
  readonly dataset: ContentId;
  /** Which of its shards: fragment i works on shard i. */
  readonly split: RoundSplit;
}

/** Stores a manifest. Equal manifests have equal ids. */
export async function putProvedWorkManifest(
  store: ContentStore,
  { circuit, weights, dataset, split }: ProvedWorkManifest,
): Promise<ContentId> {
  return putJson(store, { kind: KIND, version: VERSION, circuit, weights, dataset, split });
}

/** Reads a manifest. @throws CorexError TASK_MANIFEST_INVALID, and what the store throws. */
export async function getProvedWorkManifest(store: ContentStore, id: ContentId): Promise<ProvedWorkManifest> {
  const json = new JsonReader(await getJson(store, id), "TASK_MANIFEST_INVALID", `proved work manifest ${id}`);
  json.field("kind").literal(KIND);
  json.field("version").literal(VERSION);
  return {
    circuit: json.field("circuit").string(),
    weights: json.field("weights").contentId(),
    dataset: json.field("dataset").contentId(),
    split: json.field("split").matching(/^(?:train|heldOut)$/, '"train" or "heldOut"') as RoundSplit,
  };
}
