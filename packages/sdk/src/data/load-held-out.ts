import { CorexError } from "../errors.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getJson } from "../store/json.ts";
import type { LabelledRows } from "./dataset.ts";
import { JsonReader } from "./json-reader.ts";
import type { DatasetManifest } from "./manifest.ts";
import { parseRows } from "./parse-rows.ts";

export const HELD_OUT_KIND = "corex/held-out";
export const HELD_OUT_VERSION = 1;

/**
 * Fetches the held-out rows of a dataset and checks them against the manifest.
 *
 * @throws CorexError DATA_HELD_OUT_INVALID (shape, range, labels, class counts), and what the store throws.
 */
export async function loadHeldOut(manifest: DatasetManifest, store: ContentStore): Promise<LabelledRows> {
  const heldOut = new JsonReader(await getJson(store, manifest.heldOut), "DATA_HELD_OUT_INVALID", "held-out set");
  heldOut.field("kind").literal(HELD_OUT_KIND);
  heldOut.field("version").literal(HELD_OUT_VERSION);

  const X = parseRows(heldOut.field("X"), manifest.shape);
  const labels = heldOut
    .field("labels")
    .items(X.length)
    .map((label) => label.integer(0, manifest.classes.length - 1));
  const counts = manifest.classes.map((_, chain) => labels.filter((label) => label === chain).length);
  if (counts.join() !== manifest.counts.heldOut.join()) {
    throw new CorexError(
      "DATA_HELD_OUT_INVALID",
      `held-out set has ${counts.join(", ")} rows per class, the manifest says ${manifest.counts.heldOut.join(", ")}`,
      { details: { counts, expected: manifest.counts.heldOut } },
    );
  }
  return { X, labels };
}
