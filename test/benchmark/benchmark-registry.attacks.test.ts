import { expect } from "chai";

import { NodeStatus, ethers, loadFixture, networkHelpers, payoutOf } from "../support/fixtures.ts";
import {
  BOND,
  CXT,
  SIZE,
  STAKE,
  Status,
  conclude,
  deployBench,
  deployScored,
  measure,
  registerNode,
  unitsOf,
} from "./support/bench.ts";

const { time } = networkHelpers;

/** Node 1, scored, whose operator can challenge itself. */
async function deploySelf() {
  const suite = await deployScored();
  const { token, bench, operator } = suite;
  await token.transfer(operator, 1_000n * CXT);
  await token.connect(operator).approve(bench, 2n ** 256n - 1n);
  return suite;
}

// Who gains by a challenge
// ├── a node that challenges itself and fails loses four fifths of the slash, at least
// ├── one that challenges itself and passes gets its own bond back, and shields itself for no second
// ├── whoever challenges an honest node pays it 100 CXT each time
// └── a node cannot dodge by beginning again and again, by an old answer or by leaving
describe("BenchmarkRegistry: attacks", function () {
  it("self-challenge, failed: costs 30 % of the stake and gives back 6 %, and the node is gone", async function () {
    const suite = await loadFixture(deploySelf);
    const { bench, operator, slasherDouble, registry, token, vault } = suite;
    const before = await token.balanceOf(operator);
    await bench.connect(operator).challenge(1);
    await time.increase(901n);
    await bench.connect(operator).expire(1);
    await bench.connect(operator).withdraw();
    expect(await token.balanceOf(operator)).to.equal(before);
    const lost = STAKE - ((await vault.getFunction("stakeOf")(1)) as bigint);
    const reward = (await slasherDouble.getFunction("owedTo")(operator)) as bigint;
    // 10,000 CXT staked: 3,000 slashed, 600 back, 2,400 lost.
    expect([lost, reward]).to.deep.equal([3_000n * CXT, 600n * CXT]);
    expect((await registry.get(1)).status).to.equal(NodeStatus.Removed);
  });

  it("self-challenge, failed, with the largest stakes: the reward ends at ten bonds", async function () {
    const suite = await loadFixture(deploySelf);
    const { bench, operator, slasherDouble, vault } = suite;
    await vault.getFunction("set")(1, 100_000n * CXT);
    await bench.connect(operator).challenge(1);
    await time.increase(901n);
    await bench.expire(1);
    expect(await slasherDouble.getFunction("slashedOf")(1)).to.equal(30_000n * CXT);
    expect(await slasherDouble.getFunction("owedTo")(operator)).to.equal(10n * BOND);
  });

  it("self-challenge, passed: moves the bond to the payout, and keeps no other challenger away", async function () {
    const suite = await loadFixture(deploySelf);
    const { bench, operator, challenger } = suite;
    await bench.connect(operator).challenge(1);
    await measure(suite, 1);
    await conclude(suite, 1);
    expect(await bench.owedTo(payoutOf(1))).to.equal(BOND);
    expect(await bench.owedTo(operator)).to.equal(0n);
    await bench.connect(challenger).challenge(1);
    expect((await bench.challengeOf(1)).challenger).to.equal(challenger.address);
  });

  it("an honest node is paid 100 CXT for each challenge, and keeps its weight", async function () {
    const suite = await loadFixture(deployScored);
    const { bench, challenger, token, scheduler, registry, operator } = suite;
    const before = await token.balanceOf(challenger);
    for (let round = 1n; round <= 5n; round++) {
      await bench.connect(challenger).challenge(1);
      await measure(suite, 1);
      await conclude(suite, 1);
      await registry.connect(operator).heartbeat();
      expect(await bench.owedTo(payoutOf(1))).to.equal(round * BOND);
      expect(await scheduler.getFunction("weightOf")(1)).to.equal(unitsOf() * 5_000n);
    }
    expect(await token.balanceOf(challenger)).to.equal(before - 5n * BOND);
    await expect(bench.connect(challenger).withdraw()).to.not.emit(bench, "BondWithdrawn");
    // Only who is owed can take it.
    expect(await bench.owedTo(challenger)).to.equal(0n);
  });

  it("a node that begins again and again is exposed when its window is over", async function () {
    const { bench, operator, challenger, entropy, slasherDouble } = await loadFixture(deploySelf);
    await bench.connect(operator).begin(SIZE);
    await bench.connect(challenger).challenge(1);
    const { openedAt } = await bench.challengeOf(1);
    for (let wait = 60n; wait <= 900n; wait += 60n) {
      await time.setNextBlockTimestamp(openedAt + wait);
      await bench.connect(operator).begin(SIZE);
    }
    await entropy.getFunction("reveal")(ethers.id("x"));
    await expect(bench.connect(operator).begin(SIZE)).to.be.revertedWithCustomError(bench, "BenchmarkRegistryTooLate");
    await time.setNextBlockTimestamp(openedAt + 900n + 153n);
    await bench.expire(1);
    expect(((await slasherDouble.getFunction("verdicts")()) as unknown[]).length).to.equal(1);
  });

  it("a faster answer than the clock can tell counts one second, at the largest size", async function () {
    const suite = await loadFixture(deployBench);
    await registerNode(suite, 1);
    const { bench, entropy, signers } = suite;
    const operator = signers[6];
    if (operator === undefined) throw new Error("no signer");
    // Begin, seed and answer within one second, as on a chain with blocks of less than one.
    await ethers.provider.send("evm_setAutomine", [false]);
    await bench.connect(operator).begin(65_535, { gasLimit: 1_000_000n });
    await entropy.getFunction("reveal")(ethers.id("x"), { gasLimit: 1_000_000n });
    await bench.connect(operator).answer(ethers.id("result"), { gasLimit: 1_000_000n });
    await ethers.provider.send("evm_mine", []);
    await ethers.provider.send("evm_setAutomine", [true]);
    const { beganAt, answeredAt, status } = await bench.measurementOf(1);
    expect([answeredAt - beganAt, status]).to.deep.equal([0n, Status.Answered]);
    await conclude(suite, 1);
    expect((await bench.scoreOf(1)).elapsed).to.equal(1n);
    const maximum = await suite.registry.MAX_DAILY_WORK_UNITS();
    const exact = unitsOf(65_535n, 0n);
    expect(await suite.registry.dailyCapacityOf(1)).to.equal(exact < maximum ? exact : maximum);
  });

  it("a stranger relays a verdict, expires and is owed nothing", async function () {
    const suite = await loadFixture(deployScored);
    const { bench, challenger, stranger } = suite;
    await bench.connect(challenger).challenge(1);
    await time.increase(901n);
    await bench.connect(stranger).expire(1);
    await expect(bench.connect(stranger).expire(1))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongStatus")
      .withArgs(1n, Status.None);
    expect(await bench.owedTo(stranger)).to.equal(0n);
    await expect(bench.connect(stranger).withdraw()).to.not.emit(bench, "BondWithdrawn");
  });
});
