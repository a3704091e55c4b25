import { FIELD_ORDER } from "../commit/field.ts";
import { JsonReader } from "../data/json-reader.ts";
import type { ModelShape } from "../math/model-shape.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getJson, putJson } from "../store/json.ts";
import type { RoundCircuits } from "./round-model.ts";

const KIND = "corex/round-task";
const VERSION = 1;
const MAX_DIMENSION = 2 ** 16 - 1;

/** What a node needs to work on a round task beside its terms. `terms.manifest` is the digest of its canonical JSON. */
export interface RoundTaskManifest {
  /** Keys of the circuits in circuits.json. */
  readonly circuits: RoundCircuits<string>;
  /** Manifest of the dataset. */
  readonly dataset: ContentId;
  /** The model that the circuits share; stated so that readers without the circuits can use the weights. */
  readonly shape: ModelShape;
  /** Salt of weights and gradients. Public in this version: it hides nothing from holders of the manifest. */
  readonly modelSalt: bigint;
  /** Weights commitment that the first round starts from. */
  readonly initialHead: bigint;
  /** Its opening. */
  readonly initialWeights: ContentId;
  /** Names of the classes, at most one per output; two when one output tells them apart. */
  readonly labels: readonly string[];
}

/** Stores a manifest of a round task. */
export async function putRoundManifest(store: ContentStore, manifest: RoundTaskManifest): Promise<ContentId> {
  const { circuits, dataset, shape, modelSalt, initialHead, initialWeights, labels } = manifest;
  const fields = { circuits, dataset, shape, modelSalt, initialHead, initialWeights, labels };
  return putJson(store, { kind: KIND, version: VERSION, ...fields });
}

/** Reads a manifest of a round task. @throws CorexError TASK_MANIFEST_INVALID, and what the store throws. */
export async function getRoundManifest(store: ContentStore, id: ContentId): Promise<RoundTaskManifest> {
  const json = new JsonReader(await getJson(store, id), "TASK_MANIFEST_INVALID", `round task manifest ${id}`);
  json.field("kind").literal(KIND);
  json.field("version").literal(VERSION);
  const circuits = json.field("circuits");
  const evaluate = circuits.optional("evaluate")?.string();
  const shape = parseShape(json.field("shape"));
  const element = (name: string): bigint => json.field(name).bigint(0n, FIELD_ORDER - 1n);
  return {
    circuits: {
      gradient: circuits.field("gradient").string(),
      apply: circuits.field("apply").string(),
      ...(evaluate === undefined ? {} : { evaluate }),
    },
    dataset: json.field("dataset").contentId(),
    shape,
    modelSalt: element("modelSalt"),
    initialHead: element("initialHead"),
    initialWeights: json.field("initialWeights").contentId(),
    labels: parseLabels(json.field("labels"), shape),
  };
}

function parseShape(shape: JsonReader): ModelShape {
  const dimension = (name: string): number => shape.field(name).integer(1, MAX_DIMENSION);
  const kind = shape.field("kind").matching(/^(?:linear|mlp)$/, '"linear" or "mlp"');
  const [d, k] = [dimension("d"), dimension("k")];
  if (kind === "mlp") return { kind, d, h: dimension("h"), k };
  if (shape.optional("h") !== undefined) throw shape.fail("no h in a linear model");
  return { kind: "linear", d, k };
}

function parseLabels(labels: JsonReader, { k }: ModelShape): string[] {
  const most = k === 1 ? 2 : k;
  const names = labels.items().map((label) => label.string());
  if (names.length > most) throw labels.fail(`at most ${most} elements`);
  return names;
}
