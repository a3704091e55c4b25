// FM-29: an invalid curve point makes a precompile burn all the gas it was given (63/64 of what the caller forwarded).
import { expect } from "chai";

import { pointOffGroupG2 } from "../support/market/curve.ts";
import { provenStep } from "../support/market/proven.ts";
import { ethers } from "../support/market/suite.ts";
import type { Proof } from "../support/market/task.ts";

const FORWARDED = 16_000_000n;
/** More than a valid submission needs, far less than what is forwarded. */
const BOUND = 600_000n;

describe("FM-29: invalid point burns the forwarded gas", function () {
  const [u1, u0, v1, v0] = pointOffGroupG2();
  const bad: readonly { name: string; of: (proof: Proof) => Proof }[] = [
    { name: "A off the curve", of: (proof) => ({ ...proof, a: [1n, 1n] }) },
    { name: "A at infinity", of: (proof) => ({ ...proof, a: [0n, 0n] }) },
    { name: "C off the curve", of: (proof) => ({ ...proof, c: [1n, 1n] }) },
    {
      name: "B off the curve",
      of: (proof) => ({
        ...proof,
        b: [
          [1n, 2n],
          [3n, 4n],
        ],
      }),
    },
    {
      name: "B off the group",
      of: (proof) => ({
        ...proof,
        b: [
          [u1, u0],
          [v1, v0],
        ],
      }),
    },
    { name: "a false proof of valid points", of: (proof) => ({ ...proof, a: proof.c }) },
  ];

  for (const { name, of } of bad) {
    it(`costs a bounded amount with ${name}`, async function () {
      const { market, operator, task, submission } = await provenStep();
      const call = market
        .connect(operator)
        .submit(task.terms, { ...submission, proof: of(submission.proof) }, { gasLimit: FORWARDED });
      await expect(call).to.revert(ethers);
      const block = await ethers.provider.getBlock("latest");
      expect(block?.transactions).to.have.lengthOf(1);
      expect(block?.gasUsed ?? FORWARDED).to.be.below(BOUND);
    });
  }
});
