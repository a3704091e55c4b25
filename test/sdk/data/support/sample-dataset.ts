import { createHash } from "node:crypto";

import { buildDataset, type DatasetOptions } from "../../../../packages/sdk/src/data/build-dataset.ts";
import type { Dataset } from "../../../../packages/sdk/src/data/dataset.ts";
import type { ShardOpening } from "../../../../packages/sdk/src/data/load-shard.ts";
import { createPrng } from "../../../../packages/sdk/src/data/prng.ts";
import type { RawDataset } from "../../../../packages/sdk/src/data/raw-dataset.ts";
import { canonicalJson } from "../../../../packages/sdk/src/store/canonical-json.ts";

/** Three classes on a circle with seeded noise: 30 training and 9 held-out samples of three features. */
export function sampleRawDataset(): RawDataset {
  const prng = createPrng("sample");
  const noise = () => prng.below(1000) / 2000 - 0.25;
  const sample = (_: unknown, index: number) => {
    const label = index % 3;
    const angle = [0, 2, 4][label] ?? 0;
    return { features: [10 * (angle - 2) + noise(), (label === 1 ? 3 : -1) + noise(), noise()], label };
  };
  return {
    featureNames: ["east", "north", "noise"],
    classes: ["a", "b", "c"],
    train: Array.from({ length: 30 }, sample),
    heldOut: Array.from({ length: 9 }, sample),
    source: { kind: "sample" },
  };
}

/** The sample dataset in batches of 4 rows of 4 columns, 8 fraction bits, unless changed. */
export function sampleDataset(options: Partial<DatasetOptions> = {}): Dataset {
  return buildDataset(sampleRawDataset(), { m: 4, d: 4, bits: 16, fraction: 8, seed: "test", ...options });
}

/** A stand-in commitment: sha-256 over the opening. */
export function hashOpening({ X, y, salt }: ShardOpening): Promise<bigint> {
  const digest = createHash("sha256").update(canonicalJson({ X, y, salt })).digest("hex");
  return Promise.resolve(BigInt(`0x${digest}`));
}

/** Repeatable salts. */
export function countingSalt(index: number): bigint {
  return BigInt(index) + 1000n;
}
