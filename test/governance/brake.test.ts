// What a stopped module still does: everything but new work.
import { expect } from "chai";

import { ROLES } from "../../deploy/authority.ts";
import { DAY, deploySuite, loadFixture, time } from "../support/market/suite.ts";
import { LinearTask } from "../support/market/task.ts";

/** The suite with a running task, and an account that may stop modules. */
async function deployBraking() {
  const suite = await deploySuite();
  const brakeman = suite.signer(9);
  await suite.accessManager.grantRole(ROLES.BRAKE, brakeman, 0);
  return { ...suite, brakeman };
}

// Brake on the scheduler and the registry (INV-BRK-1)
// ├── draws stop; what was drawn is settled and paid; owners cancel; it ends by itself
// ├── bounds and cool-down hold for each module by itself
// └── nobody else stops anything
describe("Brake on the scheduler and the registry (INV-BRK-1)", function () {
  it("stops draws alone: what was drawn is settled and paid, owners can cancel, and it ends by itself", async function () {
    const suite = await loadFixture(deployBraking);
    const { market, scheduler, escrow, owner, brakeman } = suite;
    const task = await LinearTask.create(suite, { owner, chains: 1, steps: 2 });
    await task.publish();
    await task.assign(0);
    await scheduler.connect(brakeman).brake(600);
    await task.submit(0);
    await expect(task.assign(0)).to.be.revertedWithCustomError(scheduler, "BrakeActive");
    await escrow.withdraw(await escrow.feeRouter());
    const other = await LinearTask.create(suite, { owner, nonce: 1n });
    await other.publish();
    await market.connect(owner).cancel(other.terms);
    await time.increase(600);
    await task.assign(0);
  });

  it("keeps its bounds for each module by itself", async function () {
    const { scheduler, nodeRegistry, brakeman } = await loadFixture(deployBraking);
    for (const module of [scheduler, nodeRegistry]) {
      const by = module.connect(brakeman);
      await expect(by.brake(7 * DAY + 1)).to.be.revertedWithCustomError(module, "BrakeOutOfBounds");
      await by.brake(7 * DAY);
      await expect(by.brake(1)).to.be.revertedWithCustomError(module, "BrakeOutOfBounds");
      await by.release();
      await expect(by.release()).to.be.revertedWithCustomError(module, "BrakeOutOfBounds");
      await time.increase(30 * DAY - 10);
      await expect(by.brake(1)).to.be.revertedWithCustomError(module, "BrakeOutOfBounds");
      await time.increase(10);
      await expect(by.brake(DAY)).to.emit(module, "Braked");
    }
  });

  it("is nobody else's to pull or to let go", async function () {
    const { scheduler, nodeRegistry, stranger, owner } = await loadFixture(deployBraking);
    for (const module of [scheduler, nodeRegistry]) {
      for (const caller of [stranger, owner]) {
        await expect(module.connect(caller).brake(1)).to.be.revertedWithCustomError(
          module,
          "AccessManagedUnauthorized",
        );
        await expect(module.connect(caller).release()).to.be.revertedWithCustomError(
          module,
          "AccessManagedUnauthorized",
        );
      }
      expect(await module.brakedUntil()).to.equal(0n);
    }
  });
});
