import type { JsonValue } from "../store/canonical-json.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getJson } from "../store/json.ts";
import { checkRoundShape, MAX_HELD_OUT_SHARDS } from "./build-round-dataset.ts";
import type { DatasetFeature, SampleCounts } from "./dataset.ts";
import { JsonReader } from "./json-reader.ts";
import { MAX_COUNT, parseDescription, parseShardEntry, parseShape, type ManifestShard } from "./manifest.ts";
import type { RoundBatchShape } from "./round-dataset.ts";

export const ROUND_MANIFEST_KIND = "corex/round-dataset";
export const ROUND_MANIFEST_VERSION = 1;

/** The public description of a round dataset. Layout and meaning of every field: docs/data.md. */
export interface RoundDatasetManifest {
  readonly kind: typeof ROUND_MANIFEST_KIND;
  readonly version: typeof ROUND_MANIFEST_VERSION;
  readonly shape: RoundBatchShape;
  readonly clip: number;
  readonly features: readonly DatasetFeature[];
  readonly classes: readonly string[];
  readonly counts: SampleCounts;
  readonly seed: string;
  /** Shards of each split, in index order, without gaps. */
  readonly train: readonly ManifestShard[];
  readonly heldOut: readonly ManifestShard[];
  readonly source: JsonValue;
}

/**
 * Reads and validates the manifest of a round dataset.
 *
 * @throws CorexError DATA_MANIFEST_INVALID naming the field and its value, DATA_INVALID_SHAPE when no circuit can have
 * the shape, and what the store throws.
 */
export async function loadRoundDatasetManifest(store: ContentStore, id: ContentId): Promise<RoundDatasetManifest> {
  const manifest = new JsonReader(await getJson(store, id), "DATA_MANIFEST_INVALID", `round dataset ${id}`);
  const kind = manifest.field("kind").literal(ROUND_MANIFEST_KIND);
  const version = manifest.field("version").literal(ROUND_MANIFEST_VERSION);
  const shape = { ...parseShape(manifest.field("shape")), k: manifest.field("shape").field("k").integer(1, MAX_COUNT) };
  checkRoundShape(shape);
  const description = parseDescription(manifest, shape);
  const classes = manifest.field("classes");
  const most = shape.k === 1 ? 2 : shape.k;
  if (classes.items().length > most) throw classes.fail(`at most ${most} elements`);
  return {
    kind,
    version,
    shape,
    ...description,
    train: parseShards(manifest.field("train"), MAX_COUNT),
    heldOut: parseShards(manifest.field("heldOut"), MAX_HELD_OUT_SHARDS),
  };
}

function parseShards(shards: JsonReader, max: number): ManifestShard[] {
  const entries = shards.items();
  if (entries.length < 1 || entries.length > max) throw shards.fail(`1 to ${max} elements`);
  return entries.map(parseShardEntry);
}
