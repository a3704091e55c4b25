import { expect } from "chai";

import { loadRoundShard } from "../../../packages/sdk/src/data/load-round-shard.ts";
import { applyStepStatement } from "../../../packages/sdk/src/proof/apply-step.ts";
import { evaluationStatementOf, gradientStatementOf } from "../../../packages/sdk/src/proof/prove-model.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { createRoundTask } from "../../../packages/sdk/src/task/create-round-task.ts";
import { trainRounds } from "../../../packages/sdk/src/task/train-rounds.ts";
import { publishSample, sampleRoundDataset } from "../data/support/sample-round-dataset.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { CIRCUITS, MODEL_SALT, roundTaskInput } from "./support/sample-round-task.ts";

const CTX = 5n;

describe("a created round task, replayed", function () {
  this.timeout(20_000); // the first commitment builds the hash
  const folder = temporaryFolder();

  it("gives every figure that the proofs of its fragments show, from what is in the store", async function () {
    const store = new DirectoryStore(folder());
    const published = await publishSample(store);
    const { terms, model, head } = await createRoundTask(roundTaskInput(store, published));
    const { initialWeights } = roundTaskInput(store, published);
    const isPresent = (round: number, lane: number): boolean => round !== 2 || lane !== 0;
    const dataset = sampleRoundDataset();
    const trained = await trainRounds({ model, terms, dataset, initialWeights, modelSalt: MODEL_SALT, isPresent });
    expect(trained.rounds).to.have.length(5);
    expect(trained.evaluations).to.have.length(2);

    let weights = initialWeights;
    let expectedHead = head;
    for (const round of trained.rounds) {
      const gradients: (readonly bigint[] | undefined)[] = [undefined, undefined, undefined];
      for (const { lane, shard, loss, commitment } of round.lanes) {
        const { X, Y, salt } = await loadRoundShard(published.manifest, "train", shard, store);
        const secrets = { X, Y, weights, modelSalt: MODEL_SALT, batchSalt: salt, ctx: CTX };
        const { signals, gradient } = await gradientStatementOf(secrets, CIRCUITS.gradient.entry);
        const batch = BigInt(published.manifest.train[shard]?.commitment ?? 0);
        expect(signals).to.deep.equal({ weights: expectedHead, gradient: commitment, batch, loss, ctx: CTX });
        gradients[lane] = gradient;
      }
      const step = await applyStepStatement(
        { weights, gradients, modelSalt: MODEL_SALT, ctx: CTX },
        CIRCUITS.apply.entry,
      );
      expect(step.signals).to.deep.equal({
        weights: round.head,
        newWeights: round.newHead,
        gradients: [0, 1, 2].map((lane) => round.lanes.find((other) => other.lane === lane)?.commitment ?? 0n),
        shares: round.shares,
        ctx: CTX,
      });
      weights = step.newWeights;
      expectedHead = round.newHead;
    }
    for (const { shard, loss, correct } of trained.evaluations) {
      const { X, Y, salt } = await loadRoundShard(published.manifest, "heldOut", shard, store);
      const secrets = { X, Y, weights, modelSalt: MODEL_SALT, batchSalt: salt, ctx: CTX };
      const { signals } = await evaluationStatementOf(secrets, CIRCUITS.evaluate.entry);
      const batch = BigInt(published.manifest.heldOut[shard]?.commitment ?? 0);
      expect(signals).to.deep.equal({ weights: expectedHead, batch, loss, correct: BigInt(correct), ctx: CTX });
    }
  });
});
