// FM-25: a proof is re-randomised, (tA, B/t, C), and paid twice (iden3/snarkjs issue #383).
import { expect } from "chai";

import { observe } from "../support/market/books.ts";
import { negated, provenStep, rerandomise } from "../support/market/proven.ts";

describe("FM-25: re-randomised proof paid twice", function () {
  it("accepts any one encoding of the proof, and then none: the replay key is the state", async function () {
    const { suite, market, operator, task, submission, proof } = await provenStep();
    const encodings = [rerandomise(proof, 2n), rerandomise(proof, 3n ** 100n), negated(proof), proof];
    await market.connect(operator).submit(task.terms, { ...submission, proof: rerandomise(proof, 7n) });
    const paid = await observe(suite, task);
    for (const other of encodings) {
      await expect(market.connect(operator).submit(task.terms, { ...submission, proof: other }))
        .to.be.revertedWithCustomError(market, "TaskMarketWrongStep")
        .withArgs(0n, 1n);
    }
    expect(await observe(suite, task)).to.deep.equal(paid);
  });

  it("does not count for the next step, even when it is drawn to the same node", async function () {
    const { market, nodeRegistry, operators, operator, task, submission, proof } = await provenStep();
    await task.submit(0);
    for (const { signer } of operators) {
      if (signer.address !== operator.address) await nodeRegistry.connect(signer).exit();
    }
    await task.assign(0);
    const replay = { ...submission, step: 1n, proof: rerandomise(proof, 5n) };
    await expect(market.connect(operator).submit(task.terms, replay))
      .to.be.revertedWithCustomError(market, "MarketStaleHead")
      .withArgs(submission.weights, submission.newWeights);
  });
});
