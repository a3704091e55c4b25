import { expect } from "chai";

import { ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";

const PERIOD = 16n;
const TAIL = 4n;
const VALUE = 123n;
const Status = { Pending: 0n, Ready: 1n, Expired: 2n } as const;

const deploy = async () => ethers.deployContract("BlockEntropy", [PERIOD, TAIL, VALUE]);
/** Calls see the number of the last block. */
const seen = async () => BigInt(await networkHelpers.time.latestBlock());

/** Mines until a call sees block `place` of a period. */
async function goTo(place: bigint): Promise<bigint> {
  const next = await seen();
  await networkHelpers.mine(Number((PERIOD + place - (next % PERIOD)) % PERIOD));
  return seen();
}

// BlockEntropy.constructor
// ├── when the period is not between 8 and 200 blocks
// │   └── it reverts with BlockEntropyPeriodOutOfBounds(periodBlocks, minimum, maximum)
// ├── when the tail is zero or more than half of the period
// │   └── it reverts with BlockEntropyTailOutOfBounds(tailBlocks, minimum, maximum)
// └── else it stores all three
describe("BlockEntropy.constructor", function () {
  it("reverts with BlockEntropyPeriodOutOfBounds(periodBlocks, minimum, maximum)", async function () {
    const factory = await ethers.getContractFactory("BlockEntropy");
    for (const period of [0n, 7n, 201n, 2n ** 32n - 1n]) {
      await expect(factory.deploy(period, 1n, VALUE))
        .to.be.revertedWithCustomError(factory, "BlockEntropyPeriodOutOfBounds")
        .withArgs(period, 8n, 200n);
    }
  });

  it("reverts with BlockEntropyTailOutOfBounds(tailBlocks, minimum, maximum)", async function () {
    const factory = await ethers.getContractFactory("BlockEntropy");
    for (const tail of [0n, 9n]) {
      await expect(factory.deploy(17n, tail, VALUE))
        .to.be.revertedWithCustomError(factory, "BlockEntropyTailOutOfBounds")
        .withArgs(tail, 1n, 8n);
    }
  });

  it("stores period, tail and value, at the bounds too", async function () {
    for (const [period, tail] of [
      [8n, 1n],
      [8n, 4n],
      [200n, 100n],
    ] as const) {
      const entropy = await ethers.deployContract("BlockEntropy", [period, tail, VALUE]);
      expect(await entropy.periodBlocks()).to.equal(period);
      expect(await entropy.tailBlocks()).to.equal(tail);
      expect(await entropy.maxDrawValue()).to.equal(VALUE);
    }
  });
});

// BlockEntropy.period
// ├── it starts above zero, and is the same for all blocks of a period
// └── when the chain outlived 2^31 - 1 periods, it reverts with BlockEntropyPeriodsExhausted(period, maximum)
describe("BlockEntropy.period", function () {
  it("counts the periods from one", async function () {
    const entropy = await loadFixture(deploy);
    for (let i = 0; i < 40; i++) {
      expect(await entropy.period()).to.equal(1n + (await seen()) / PERIOD);
      await networkHelpers.mine(1);
    }
  });

  it("reverts with BlockEntropyPeriodsExhausted(period, maximum)", async function () {
    await loadFixture(deploy);
    const entropy = await ethers.deployContract("BlockEntropy", [8, 1, VALUE]);
    const last = 8n * (2n ** 31n - 1n) - 1n;
    await networkHelpers.mine(last - (await seen()));
    expect(await entropy.period()).to.equal(2n ** 31n - 1n);
    await networkHelpers.mine(1);
    await expect(entropy.period())
      .to.be.revertedWithCustomError(entropy, "BlockEntropyPeriodsExhausted")
      .withArgs(2n ** 31n, 2n ** 31n - 1n);
  });
});

// BlockEntropy.nextTicket
// ├── given the next block has at least the tail of its period left after it: that block
// └── else: the first block of the next period
describe("BlockEntropy.nextTicket", function () {
  it("is the next block, or the first of the next period: for every place in a period", async function () {
    const entropy = await loadFixture(deploy);
    for (let place = 0n; place < PERIOD; place++) {
      const now = await goTo(place);
      const next = now + 1n;
      const left = PERIOD - 1n - (next % PERIOD);
      const ticket = await entropy.nextTicket();
      expect(ticket).to.equal(left >= TAIL ? next : now - (now % PERIOD) + PERIOD);
      // Unknown now, of the running or the next period, with the whole tail left to use it.
      expect(ticket >= (await entropy.horizon())).to.equal(true);
      expect(ticket / PERIOD - now / PERIOD <= 1n).to.equal(true);
      expect(PERIOD - 1n - (ticket % PERIOD) >= TAIL).to.equal(true);
    }
  });
});

// BlockEntropy.read, horizon
// ├── given the block of the ticket is the present or a later one: pending, not decided, no value
// ├── given it is past, and its period runs: ready, decided, the hash of that block
// └── given its period is over: expired, decided, no value
describe("BlockEntropy.read", function () {
  it("is pending up to the block of the ticket", async function () {
    const entropy = await loadFixture(deploy);
    const now = await goTo(3n);
    for (const ticket of [now, now + 1n, 2n ** 40n - 1n]) {
      expect(await entropy.read(ticket)).to.deep.equal([Status.Pending, ethers.ZeroHash]);
      expect(ticket >= (await entropy.horizon())).to.equal(true);
    }
  });

  it("is the hash of the block while its period runs", async function () {
    const entropy = await loadFixture(deploy);
    const ticket = await goTo(0n);
    for (let place = 1n; place < PERIOD; place++) {
      await goTo(place);
      const hash = (await ethers.provider.getBlock(Number(ticket)))?.hash;
      expect(await entropy.read(ticket)).to.deep.equal([Status.Ready, hash]);
      expect(ticket < (await entropy.horizon())).to.equal(true);
    }
    await goTo(0n);
    expect(await entropy.read(ticket)).to.deep.equal([Status.Expired, ethers.ZeroHash]);
    expect(ticket < (await entropy.horizon())).to.equal(true);
  });

  it("is expired for the last block of the last period, and for ever", async function () {
    const entropy = await loadFixture(deploy);
    await networkHelpers.mine(600);
    const now = await goTo(1n);
    for (const ticket of [0n, 1n, now - 257n, now - 2n]) {
      expect((await entropy.read(ticket)).status).to.equal(Status.Expired);
      expect(ticket < (await entropy.horizon())).to.equal(true);
    }
    expect((await entropy.read(now - 1n)).status).to.equal(Status.Ready);
  });

  it("reaches the first block of the longest period from its last", async function () {
    const entropy = await ethers.deployContract("BlockEntropy", [200, 1, VALUE]);
    const next = await seen();
    const first = next + ((200n - (next % 200n)) % 200n);
    await networkHelpers.mine(Number(first + 199n - next));
    const [status, value] = await entropy.read(first);
    expect(status).to.equal(Status.Ready);
    expect(value).to.equal((await ethers.provider.getBlock(Number(first)))?.hash);
  });
});
