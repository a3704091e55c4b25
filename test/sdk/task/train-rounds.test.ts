import { expect } from "chai";

import { commitModel, commitModelGradient } from "../../../packages/sdk/src/commit/commit-model.ts";
import { evaluateMlp } from "../../../packages/sdk/src/math/evaluate-mlp.ts";
import { modelGradient } from "../../../packages/sdk/src/math/model-gradient.ts";
import { splitMlp } from "../../../packages/sdk/src/math/model-shape.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import {
  getGradientOpening,
  putGradientOpening,
  recomputeGradient,
} from "../../../packages/sdk/src/task/gradient-opening.ts";
import { initialModelWeights } from "../../../packages/sdk/src/task/initial-weights.ts";
import { modelOpening } from "../../../packages/sdk/src/task/tensor-opening.ts";
import { evaluateShards, trainRounds, type TrainRoundsInput } from "../../../packages/sdk/src/task/train-rounds.ts";
import { getWeightsOpening } from "../../../packages/sdk/src/task/weights-opening.ts";
import { sampleRoundDataset } from "../data/support/sample-round-dataset.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { MODEL, MODEL_SALT, SHAPE } from "./support/sample-round-task.ts";

const COMMITTED = { salt: MODEL_SALT, shape: SHAPE, format: MODEL };

function trainInput(change: Partial<TrainRoundsInput> = {}): TrainRoundsInput {
  return {
    model: MODEL,
    terms: { rounds: 5n, lanes: 3n, shards: 8n, heldOut: 2n },
    dataset: sampleRoundDataset(),
    initialWeights: initialModelWeights(SHAPE, "start", MODEL),
    modelSalt: MODEL_SALT,
    ...change,
  };
}

describe("trainRounds", function () {
  it("walks the shards in a circle and links every round to the head before", async function () {
    const input = trainInput();
    const { rounds } = await trainRounds(input);
    expect(rounds.map(({ lanes }) => lanes.map(({ shard }) => shard))).to.deep.equal([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 0],
      [1, 2, 3],
      [4, 5, 6],
    ]);
    let weights = input.initialWeights;
    for (const { head, newHead, newWeights, shares } of rounds) {
      expect(head).to.equal(await commitModel({ ...COMMITTED, values: weights }));
      expect(newHead).to.equal(await commitModel({ ...COMMITTED, values: newWeights }));
      expect(shares).to.deep.equal([86n, 85n, 85n]);
      weights = newWeights;
    }
  });

  it("moves the weights by the shared gradients of the present lanes, rounded once", async function () {
    const input = trainInput({ isPresent: (round, lane) => round !== 1 || lane !== 1 });
    const { rounds } = await trainRounds(input);
    const [first, second] = rounds;
    if (first === undefined || second === undefined) throw new Error("two rounds were asked for");
    expect(second.lanes.map(({ lane, shard }) => [lane, shard])).to.deep.equal([
      [0, 3],
      [2, 5],
    ]);
    expect(second.shares).to.deep.equal([128n, 0n, 128n]);
    for (const { shard, gradient, commitment, loss } of second.lanes) {
      const { X, Y } = input.dataset.train[shard] ?? { X: [], Y: [] };
      const alone = modelGradient({ X, Y, weights: first.newWeights, shape: SHAPE, params: MODEL });
      expect({ gradient, loss }).to.deep.equal(alone);
      expect(commitment).to.equal(await commitModelGradient({ ...COMMITTED, values: gradient }));
    }
    second.newWeights.forEach((weight, j) => {
      const sum = second.lanes.reduce((total, { gradient }) => total + 128n * (gradient[j] ?? 0n), 0n);
      expect(weight).to.equal((first.newWeights[j] ?? 0n) - ((sum + 256n) >> 9n)); // T + 8 = 9
    });
  });

  it("evaluates the last weights on the held-out shards, and learns on the way", async function () {
    const input = trainInput({ terms: { rounds: 12n, lanes: 3n, shards: 8n, heldOut: 2n } });
    const { rounds, evaluations } = await trainRounds(input);
    const last = rounds.at(-1)?.newWeights ?? [];
    const params = { m: 4, d: 4, h: 3, k: 4, B: 16, F: 8 };
    const expected = input.dataset.heldOut.map(({ index, X, Y }) => {
      const { loss, correct } = evaluateMlp({ X, Y, ...splitMlp(last, SHAPE), params });
      return { shard: index, loss, correct };
    });
    expect(evaluations).to.deep.equal(expected);
    const total = (weights: readonly bigint[]): bigint =>
      evaluateShards(MODEL, weights, input.dataset.heldOut).reduce((sum, { loss }) => sum + loss, 0n);
    expect(Number(total(last))).to.be.below(Number(total(input.initialWeights)) / 2);
    expect(evaluations.reduce((sum, { correct }) => sum + correct, 0)).to.be.at.least(6); // of 8
  });

  it("trains a linear model from zeros, and evaluates only what the terms ask for", async function () {
    const shape = { kind: "linear", d: 4, k: 4 } as const;
    const { rounds, evaluations } = await trainRounds(
      trainInput({
        model: { ...MODEL, shape, T: 2 },
        terms: { rounds: 8n, lanes: 3n, shards: 8n, heldOut: 1n },
        initialWeights: initialModelWeights(shape, "", MODEL),
      }),
    );
    expect(evaluations.map(({ shard }) => shard)).to.deep.equal([0]);
    expect(Number(rounds.at(-1)?.lanes[0]?.loss)).to.be.below(Number(rounds[0]?.lanes[0]?.loss) / 2);
  });

  const wrong: [string, Partial<TrainRoundsInput["terms"]>, RegExp][] = [
    ["other lanes than the circuit", { lanes: 2n }, /the terms have 2 lanes, the apply circuit 3/],
    ["more shards than the dataset", { shards: 9n }, /the terms have 9 and 2 shards, the dataset 8 and 2/],
    ["more held-out shards than the dataset", { heldOut: 3n }, /the terms have 8 and 3 shards/],
  ];
  for (const [what, change, message] of wrong) {
    it(`refuses ${what} with TASK_INVALID`, async function () {
      const terms = { ...trainInput().terms, ...change };
      await expectCorexError(() => trainRounds(trainInput({ terms })), "TASK_INVALID", message);
    });
  }
});

describe("the gradient of a lane", function () {
  const folder = temporaryFolder();

  it("is fetched by its address and checked, and computed again from shard and weights alone", async function () {
    const input = trainInput();
    const { rounds } = await trainRounds(input);
    const { gradient, commitment, shard } = rounds[0]?.lanes[1] ?? { gradient: [], commitment: 0n, shard: -1 };
    const store = new DirectoryStore(folder());
    const opening = modelOpening({ ...COMMITTED, values: gradient });
    const id = await putGradientOpening(store, opening);
    expect(await getGradientOpening(store, id, commitment)).to.deep.equal(opening);
    await expectCorexError(
      () => getGradientOpening(store, id, commitment + 1n),
      "GRADIENT_COMMITMENT_MISMATCH",
      new RegExp(`opens ${commitment}, expected ${commitment + 1n}`),
    );

    const { X, Y } = input.dataset.train[shard] ?? { X: [], Y: [] };
    const known = { X, Y, model: MODEL, modelSalt: MODEL_SALT, commitment };
    expect(await recomputeGradient({ ...known, weights: input.initialWeights })).to.deep.equal(opening);
    await expectCorexError(
      () => recomputeGradient({ ...known, weights: rounds[0]?.newWeights ?? [] }),
      "GRADIENT_COMMITMENT_MISMATCH",
      /the gradient is \d+, expected \d+/,
    );
  });

  it("is not an opening of weights", async function () {
    const store = new DirectoryStore(folder());
    const opening = modelOpening({ ...COMMITTED, values: initialModelWeights(SHAPE, "start", MODEL) });
    const id = await putGradientOpening(store, opening);
    await expectCorexError(() => getWeightsOpening(store, id, 1n), "WEIGHTS_OPENING_INVALID", /\.kind is "corex\/gra/);
  });
});
