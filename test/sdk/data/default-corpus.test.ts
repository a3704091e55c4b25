import { join } from "node:path";

import { expect } from "chai";

import { commitBatch } from "../../../packages/sdk/src/commit/commit-batch.ts";
import { buildDataset } from "../../../packages/sdk/src/data/build-dataset.ts";
import type { Dataset } from "../../../packages/sdk/src/data/dataset.ts";
import { defaultCorpus } from "../../../packages/sdk/src/data/default-corpus.ts";
import { evaluateOneVsRest } from "../../../packages/sdk/src/data/evaluate.ts";
import { loadShard, type ShardOpening } from "../../../packages/sdk/src/data/load-shard.ts";
import { publishDataset } from "../../../packages/sdk/src/data/publish-dataset.ts";
import type { RawDataset } from "../../../packages/sdk/src/data/raw-dataset.ts";
import { readTextCorpus, type TextCorpus } from "../../../packages/sdk/src/data/text-corpus.ts";
import { textDataset } from "../../../packages/sdk/src/data/text-dataset.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { PARAMS, train } from "./support/train.ts";

const NODE_MODULES = join(import.meta.dirname, "..", "..", "..", "node_modules");
const STEPS = 20;

describe("defaultCorpus", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let corpus: TextCorpus;
  let raw: RawDataset;
  let dataset: Dataset;

  before(async function () {
    corpus = await readTextCorpus(defaultCorpus(NODE_MODULES));
    raw = await textDataset(defaultCorpus(NODE_MODULES));
    dataset = buildDataset(raw, { m: 16, d: 16, bits: 16, fraction: 8, seed: "corex" });
  });

  it("has at least 400 samples of four classes, balanced in training", function () {
    const { train: training, heldOut } = dataset.counts;
    expect(dataset.classes).to.deep.equal(["solidity", "script", "circom", "markdown"]);
    expect(training.concat(heldOut).reduce((a, b) => a + b)).to.be.at.least(400);
    expect(Math.min(...training) / Math.max(...training)).to.be.at.least(0.8);
    expect(Math.min(...heldOut)).to.be.at.least(30);
    expect(dataset.features).to.have.length(15);
  });

  it("has no file and no slice in both splits", function () {
    const paths = new Set(corpus.train.map(({ path }) => path));
    const texts = new Set(corpus.train.map(({ text }) => text));
    for (const { path, text } of corpus.heldOut) {
      expect(paths.has(path), path).to.equal(false);
      expect(texts.has(text), path).to.equal(false);
    }
  });

  it("holds slices of files of their class, at most four per file and 1024 bytes each", function () {
    const endings = [/\.sol$/i, /\.(ts|js|mjs|cjs)$/i, /\.circom$/i, /\.md$/i];
    const perFile = new Map<string, number>();
    for (const { path, label, text } of [...corpus.train, ...corpus.heldOut]) {
      expect(path).to.match(endings[label] ?? /never/);
      expect(path).to.not.match(/\\|\.min\.js$|^node\//);
      expect(Buffer.byteLength(text)).to.be.within(256, 1024);
      perFile.set(path, (perFile.get(path) ?? 0) + 1);
    }
    expect(Math.max(...perFile.values())).to.be.at.most(4);
  });

  it("is learnt far beyond the majority class in 20 proved steps", function () {
    const before = evaluateOneVsRest(train(dataset, 0), dataset.heldOut);
    const after = evaluateOneVsRest(train(dataset, STEPS), dataset.heldOut);
    expect(before.accuracy).to.be.below(0.4);
    expect(after.majorityAccuracy).to.be.below(0.4);
    expect(after.accuracy).to.be.above(0.85);
  });

  it("is published and rebuilt from the raw files to the same manifest, with the circuit's commitment", async function () {
    const commit = ({ X, y, salt }: ShardOpening) => commitBatch({ X, y, salt, params: PARAMS });
    const newSalt = (index: number) => BigInt(index) ** 9n;
    const store = new DirectoryStore(folder());
    const first = await publishDataset(dataset, { store, commit, newSalt });

    const rebuilt = buildDataset(await textDataset(defaultCorpus(NODE_MODULES)), {
      ...first.manifest.shape,
      seed: first.manifest.seed,
      shardsPerChain: first.manifest.shardsPerChain,
    });
    const second = await publishDataset(rebuilt, { store: new DirectoryStore(join(folder(), "b")), commit, newSalt });
    expect(second.manifestId).to.equal(first.manifestId);
    expect(second.root).to.equal(first.root);

    const opening = await loadShard(first.manifest, 3, store, { commit });
    expect(opening.X).to.deep.equal(dataset.shards[3]?.X);
  });
});
