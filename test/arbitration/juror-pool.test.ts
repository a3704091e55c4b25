import { expect } from "chai";

import { ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";
import { fund } from "../staking/support/staking.ts";
import { CXT, DAY, FUNDS, SILENCE, deployCourt } from "./support/court.ts";

const { time, mine } = networkHelpers;
const MIN_STAKE = 1_000n * CXT;

/** A pool of its own, whose court is a contract that the test commands, over the real entropy. */
async function deployPool() {
  const suite = await deployCourt();
  const { token, entropy, claimant, respondent, owner } = suite;
  const court = await ethers.deployContract("PoolOwner");
  await networkHelpers.impersonateAccount(await court.getAddress());
  await networkHelpers.setBalance(await court.getAddress(), 10n ** 20n);
  const signer = await ethers.getSigner(await court.getAddress());
  const factory = await ethers.getContractFactory("JurorPool", signer);
  const own = await factory.deploy(token, entropy);
  for (const account of [claimant, respondent, owner]) await token.connect(account).approve(own, FUNDS);
  return { ...suite, own, court: signer, jurors: [claimant, respondent, owner] as const };
}

type PoolSuite = Awaited<ReturnType<typeof deployPool>>;

/** Draws `votes` votes as the court, with the next ticket that serves; whom it found. */
async function drawVotes({ own, court, entropy }: PoolSuite, votes: number, excluded: string[] = [], salt = "draw") {
  const ticket = await entropy.nextTicket();
  await mine(Number(ticket - (await entropy.horizon())) + 1);
  const args = [ticket, ethers.id(salt), votes, excluded] as const;
  const { status, jurors } = await own.connect(court).draw.staticCall(...args);
  await own.connect(court).draw(...args);
  return { status, jurors: [...jurors] };
}

// JurorPool.stake
// ├── when it is nothing, or too little in all, it reverts with JurorPoolOutOfBounds
// └── it adds to the stake and the weight, up to the cap
describe("JurorPool.stake", function () {
  it("reverts with JurorPoolOutOfBounds below the least stake, and for nothing", async function () {
    const { own, jurors } = await loadFixture(deployPool);
    const pool = own.connect(jurors[0]);
    for (const amount of [0n, 1n, MIN_STAKE - 1n]) {
      await expect(pool.stake(amount))
        .to.be.revertedWithCustomError(own, "JurorPoolOutOfBounds")
        .withArgs(ethers.encodeBytes32String("stake"), amount, MIN_STAKE, 2n ** 96n - 1n);
    }
    await pool.stake(MIN_STAKE);
    await expect(pool.stake(0n)).to.be.revertedWithCustomError(own, "JurorPoolOutOfBounds");
    await expect(pool.stake(2n ** 256n - 1n)).to.be.revertedWithPanic(0x11);
  });

  it("adds to stake and weight, up to the cap of 50,000 CXT", async function () {
    const { own, jurors, token } = await loadFixture(deployPool);
    const pool = own.connect(jurors[0]);
    const call = pool.stake(49_000n * CXT + 1n);
    await expect(call).to.changeTokenBalances(
      ethers,
      token,
      [jurors[0], own],
      [-49_000n * CXT - 1n, 49_000n * CXT + 1n],
    );
    await expect(call)
      .to.emit(own, "JurorStaked")
      .withArgs(jurors[0], 49_000n * CXT + 1n, 49_000n * CXT + 1n);
    expect(await own.totalWeight()).to.equal(49_000n);
    await pool.stake(900_000n * CXT);
    expect(await own.totalWeight()).to.equal(50_000n);
    expect(await own.stakedTotal()).to.equal(949_000n * CXT + 1n);
    expect([...(await own.jurorOf(jurors[0]))]).to.deep.equal([949_000n * CXT + 1n, 0n, 0n, 0n]);
  });
});

// JurorPool.startLeaving, JurorPool.withdraw
// ├── when there is not as much, or too little would be left, it reverts
// ├── it takes the weight at once, and pays after the delay, what no vote locks
// └── asking again starts the delay anew
describe("JurorPool: leaving", function () {
  it("reverts for more than there is, for nothing, and when too little would be left", async function () {
    const { own, jurors } = await loadFixture(deployPool);
    const pool = own.connect(jurors[0]);
    await pool.stake(2_000n * CXT);
    for (const amount of [0n, 2_000n * CXT + 1n]) {
      await expect(pool.startLeaving(amount))
        .to.be.revertedWithCustomError(own, "JurorPoolInsufficient")
        .withArgs(jurors[0], amount, 2_000n * CXT);
    }
    await expect(pool.startLeaving(1_000n * CXT + 1n))
      .to.be.revertedWithCustomError(own, "JurorPoolOutOfBounds")
      .withArgs(ethers.encodeBytes32String("left"), 1_000n * CXT - 1n, MIN_STAKE, 2_000n * CXT);
  });

  it("takes the weight at once and pays after the delay, which begins anew with every request", async function () {
    const { own, jurors, token } = await loadFixture(deployPool);
    const pool = own.connect(jurors[0]);
    await pool.stake(5_000n * CXT);
    await pool.startLeaving(4_000n * CXT);
    expect(await own.totalWeight()).to.equal(1_000n);
    await time.increase(6n * DAY);
    await pool.startLeaving(1_000n * CXT);
    expect(await own.totalWeight()).to.equal(0n);
    const from = BigInt(await time.latest()) + 7n * DAY;
    expect([...(await own.jurorOf(jurors[0]))]).to.deep.equal([0n, 5_000n * CXT, 0n, from]);
    await time.setNextBlockTimestamp(from - 1n);
    await expect(pool.withdraw())
      .to.be.revertedWithCustomError(own, "JurorPoolTooEarly")
      .withArgs(jurors[0], from, from - 1n);
    await time.increaseTo(from);
    await expect(pool.withdraw()).to.changeTokenBalances(ethers, token, [jurors[0]], [5_000n * CXT]);
    await expect(pool.withdraw())
      .to.be.revertedWithCustomError(own, "JurorPoolInsufficient")
      .withArgs(jurors[0], 0n, 0n);
    expect(await own.stakedTotal()).to.equal(0n);
  });
});

// JurorPool.draw, JurorPool.settle
// ├── when the caller is not the court it reverts with JurorPoolOnlyCourt(caller)
// ├── draws nobody while the entropy is unknown, nobody excluded, nobody without free stake, nobody that left
// ├── draws in proportion to the weights at the start of the period
// └── settle lets go, takes from stake and then from what leaves, and sends it to the court
describe("JurorPool: draws", function () {
  it("reverts with JurorPoolOnlyCourt(caller)", async function () {
    const { own, jurors } = await loadFixture(deployPool);
    const pool = own.connect(jurors[0]);
    for (const call of [pool.draw(1, ethers.ZeroHash, 3, []), pool.settle([], [], [])]) {
      await expect(call).to.be.revertedWithCustomError(own, "JurorPoolOnlyCourt").withArgs(jurors[0]);
    }
  });

  it("draws by the weights at the start of the period, and never whoever came later or left", async function () {
    const suite = await loadFixture(deployPool);
    const { own, jurors } = suite;
    await own.connect(jurors[0]).stake(40_000n * CXT);
    await own.connect(jurors[1]).stake(10_000n * CXT);
    // The next period begins, and all that follows until the first draw happens in it.
    await mine(16 - ((await ethers.provider.getBlockNumber()) % 16));
    await own.connect(jurors[2]).stake(50_000n * CXT);
    const counts = new Map<string, number>();
    for (let i = 0; i < 20; i++) {
      const { jurors: found } = await drawVotes(suite, 5, [], `draw ${i}`);
      expect(found.length).to.equal(5);
      for (const juror of found) counts.set(juror, (counts.get(juror) ?? 0) + 1);
      const [votes, penalties] = [found.map(() => 1), found.map(() => 0)];
      await own.connect(suite.court).settle(found, votes, penalties);
      if (i === 0) await own.connect(jurors[2]).startLeaving(50_000n * CXT);
    }
    expect(counts.get(jurors[2].address) ?? 0).to.equal(0);
    // 80 of 100 votes are expected; the standard deviation is 4.
    const first = counts.get(jurors[0].address) ?? 0;
    expect(first >= 56 && first <= 99).to.equal(true);
  });

  it("draws nobody who is excluded, and nobody beyond its free stake: all votes or none", async function () {
    const suite = await loadFixture(deployPool);
    const { own, jurors } = suite;
    for (const juror of jurors) await own.connect(juror).stake(1_000n * CXT);
    await mine(16);
    const excluded = [jurors[0].address, jurors[1].address];
    const { jurors: found } = await drawVotes(suite, 3, excluded);
    for (const juror of found) expect(juror).to.equal(jurors[2].address);
    // 30 locks are all that there is; 31 cannot be found, and nothing stays locked by trying.
    const before = await Promise.all(jurors.map(async (juror) => (await own.jurorOf(juror)).locked));
    expect((await drawVotes(suite, 31)).jurors).to.deep.equal([]);
    expect(await Promise.all(jurors.map(async (juror) => (await own.jurorOf(juror)).locked))).to.deep.equal(before);
  });

  it("lets go, takes from stake and then from what leaves, and keeps what is locked from leaving", async function () {
    const suite = await loadFixture(deployPool);
    const { own, court, jurors, token } = suite;
    const [juror] = jurors;
    await own.connect(juror).stake(1_000n * CXT);
    await mine(16);
    let found: string[] = [];
    for (let i = 0; found.length === 0; i++) ({ jurors: found } = await drawVotes(suite, 10, [], `draw ${i}`));
    expect((await own.jurorOf(juror)).locked).to.equal(10n * SILENCE);
    await own.connect(juror).startLeaving(1_000n * CXT);
    await time.increase(8n * DAY);
    await expect(own.connect(juror).withdraw())
      .to.be.revertedWithCustomError(own, "JurorPoolInsufficient")
      .withArgs(juror, 1_000n * CXT, 0n);
    await own.connect(juror).stake(1_000n * CXT);
    const call = own.connect(court).settle([juror], [10], [1_000n * CXT]);
    await expect(call).to.changeTokenBalances(ethers, token, [own, court], [-1_000n * CXT, 1_000n * CXT]);
    await expect(call)
      .to.emit(own, "JurorPenalised")
      .withArgs(juror, 1_000n * CXT);
    const { staked, leaving, locked } = await own.jurorOf(juror);
    expect([staked, leaving, locked]).to.deep.equal([0n, 1_000n * CXT, 0n]);
    expect(await own.totalWeight()).to.equal(0n);
    await own.connect(juror).withdraw();
    expect(await token.balanceOf(own)).to.equal(0n);
    await fund(suite, own, 5n);
    expect(await own.stakedTotal()).to.equal(0n);
  });
});
