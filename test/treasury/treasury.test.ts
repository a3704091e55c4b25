// What the treasury pays, to whom, within which limits.
import { expect } from "chai";

import { CXT, DAY, ethers, loadFixture, time } from "../support/market/suite.ts";
import { Budget, HELD, LIMIT, deployTreasury } from "./support/treasury.ts";

// Treasury
// ├── allot: within the limit of 30 days, the share of the year, and what is free; recipients withdraw
// ├── allotOperations: within the committee's part
// ├── fund*: to the module that asks, within its budget
// ├── lowerCommitteeShare: falls only
// ├── native coin: as any asset; a recipient that refuses it blocks nobody
// └── nothing to nobody
describe("Treasury", function () {
  it("promises within the limit of thirty days, and pays whoever withdraws (INV-TRE-1, INV-TRE-2)", async function () {
    const { treasury, byDao, asset, token, small, other, stranger } = await loadFixture(deployTreasury);
    await expect(byDao.allot(Budget.Grants, asset, small, 3_000n * CXT))
      .to.emit(treasury, "Allotted")
      .withArgs(Budget.Grants, asset, small, 3_000n * CXT, byDao.runner);
    await byDao.allot(Budget.Grants, asset, other, 2_000n * CXT);
    await expect(byDao.allot(Budget.Grants, asset, other, 1n))
      .to.be.revertedWithCustomError(treasury, "TreasuryBudgetExceeded")
      .withArgs(Budget.Grants, asset, 1n, 0n);
    expect(await treasury.freeOf(asset)).to.equal(HELD - 5_000n * CXT);
    await expect(treasury.connect(stranger).withdraw(asset, small)).to.changeTokenBalances(
      ethers,
      token,
      [treasury, small],
      [-3_000n * CXT, 3_000n * CXT],
    );
    await expect(treasury.withdraw(asset, small)).to.be.revertedWithCustomError(treasury, "TreasuryNothing");
    await time.increase(15 * DAY);
    await expect(byDao.allot(Budget.Grants, asset, other, 1n)).to.be.revertedWithCustomError(
      treasury,
      "TreasuryBudgetExceeded",
    );
    await time.increase(16 * DAY);
    await byDao.allot(Budget.Grants, asset, other, LIMIT);
    expect(await treasury.owedTo(asset, other)).to.equal(7_000n * CXT);
  });

  it("pays at most the immutable share of a year, whatever the limit (INV-TRE-3, FM-33)", async function () {
    const { treasury, byDao, asset, small } = await loadFixture(deployTreasury);
    await byDao.setLimit(Budget.Incentives, asset, 2n ** 255n);
    const ceiling = HELD / 10n;
    expect(await treasury.availableOf(Budget.Incentives, asset)).to.equal(ceiling);
    await expect(byDao.allot(Budget.Incentives, asset, small, ceiling + 1n)).to.be.revertedWithCustomError(
      treasury,
      "TreasuryBudgetExceeded",
    );
    await byDao.allot(Budget.Incentives, asset, small, ceiling / 2n);
    // What was paid still counts as the year's: the ceiling is of free and spent together.
    expect(await treasury.availableOf(Budget.Incentives, asset)).to.equal(ceiling / 2n);
    await byDao.allot(Budget.Incentives, asset, small, ceiling / 2n);
    expect(await treasury.availableOf(Budget.Incentives, asset)).to.equal(0n);
    await time.increase(364 * DAY);
    expect(await treasury.availableOf(Budget.Incentives, asset)).to.equal(0n);
    await time.increase(2 * DAY);
    expect(await treasury.availableOf(Budget.Incentives, asset)).to.equal((HELD * 9n) / 100n);
  });

  it("promises nothing twice: what is promised is not free", async function () {
    const { treasury, byDao, asset, small, technicalTimelock } = await loadFixture(deployTreasury);
    await expect(byDao.allot(Budget.Security, asset, small, HELD + 1n))
      .to.be.revertedWithCustomError(treasury, "TreasuryInsufficient")
      .withArgs(asset, HELD + 1n, HELD);
    for (const [to, amount] of [
      [ethers.ZeroAddress, 1n],
      [small, 0n],
      [treasury, 1n],
    ] as const) {
      await expect(byDao.allot(Budget.Security, asset, to, amount)).to.be.revertedWithCustomError(
        treasury,
        "TreasuryNothing",
      );
    }
    expect(await treasury.owedTo(asset, technicalTimelock)).to.equal(0n);
  });

  it("lets the committee use its part, which only falls", async function () {
    const { treasury, byDao, asset, committee, small } = await loadFixture(deployTreasury);
    const by = treasury.connect(committee);
    await by.allotOperations(asset, small, 1_000n * CXT);
    await byDao.lowerCommitteeShare(5_000n);
    await expect(by.allotOperations(asset, small, 1_500n * CXT + 1n))
      .to.be.revertedWithCustomError(treasury, "TreasuryBudgetExceeded")
      .withArgs(Budget.Operations, asset, 1_500n * CXT + 1n, 1_500n * CXT);
    await by.allotOperations(asset, small, 1_500n * CXT);
    for (const share of [5_000n, 5_001n]) {
      await expect(byDao.lowerCommitteeShare(share)).to.not.emit(treasury, "CommitteeShareChanged");
      expect(await treasury.committeeShareBps()).to.equal(5_000n);
    }
    // The DAO can use what the committee cannot.
    await byDao.allot(Budget.Operations, asset, small, 2_500n * CXT);
  });

  it("funds modules within their budgets, and nobody else", async function () {
    const { treasury, asset, module, token, whale } = await loadFixture(deployTreasury);
    const by = treasury.connect(module);
    for (const fundOf of [by.fundRewards, by.fundGrant, by.fundBuyback]) {
      await expect(fundOf(asset, LIMIT)).to.changeTokenBalances(ethers, token, [treasury, module], [-LIMIT, LIMIT]);
      await expect(fundOf(asset, 1n)).to.be.revertedWithCustomError(treasury, "TreasuryBudgetExceeded");
    }
    await expect(treasury.connect(whale).fundGrant(asset, 1n)).to.be.revertedWithCustomError(
      treasury,
      "AccessManagedUnauthorized",
    );
  });

  it("holds native coin; who cannot receive it blocks nobody", async function () {
    const { treasury, byDao, dao, small, other, whale, token } = await loadFixture(deployTreasury);
    const native = ethers.ZeroAddress;
    await whale.sendTransaction({ to: treasury, value: 100n * CXT });
    await byDao.setLimit(Budget.Security, native, 10n * CXT);
    await byDao.allot(Budget.Security, native, token, 4n * CXT);
    await byDao.allot(Budget.Security, native, other, 5n * CXT);
    await expect(treasury.withdraw(native, token))
      .to.be.revertedWithCustomError(treasury, "TreasuryTransferFailed")
      .withArgs(token, 4n * CXT);
    await expect(treasury.connect(small).withdraw(native, other)).to.changeEtherBalances(
      ethers,
      [treasury, other],
      [-5n * CXT, 5n * CXT],
    );
    expect(await treasury.freeOf(native)).to.equal(91n * CXT);
    expect(dao.address).to.not.equal(other.address);
  });
});
