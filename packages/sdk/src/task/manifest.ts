import { FIELD_ORDER } from "../commit/field.ts";
import { JsonReader } from "../data/json-reader.ts";
import { parseContentId, type ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getJson, putJson } from "../store/json.ts";

const KIND = "corex/task";
const VERSION = 1;

/** What a node needs to work on a task beside its terms. `terms.manifest` is the digest of its canonical JSON. */
export interface TaskManifest {
  /** Key of the circuit in circuits.json. */
  readonly circuit: string;
  /** Manifest of the dataset. */
  readonly dataset: ContentId;
  /** Salt of weights and gradients of every chain. Public in this version: it hides nothing from holders of the manifest. */
  readonly modelSalt: bigint;
  /** Weights commitment that each chain starts from. */
  readonly initialHeads: readonly bigint[];
  /** Opening of each of them. */
  readonly initialWeights: readonly ContentId[];
  /** Names of the classes, one per chain when chains are one-vs-rest models; otherwise empty. */
  readonly labels: readonly string[];
}

/** Stores a task manifest. */
export async function putTaskManifest(store: ContentStore, manifest: TaskManifest): Promise<ContentId> {
  const { circuit, dataset, modelSalt, initialHeads, initialWeights, labels } = manifest;
  const fields = { circuit, dataset, modelSalt, initialHeads, initialWeights, labels };
  return putJson(store, { kind: KIND, version: VERSION, ...fields });
}

/** Reads a task manifest. @throws CorexError TASK_MANIFEST_INVALID, and what the store throws. */
export async function getTaskManifest(store: ContentStore, id: ContentId): Promise<TaskManifest> {
  const json = new JsonReader(await getJson(store, id), "TASK_MANIFEST_INVALID", `task manifest ${id}`);
  json.field("kind").literal(KIND);
  json.field("version").literal(VERSION);
  const element = (value: JsonReader) => value.bigint(0n, FIELD_ORDER - 1n);
  const initialHeads = json.field("initialHeads").items().map(element);
  return {
    circuit: json.field("circuit").string(),
    dataset: parseContentId(json.field("dataset").string()),
    modelSalt: element(json.field("modelSalt")),
    initialHeads,
    initialWeights: json
      .field("initialWeights")
      .items(initialHeads.length)
      .map((opening) => parseContentId(opening.string())),
    labels: json
      .field("labels")
      .items()
      .map((label) => label.string()),
  };
}
