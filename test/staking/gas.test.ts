import { expect } from "chai";

import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { CXT, DAY, MIN_PERIOD, Offence, deployStaking } from "./support/staking.ts";
import { gasOf } from "../support/gas.ts";

const AMOUNT = 10_000n * CXT;
// Gas of whole transactions: execution, intrinsic cost and calldata; scheduler and reputation are doubles that store one or
// two words each. COREX_GAS=1 prints every figure.
describe("Gas of staking", function () {
  it("stays within its targets", async function () {
    const suite = await loadFixture(deployStaking);
    const { vault, slasher, operator, otherOperator, liability, rawSlasher, judge, reporter, node, otherNode } = suite;
    const own = vault.connect(operator);
    await gasOf("first stake of the vault", own.stake(node, AMOUNT, 100n * DAY));
    const fresh = await gasOf(
      "first stake of a node",
      vault.connect(otherOperator).stake(otherNode, AMOUNT, MIN_PERIOD),
    );
    const second = await gasOf("second position", own.stake(node, AMOUNT, MIN_PERIOD));
    const topUp = await gasOf("top-up", own.topUp(node, 0, AMOUNT));
    const raise = await gasOf("raise the commitment", own.raiseCommitment(node, 0, 200n * DAY));
    const hold = await gasOf("hold, first", vault.connect(liability).hold(node, CXT));
    await gasOf("hold, later", vault.connect(liability).hold(node, CXT));
    await gasOf("unhold", vault.connect(liability).unhold(node, 2n * CXT));
    await gasOf("slash of the vault, first", vault.connect(rawSlasher).slash(node, CXT));
    const slash = await gasOf("slash of the vault, later", vault.connect(rawSlasher).slash(node, CXT));
    const verdict = { node, offence: Offence.InvalidResult, base: AMOUNT, reporter, reporterBond: AMOUNT };
    await gasOf("verdict, first", slasher.connect(judge).punish(verdict));
    const punish = await gasOf("verdict, later", slasher.connect(judge).punish(verdict));
    await gasOf("reward withdrawn", slasher.connect(reporter).withdraw());
    await gasOf("start leaving", own.startLeaving(node, 0));
    await gasOf("cancel leaving", own.cancelLeaving(node, 0));
    await gasOf("start leaving, again", own.startLeaving(node, 0));
    await gasOf("expedite", own.expedite(node, 0));
    await networkHelpers.time.increase(MIN_PERIOD);
    const withdraw = await gasOf("withdraw", own.withdraw(node, 0));
    // What the history of votes adds: two checkpoints of a first stake (the staker's units, all units), see ADR 0031.
    expect(fresh).to.be.at.most(300_000n);
    expect(second).to.be.at.most(230_000n);
    expect(topUp).to.be.at.most(190_000n);
    expect(raise).to.be.at.most(150_000n);
    for (const gas of [hold, withdraw]) expect(gas).to.be.at.most(110_000n);
    expect(slash).to.be.at.most(100_000n);
    expect(punish).to.be.at.most(180_000n);
  });

  it("slashes eight positions for the cost of one", async function () {
    const { vault, rawSlasher, operator, otherOperator, node, otherNode } = await loadFixture(deployStaking);
    await vault.connect(otherOperator).stake(otherNode, AMOUNT, MIN_PERIOD);
    for (let place = 0; place < 8; place++) await vault.connect(operator).stake(node, AMOUNT, MIN_PERIOD);
    const slasher = vault.connect(rawSlasher);
    for (const target of [node, otherNode]) await slasher.slash(target, CXT);
    const one = await gasOf("slash, one position", slasher.slash(otherNode, CXT));
    const eight = await gasOf("slash, eight positions", slasher.slash(node, CXT));
    expect(eight - one).to.be.below(1_000n);
  });
});
