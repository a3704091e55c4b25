import { linearStepParams } from "@corex/sdk/circuits/linear-step-params";
import { loadCircuit } from "@corex/sdk/circuits/manifest";
import { commitBatch } from "@corex/sdk/commit/commit-batch";
import type { Dataset, Shard } from "@corex/sdk/data/dataset";
import { publishDataset, type PublishedDataset } from "@corex/sdk/data/publish-dataset";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";
import type { ContentStore } from "@corex/sdk/store/content-store";

/** A small, fixed dataset: enough to train on, made without randomness so that every run is the same. */
export async function publishTinyDataset(
  store: ContentStore,
  chains: number,
  shardsPerChain: number,
): Promise<PublishedDataset> {
  const { entry } = loadCircuit(LINEAR_STEP_CIRCUIT);
  const params = linearStepParams(entry);
  const { m, d, B: bits, F: fraction } = params;
  const one = 1n << BigInt(fraction);
  const value = (a: number, b: number, c: number) => BigInt(((a * 7_919 + b * 104_729 + c * 1_299_709) % 401) - 200);
  const shard = (index: number): Shard => {
    const X = Array.from({ length: m }, (_, i) =>
      Array.from({ length: d }, (_, j) => (j === d - 1 ? one : value(index, i, j))),
    );
    const y = X.map((row) => ((row[0] ?? 0n) + (row[1] ?? 0n) > 0n ? one : -one));
    return { index, chain: Math.floor(index / shardsPerChain), position: index % shardsPerChain, X, y };
  };
  const shards = Array.from({ length: chains * shardsPerChain }, (_, index) => shard(index));
  const dataset: Dataset = {
    shape: { m, d, bits, fraction },
    seed: "tiny",
    classes: Array.from({ length: chains }, (_, chain) => `class-${chain}`),
    features: [],
    chains,
    shardsPerChain,
    shards,
    heldOut: { X: [], labels: [] },
    counts: { train: shards.slice(0, chains).map(() => m), heldOut: shards.slice(0, chains).map(() => 0) },
    source: "generated",
  };
  return publishDataset(dataset, {
    store,
    commit: async ({ X, y, salt }) => commitBatch({ X, y, salt, params }),
    newSalt: (index) => BigInt(index + 1),
  });
}
