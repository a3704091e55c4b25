// FM-26: a proof is stolen from the mempool and submitted by the thief (front-running of unbound claims).
import { expect } from "chai";

import { provenStep } from "../support/market/proven.ts";
import { time } from "../support/market/suite.ts";

describe("FM-26: stolen proof", function () {
  it("is worth nothing to another node, nor to a stranger", async function () {
    const { market, nodeRegistry, operators, operator, stranger, task, submission } = await provenStep();
    await expect(market.connect(stranger).submit(task.terms, submission)).to.be.revertedWithCustomError(
      nodeRegistry,
      "NodeRegistryUnknownOperator",
    );
    for (const { signer } of operators.filter(({ address }) => address !== operator.address)) {
      await expect(market.connect(signer).submit(task.terms, submission)).to.be.revertedWithCustomError(
        market,
        "MarketNotAssignee",
      );
    }
  });

  it("is worth nothing to the node that gets the fragment next: the operator is in the statement", async function () {
    const { market, proofVerifier, circuit, task, submission } = await provenStep();
    await time.increase(601);
    await market.reassign(task.terms, 0);
    const thief = await task.assign(0);
    await expect(market.connect(thief).submit(task.terms, submission))
      .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
      .withArgs(circuit);
  });
});
