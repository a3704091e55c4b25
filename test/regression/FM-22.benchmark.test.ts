// FM-22: fake GPUs register by the million.
// Public case: io.net, 2024: a spoofed API registered some 1.8 million virtual GPUs that farmed the incentive programme.
// Guard: a name is worth nothing. Capacity comes from an answer to a fresh seed, checked by attestors and timed by the chain;
// it expires after 30 days, and anyone with a bond can have it shown again at a time that the node does not choose.
import { expect } from "chai";

import { ONE, PLENTY, Track, ethers, loadFixture, networkHelpers, operatorOf } from "../support/fixtures.ts";
import {
  BOND,
  type Bench,
  SIZE,
  attestationOf,
  conclude,
  deployBench,
  measure,
  registerNode,
  sign,
  unitsOf,
} from "../benchmark/support/bench.ts";

const { time } = networkHelpers;
const DAY = 86_400n;
const FLEET = [1, 2, 3, 4] as const;

/** One operator with four nodes that are no GPUs. */
async function deployFleet() {
  const suite = await deployBench();
  for (const index of FLEET) await registerNode(suite, index);
  return suite;
}

/** Points that a day of reports, however many, gives to `node`. */
async function pointsOf(suite: Bench, node: number): Promise<bigint> {
  await suite.distributor.connect(suite.reporter).creditMatched(node, Track.ComputePoC, PLENTY, ONE, PLENTY);
  await suite.distributor.connect(suite.reporter).creditNetwork(node, Track.ComputePoC, PLENTY, ONE);
  return (await suite.distributor.accountOf(node)).computePoints;
}

async function expectWorthless(suite: Bench, node: number): Promise<void> {
  expect(await suite.registry.dailyCapacityOf(node)).to.equal(0n);
  expect(await suite.scheduler.getFunction("weightOf")(node)).to.equal(0n);
}

// FM-22
// ├── registering gives no score, no weight, no earnings
// ├── an answer without work is found wrong by the attestors
// ├── an answer computed once counts for no other node and no later measurement
// ├── a score on a rented machine ends after 30 days
// └── and before, when anyone challenges it
describe("FM-22: fake hardware has no fresh answer", function () {
  it("gives a fleet that only registers no score, no weight and no earnings", async function () {
    const suite = await loadFixture(deployFleet);
    for (const node of FLEET) {
      await suite.registry.connect(operatorOf(suite, node)).heartbeat();
      await suite.bench.connect(operatorOf(suite, node)).begin(65_535);
      await suite.scheduler.getFunction("poke")(node);
      await suite.reputation.sync(node);
      await expectWorthless(suite, node);
      expect(await pointsOf(suite, node)).to.equal(0n);
      expect((await suite.bench.scoreOf(node)).size).to.equal(0n);
    }
    expect(await suite.registry.activeCount()).to.equal(0n);
  });

  it("discards answers without work, and those that nobody attested", async function () {
    const suite = await loadFixture(deployFleet);
    for (const node of FLEET) await measure(suite, node, 65_535n, 10n);
    for (const node of FLEET.slice(0, 2)) await conclude(suite, node, false);
    await time.increase(DAY + 1n);
    for (const node of FLEET.slice(2)) await suite.bench.expire(node);
    for (const node of FLEET) {
      await suite.registry.connect(operatorOf(suite, node)).heartbeat();
      await expectWorthless(suite, node);
      expect(await pointsOf(suite, node)).to.equal(0n);
    }
  });

  it("gives each node and each measurement a seed of its own", async function () {
    const suite = await loadFixture(deployFleet);
    const { bench } = suite;
    for (const node of FLEET) await bench.connect(operatorOf(suite, node)).begin(SIZE);
    await suite.entropy.getFunction("reveal")(ethers.id("one value for all"));
    const seeds = new Set<string>();
    for (const node of FLEET) seeds.add(await bench.seedOf(node));
    await bench.connect(operatorOf(suite, 1)).begin(SIZE);
    await suite.entropy.getFunction("reveal")(ethers.id("one value for all"));
    seeds.add(await bench.seedOf(1));
    expect(seeds.size).to.equal(FLEET.length + 1);

    await measure(suite, 1);
    const verdict = await attestationOf(suite, 1);
    const signatures = await sign(suite, verdict);
    await bench.conclude(verdict, signatures);
    await measure(suite, 2);
    await expect(bench.conclude({ ...verdict, node: 2n }, signatures)).to.be.revertedWithCustomError(
      bench,
      "BenchmarkRegistryWrongAttestation",
    );
  });

  it("ends a score on a rented machine after 30 days", async function () {
    const suite = await loadFixture(deployFleet);
    await measure(suite, 1);
    await conclude(suite, 1);
    expect(await suite.registry.dailyCapacityOf(1)).to.equal(unitsOf());
    expect(await pointsOf(suite, 1)).to.be.greaterThan(0n);
    await time.increase(30n * DAY);
    await suite.registry.connect(operatorOf(suite, 1)).heartbeat();
    await expectWorthless(suite, 1);
    await suite.registry.connect(operatorOf(suite, 2)).heartbeat();
    expect(await suite.registry.activeCount()).to.equal(0n);
    expect(await pointsOf(suite, 1)).to.equal(0n);
  });

  it("ends it before, when anyone challenges it: the stake pays, the challenger gains", async function () {
    const suite = await loadFixture(deployFleet);
    const { bench, challenger, slasherDouble, token } = suite;
    for (const node of FLEET) {
      await measure(suite, node);
      await conclude(suite, node);
    }
    const before = await token.balanceOf(challenger);
    for (const node of FLEET) await bench.connect(challenger).challenge(node);
    // The one rented machine is fast enough for one of the four.
    await measure(suite, 1);
    await conclude(suite, 1);
    await time.increase(901n);
    for (const node of FLEET.slice(1)) {
      await bench.expire(node);
      await expectWorthless(suite, node);
      expect(await pointsOf(suite, node)).to.equal(0n);
      expect(await slasherDouble.getFunction("slashedOf")(node)).to.equal(3_000n * 10n ** 18n);
    }
    await bench.connect(challenger).withdraw();
    expect(await token.balanceOf(challenger)).to.equal(before - BOND);
    expect(await slasherDouble.getFunction("owedTo")(challenger)).to.equal(3n * 600n * 10n ** 18n);
  });
});
