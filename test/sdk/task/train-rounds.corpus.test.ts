import { join } from "node:path";

import { expect } from "chai";

import { buildRoundDataset } from "../../../packages/sdk/src/data/build-round-dataset.ts";
import { defaultCorpus } from "../../../packages/sdk/src/data/default-corpus.ts";
import type { RoundDataset } from "../../../packages/sdk/src/data/round-dataset.ts";
import { textDataset } from "../../../packages/sdk/src/data/text-dataset.ts";
import { initialModelWeights } from "../../../packages/sdk/src/task/initial-weights.ts";
import { evaluateShards, trainRounds } from "../../../packages/sdk/src/task/train-rounds.ts";

const NODE_MODULES = join(import.meta.dirname, "..", "..", "..", "node_modules");

/** The perceptron of the development circuits, learning rate 1/2. */
const MODEL = { shape: { kind: "mlp", d: 8, h: 8, k: 4 }, m: 8, B: 16, F: 8, T: 1, lanes: 4 } as const;

describe("six rounds on the default corpus", function () {
  this.timeout(60_000);
  let dataset: RoundDataset;

  before(async function () {
    const raw = await textDataset(defaultCorpus(NODE_MODULES));
    dataset = buildRoundDataset(raw, { m: 8, d: 8, k: 4, bits: 16, fraction: 8, seed: "corex" });
  });

  for (const seed of ["seed-0", "seed-1", "seed-2"]) {
    it(`teach a perceptron that starts from ${seed} more than half of the held-out samples`, async function () {
      const initialWeights = initialModelWeights(MODEL.shape, seed, MODEL);
      const terms = { rounds: 6n, lanes: 4n, shards: BigInt(dataset.train.length), heldOut: 16n };
      const { evaluations } = await trainRounds({ model: MODEL, terms, dataset, initialWeights, modelSalt: 1n });
      const before = evaluateShards(MODEL, initialWeights, dataset.heldOut);
      const correct = evaluations.reduce((sum, evaluation) => sum + evaluation.correct, 0);
      const classes = [0, 1, 2, 3].map(
        (label) => dataset.heldOut.flatMap(({ Y }) => Y).filter((row) => row[label] === 256n).length,
      );
      expect(classes.reduce((sum, count) => sum + count)).to.equal(128);
      expect(Math.max(...classes)).to.be.at.most(40); // the best constant answer
      expect(before.reduce((sum, evaluation) => sum + evaluation.correct, 0)).to.be.below(50);
      expect(correct).to.be.at.least(70);
    });
  }
});
