// FM-38: unstaking or claiming is blocked by a paused system.
// Guard: the vault has no pause of its own, and closing it at the authority stops the restricted functions alone: leaving,
// withdrawing and taking rewards ask nobody.
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, Offence, deployStaked } from "../staking/support/staking.ts";

const AMOUNT = 10_000n * CXT;

// FM-38
// └── given vault, slasher and registry closed at the authority, and a removed node
//     ├── stake leaves, and is withdrawn
//     └── rewards are withdrawn
describe("FM-38: exits cannot be paused", function () {
  it("lets stake and rewards leave while everything restricted is closed", async function () {
    const { vault, slasher, registry, manager, judge, security, operator, reporter, node } =
      await loadFixture(deployStaked);
    const verdict = { node, offence: Offence.InvalidResult, base: AMOUNT, reporter, reporterBond: 1_000n * CXT };
    await slasher.connect(judge).punish(verdict);
    await registry.connect(security).remove(node);
    for (const target of [vault, slasher, registry]) await manager.setTargetClosed!(target, true);
    await expect(slasher.connect(judge).punish({ ...verdict, reporter: ZeroAddress }))
      .to.be.revertedWithCustomError(slasher, "AccessManagedUnauthorized")
      .withArgs(judge);
    await vault.connect(operator).startLeaving(node, 0);
    await networkHelpers.time.increase(100n * DAY);
    await expect(vault.connect(operator).withdraw(node, 0))
      .to.emit(vault, "Withdrawn")
      .withArgs(node, 0n, operator, AMOUNT - 500n * CXT);
    await expect(slasher.connect(reporter).withdraw())
      .to.emit(slasher, "RewardWithdrawn")
      .withArgs(reporter, 100n * CXT);
  });
});
