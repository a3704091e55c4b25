// FM-28: batch coefficients predictable, so two bad proofs cancel. Public case: a batch verifier that took its coefficients from a
// past block hash, known before the call (circuits.md, point 15). Here they hash every byte of the batch.
import { expect } from "chai";

import { addG1, R, wordsG1 } from "../support/market/curve.ts";
import { deployBare, loadFixture } from "../support/market/suite.ts";
import type { Proof } from "../support/market/task.ts";
import { baseG1, forgeMany, registerTrapdoor } from "../support/market/trapdoor.ts";

async function deployTrapdoor() {
  const bare = await deployBare();
  return { ...bare, trapdoor: await registerTrapdoor(bare) };
}

/** A proof whose C is moved by `scalar` times the generator: a proof of nothing. */
function moved(proof: Proof | undefined, scalar: bigint): Proof {
  if (proof === undefined) throw new Error("no proof");
  return { ...proof, c: wordsG1(addG1(proof.c, baseG1(((scalar % R) + R) % R))) };
}

describe("FM-28: forgeries that cancel in a batch", function () {
  it("are refused, whatever the ratio in which they would cancel", async function () {
    const { proofVerifier, trapdoor } = await loadFixture(deployTrapdoor);
    const { proofs, statements } = forgeMany(2);
    const inputs = statements.flat();
    await proofVerifier.verifyBatch(trapdoor, proofs, inputs);
    // One and minus one cancel without coefficients; the others for coefficients that somebody could have guessed.
    for (const ratio of [1n, 2n, 3n, 2n ** 128n - 1n]) {
      const forged = [moved(proofs[0], ratio), moved(proofs[1], -1n)];
      await expect(proofVerifier.verifyBatch(trapdoor, forged, inputs))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidBatch")
        .withArgs(trapdoor, 2n);
    }
  });
});
