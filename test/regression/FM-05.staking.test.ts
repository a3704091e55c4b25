// FM-05: the cumulative slash goes down when it is derived from the remaining stake.
// Guard: `slashed` is only ever added to; deposits, withdrawals and wipe-outs do not touch it. A cap that looked at the
// remaining stake alone could be reset by leaving and coming back; it counts what was slashed, by time.
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, MIN_PERIOD, Offence, deployStaking } from "../staking/support/staking.ts";

const AMOUNT = 10_000n * CXT;

// FM-05
// ├── the cumulative slash stays what it was when stake leaves, comes, or is wiped out
// └── the cap remembers what was slashed when stake leaves
describe("FM-05: what was slashed is never forgotten", function () {
  it("only ever grows", async function () {
    const { vault, rawSlasher, operator, node } = await loadFixture(deployStaking);
    const own = vault.connect(operator);
    const slashed = async () => (await vault.stakeDataOf(node)).slashed;
    await own.stake(node, AMOUNT, MIN_PERIOD);
    await vault.connect(rawSlasher).slash(node, 400n * CXT);
    await own.stake(node, AMOUNT, MIN_PERIOD);
    await own.startLeaving(node, 0);
    await networkHelpers.time.increase(MIN_PERIOD);
    await own.withdraw(node, 0);
    expect(await slashed()).to.equal(400n * CXT);
    await vault.connect(rawSlasher).slash(node, 2n * AMOUNT);
    const left = 2n * AMOUNT - 400n * CXT;
    const paid = left / 2n;
    expect((await slashed()) - 400n * CXT).to.be.within(left - paid - CXT * 400n, left - paid + CXT * 400n);
    const wiped = await slashed();
    await own.startLeaving(node, 1);
    await networkHelpers.time.increase(MIN_PERIOD);
    await own.withdraw(node, 1);
    await own.stake(node, AMOUNT, MIN_PERIOD);
    expect(await slashed()).to.equal(wiped);
  });

  it("counts towards the cap also when the stake behind it left", async function () {
    const { vault, slasher, judge, operator, node } = await loadFixture(deployStaking);
    const own = vault.connect(operator);
    for (const place of [0, 1]) {
      await own.stake(node, AMOUNT, MIN_PERIOD);
      if (place === 0) await own.startLeaving(node, 0);
    }
    await networkHelpers.time.increase(MIN_PERIOD - DAY);
    const verdict = { node, offence: Offence.MissedDeadline, reporter: ZeroAddress, reporterBond: 0n };
    await slasher.connect(judge).punish({ ...verdict, base: 6_000n * CXT });
    await networkHelpers.time.increase(DAY);
    await own.withdraw(node, 0);
    expect(await slasher.recentlySlashed(node)).to.equal(6_000n * CXT);
    // (7,000 + 6,000) / 2 - 6,000
    expect(await slasher.slashable(node)).to.equal(500n * CXT);
    await slasher.connect(judge).punish({ ...verdict, base: AMOUNT });
    expect(await vault.stakeOf(node)).to.equal(6_500n * CXT);
  });
});
