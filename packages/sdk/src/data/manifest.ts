import type { JsonValue } from "../store/canonical-json.ts";
import type { ContentId } from "../store/content-id.ts";
import { getJson } from "../store/json.ts";
import type { ContentStore } from "../store/content-store.ts";
import { checkBatchShape, type BatchShape } from "./batch-shape.ts";
import type { DatasetFeature, SampleCounts } from "./dataset.ts";
import { JsonReader } from "./json-reader.ts";

export const MANIFEST_KIND = "corex/dataset";
export const MANIFEST_VERSION = 1;

const BYTES32 = /^0x[0-9a-f]{64}$/;
/** More than any list of a manifest may hold. */
export const MAX_COUNT = 2 ** 32;

/** One leaf of the dataset's Merkle tree and where its opening is stored. */
export interface ManifestShard {
  readonly index: number;
  /** Commitment of the batch as `bytes32`, lower case. */
  readonly commitment: `0x${string}`;
  /** Opening of the commitment: X, y and salt. */
  readonly contentId: ContentId;
}

/** The public description of a dataset. Layout and meaning of every field: docs/data.md. */
export interface DatasetManifest {
  readonly kind: typeof MANIFEST_KIND;
  readonly version: typeof MANIFEST_VERSION;
  readonly shape: BatchShape;
  readonly clip: number;
  readonly features: readonly DatasetFeature[];
  readonly classes: readonly string[];
  readonly counts: SampleCounts;
  readonly seed: string;
  readonly chains: number;
  readonly shardsPerChain: number;
  /** In index order, without gaps. */
  readonly shards: readonly ManifestShard[];
  readonly heldOut: ContentId;
  readonly source: JsonValue;
}

/**
 * Reads and validates a manifest.
 *
 * @throws CorexError as {@link parseManifest}, and what the store throws.
 */
export async function loadManifest(store: ContentStore, id: ContentId): Promise<DatasetManifest> {
  return parseManifest(await getJson(store, id));
}

/**
 * Validates decoded JSON as a manifest.
 *
 * @throws CorexError DATA_MANIFEST_INVALID naming the field and its value, DATA_INVALID_SHAPE when no circuit can have
 * the shape.
 */
export function parseManifest(json: unknown): DatasetManifest {
  const manifest = new JsonReader(json, "DATA_MANIFEST_INVALID", "manifest");
  const shape = parseShape(manifest.field("shape"));
  checkBatchShape(shape);
  const chains = manifest.field("chains").literal(manifest.field("classes").items().length);
  const shardsPerChain = manifest.field("shardsPerChain").integer(1, MAX_COUNT);
  return {
    kind: manifest.field("kind").literal(MANIFEST_KIND),
    version: manifest.field("version").literal(MANIFEST_VERSION),
    shape,
    ...parseDescription(manifest, shape),
    chains,
    shardsPerChain,
    shards: manifest
      .field("shards")
      .items(chains * shardsPerChain)
      .map(parseShardEntry),
    heldOut: manifest.field("heldOut").contentId(),
  };
}

/** What manifests of all datasets say about their samples. */
export type DatasetDescription = Pick<DatasetManifest, "clip" | "features" | "classes" | "counts" | "seed" | "source">;

/** Reads the fields that manifests of all datasets have. */
export function parseDescription(manifest: JsonReader, { d }: Pick<BatchShape, "d">): DatasetDescription {
  const classes = manifest
    .field("classes")
    .items()
    .map((name) => name.string());
  const counts = manifest.field("counts");
  const toCount = (count: JsonReader): number => count.integer(0, MAX_COUNT);
  const features = manifest.field("features");
  if (features.items().length > d - 1) throw features.fail(`at most ${d - 1} elements`);
  return {
    clip: manifest.field("clip").number(),
    features: features.items().map((feature) => ({
      name: feature.field("name").string(),
      mean: feature.field("mean").number(),
      std: feature.field("std").number(),
    })),
    classes,
    counts: {
      train: counts.field("train").items(classes.length).map(toCount),
      heldOut: counts.field("heldOut").items(classes.length).map(toCount),
    },
    seed: manifest.field("seed").string(),
    source: manifest.field("source").json(),
  };
}

/** Reads the shape; whether a circuit can have it is checked with {@link checkBatchShape}. */
export function parseShape(shape: JsonReader): BatchShape {
  const dimension = (name: keyof BatchShape): number => shape.field(name).integer(0, MAX_COUNT);
  return { m: dimension("m"), d: dimension("d"), bits: dimension("bits"), fraction: dimension("fraction") };
}

/** Reads one entry of a list of shards. */
export function parseShardEntry(entry: JsonReader, index: number): ManifestShard {
  return {
    index: entry.field("index").literal(index),
    commitment: entry.field("commitment").matching(BYTES32, "0x and 64 lower-case hexadecimal digits") as `0x${string}`,
    contentId: entry.field("contentId").contentId(),
  };
}
