// FM-31: a callback siphons gas or re-enters during settlement.
// Public case: The Graph (a callback that was starved of gas by the rule of 63/64 was skipped, and counted as done).
// Guard: an action counts as executed before it is called, and no longer if it failed; less gas than it may need reverts the
// whole call; what failed can be tried again for ever.
import { expect } from "chai";

import { ethers, loadFixture } from "../support/fixtures.ts";
import { Mood, Ruling, Stage, deployCourt, ruled } from "../arbitration/support/court.ts";

describe("FM-31: nobody starves a ruling of gas, or enters it twice", function () {
  it("leaves a starved ruling as it was, and executes it for the next caller", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, review } = suite;
    const { dispute, forClaimant } = await ruled(suite, Ruling.Claimant);
    await review.getFunction("setMood")(Mood.Greedy, "0x");
    const miser = await ethers.deployContract("GasMiser");
    const floor = await arbitration.GAS_NEEDED();
    await expect(
      miser.getFunction("execute")(arbitration, dispute, forClaimant, floor - 1n, { gasLimit: 12_000_000n }),
    ).to.be.revertedWithCustomError(arbitration, "ArbitrationNotEnoughGas");
    expect((await arbitration.actionsOf(dispute)).executed).to.equal(0n);
    await arbitration.execute(dispute, forClaimant, { gasLimit: 12_000_000n });
    expect((await arbitration.disputeOf(dispute)).stage).to.equal(Stage.Executed);
  });

  it("does not count an action that failed, whatever the target did before", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, review } = suite;
    const { dispute, forClaimant } = await ruled(suite, Ruling.Claimant);
    await review.getFunction("setMood")(Mood.Unwilling, "0x");
    for (let i = 0; i < 3; i++) await arbitration.execute(dispute, forClaimant);
    expect((await arbitration.actionsOf(dispute)).executed).to.equal(0n);
    const echo = arbitration.interface.encodeFunctionData("execute", [dispute, forClaimant]);
    await review.getFunction("setMood")(Mood.Reentrant, echo);
    await arbitration.execute(dispute, forClaimant);
    expect(await review.getFunction("echoed")()).to.equal(false);
    expect(((await review.getFunction("given")()) as unknown[]).length).to.equal(1);
  });
});
