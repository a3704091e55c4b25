// FM-30: one receiver that reverts blocks everybody.
// Public case: corpus-io #422 (a push payment to a contract that refuses it).
// Guard: everything is owed and pulled; the token has no hook. A contract that refuses every call can claim, win, and be paid.
import { expect } from "chai";

import { ethers, loadFixture } from "../support/fixtures.ts";
import { fund } from "../staking/support/staking.ts";
import { BENCHMARK_BOND, EVIDENCE, deployCourt, pass } from "../arbitration/support/court.ts";

describe("FM-30: a hostile claimant blocks nobody", function () {
  it("is ruled, settled and paid by strangers", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, token, stranger, node } = suite;
    const hostile = await ethers.deployContract("HostileClaimant");
    await fund(suite, hostile, BENCHMARK_BOND);
    await hostile.getFunction("approve")(token, arbitration);
    await hostile.getFunction("claim")(arbitration, node, EVIDENCE);
    await pass(suite, 1n);
    await arbitration.connect(stranger).settleRound(1, 0);
    expect(await arbitration.owedTo(hostile)).to.equal(BENCHMARK_BOND);
    await arbitration.connect(stranger).withdraw(hostile);
    expect(await token.balanceOf(hostile)).to.equal(BENCHMARK_BOND);
    expect(await token.balanceOf(arbitration)).to.equal(0n);
  });
});
