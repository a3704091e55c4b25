import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { linearStepParams } from "@corex/sdk/circuits/linear-step-params";
import { repositoryRoot, type Circuit } from "@corex/sdk/circuits/manifest";
import { commitBatch } from "@corex/sdk/commit/commit-batch";
import { randomSalt } from "@corex/sdk/commit/random-salt";
import { buildDataset } from "@corex/sdk/data/build-dataset";
import { csvDataset } from "@corex/sdk/data/csv-dataset";
import type { Dataset } from "@corex/sdk/data/dataset";
import { defaultCorpus } from "@corex/sdk/data/default-corpus";
import { publishDataset, type PublishedDataset } from "@corex/sdk/data/publish-dataset";
import type { RawDataset } from "@corex/sdk/data/raw-dataset";
import { textDataset } from "@corex/sdk/data/text-dataset";
import type { ContentStore } from "@corex/sdk/store/content-store";

import type { DemoOptions } from "./options.ts";

const SEED = "corex-demo";
const HELD_OUT_FRACTION = 0.25;

/** The samples that all scenes learn from: a table when one was given, else slices of the installed dependencies. */
export async function readSamples({ table }: Pick<DemoOptions, "table">): Promise<RawDataset> {
  if (table === undefined) return textDataset(defaultCorpus(join(repositoryRoot(), "node_modules")));
  return csvDataset(await readFile(table.file), {
    target: table.target,
    ignore: table.ignore,
    heldOutFraction: HELD_OUT_FRACTION,
    seed: SEED,
  });
}

/** Cuts the samples into shards for one linear model per class, and publishes them. */
export async function prepareDataset(
  raw: RawDataset,
  circuit: Circuit,
  store: ContentStore,
): Promise<{ dataset: Dataset; published: PublishedDataset }> {
  const params = linearStepParams(circuit.entry);
  const shape = { m: params.m, d: params.d, bits: params.B, fraction: params.F };
  const dataset = buildDataset(raw, { ...shape, seed: SEED });
  const published = await publishDataset(dataset, {
    store,
    commit: ({ X, y, salt }) => commitBatch({ X, y, salt, params }),
    newSalt: () => randomSalt(),
  });
  return { dataset, published };
}
