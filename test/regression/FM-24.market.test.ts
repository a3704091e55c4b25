// FM-24: a public input is aliased by adding the field order (iden3/snarkjs issue #480; double spends in early mixers).
import { expect } from "chai";

import { observe } from "../support/market/books.ts";
import { R } from "../support/market/curve.ts";
import { provenStep } from "../support/market/proven.ts";

describe("FM-24: aliased public input", function () {
  for (const [index, field] of (["weights", "newWeights", "gradient", "batch", "loss"] as const).entries()) {
    it(`refuses ${field} + r, so that no statement has a second encoding`, async function () {
      const { suite, market, proofVerifier, operator, task, submission } = await provenStep();
      const before = await observe(suite, task);
      for (const multiple of [1n, 2n, 4n]) {
        const value = submission[field] + multiple * R;
        const call = market.connect(operator).submit(task.terms, { ...submission, [field]: value });
        // The market knows head and shard by their exact words; the verifier refuses the rest.
        if (field === "weights") await expect(call).to.be.revertedWithCustomError(market, "MarketStaleHead");
        else if (field === "batch") await expect(call).to.be.revertedWithCustomError(market, "MarketShardNotInRoot");
        else {
          await expect(call)
            .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInputNotInField")
            .withArgs(BigInt(index), value);
        }
      }
      expect(await observe(suite, task)).to.deep.equal(before);
    });
  }
});
