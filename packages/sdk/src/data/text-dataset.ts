import { createHash } from "node:crypto";

import { CHARACTER_FEATURE_NAMES, characterFeatures } from "./character-features.ts";
import type { RawDataset, RawSample } from "./raw-dataset.ts";
import { readTextCorpus, type TextCorpusOptions, type TextSlice } from "./text-corpus.ts";

/**
 * Reads a text corpus into a split dataset of character statistics.
 *
 * The source entry of the manifest holds every option except the folders, which differ between machines, and a sha-256
 * over all slices: whoever has the same files can rebuild and compare it. Errors: see `readTextCorpus`.
 */
export async function textDataset(options: TextCorpusOptions): Promise<RawDataset> {
  const { classes, train, heldOut } = await readTextCorpus(options);
  return {
    featureNames: CHARACTER_FEATURE_NAMES,
    classes,
    train: train.map(toSample),
    heldOut: heldOut.map(toSample),
    source: {
      kind: "text",
      classes: options.classes.map(({ name, extensions, excluded = [] }) => ({ name, extensions, excluded })),
      excludedFolders: options.excludedFolders ?? [],
      sliceBytes: options.sliceBytes,
      minSliceBytes: options.minSliceBytes,
      minBytes: options.minBytes,
      maxBytes: options.maxBytes,
      trainPerClass: options.trainPerClass,
      heldOutPerClass: options.heldOutPerClass,
      maxSlicesPerFile: options.maxSlicesPerFile,
      heldOutFraction: options.heldOutFraction,
      splitSeed: options.seed,
      sha256: digest([...train, ...heldOut]),
    },
  };
}

function toSample({ text, label }: TextSlice): RawSample {
  return { features: characterFeatures(text), label };
}

function digest(slices: readonly TextSlice[]): string {
  const hash = createHash("sha256");
  for (const { path, label, text } of slices) hash.update(JSON.stringify([path, label, text]));
  return hash.digest("hex");
}
