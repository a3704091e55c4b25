import { expect } from "chai";

import { DeviceClass, NodeStatus, ethers, loadFixture, networkHelpers, operatorOf } from "../support/fixtures.ts";
import {
  ELAPSED,
  MACS_PER_WORK_UNIT,
  SIZE,
  Status,
  conclude,
  deployRegistered,
  deployScored,
  measure,
  registerNode,
  unitsOf,
} from "./support/bench.ts";

const { time } = networkHelpers;
const DAY = 86_400n;
const RESULT = ethers.id("result");

// BenchmarkRegistry.begin
// ├── when the caller operates no node, or one that is out, it reverts with BenchmarkRegistryNotMeasurable(node)
// ├── when the size is out of bounds it reverts with BenchmarkRegistrySizeOutOfBounds(size, minimum, maximum)
// ├── when the last one is answered and open it reverts with BenchmarkRegistryWrongStatus(node, Answered)
// ├── it starts the time and emits MeasurementBegun
// └── it replaces one that was not answered, which can then not be answered
describe("BenchmarkRegistry.begin", function () {
  it("reverts with BenchmarkRegistryNotMeasurable(node)", async function () {
    const { bench, stranger, registry, security, operator } = await loadFixture(deployRegistered);
    await expect(bench.connect(stranger).begin(1))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotMeasurable")
      .withArgs(0n);
    await registry.connect(security).suspend(1);
    for (const out of [false, true]) {
      if (out) await registry.connect(operator).exit();
      await expect(bench.connect(operator).begin(1))
        .to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotMeasurable")
        .withArgs(1n);
    }
  });

  it("reverts with BenchmarkRegistrySizeOutOfBounds(size, minimum, maximum)", async function () {
    const { bench, operator } = await loadFixture(deployRegistered);
    for (const size of [0n, 65_536n, 2n ** 32n - 1n]) {
      await expect(bench.connect(operator).begin(size))
        .to.be.revertedWithCustomError(bench, "BenchmarkRegistrySizeOutOfBounds")
        .withArgs(size, 1n, 65_535n);
    }
    await bench.connect(operator).begin(65_535n);
  });

  it("reverts with BenchmarkRegistryWrongStatus(node, Answered) while attestors look at the last one", async function () {
    const suite = await loadFixture(deployRegistered);
    await measure(suite, 1);
    await expect(suite.bench.connect(suite.operator).begin(1))
      .to.be.revertedWithCustomError(suite.bench, "BenchmarkRegistryWrongStatus")
      .withArgs(1n, Status.Answered);
  });

  it("starts the time, and replaces one that was not answered", async function () {
    const { bench, operator, entropy } = await loadFixture(deployRegistered);
    for (const nonce of [1n, 2n, 3n]) {
      await entropy.getFunction("reveal")(ethers.id("x"));
      await expect(bench.connect(operator).begin(SIZE))
        .to.emit(bench, "MeasurementBegun")
        .withArgs(1n, nonce, DeviceClass.GPU, SIZE, nonce + 1n);
      const now = BigInt(await time.latest());
      expect([...(await bench.measurementOf(1))]).to.deep.equal([
        Status.Begun,
        nonce,
        SIZE,
        nonce + 1n,
        now,
        0n,
        0n,
        ethers.ZeroHash,
      ]);
    }
  });
});

// BenchmarkRegistry.answer
// ├── when nothing was begun it reverts with BenchmarkRegistryWrongStatus(node, None)
// ├── when the result is empty it reverts with BenchmarkRegistryEmptyResult(node)
// ├── when the seed is not known or expired it reverts with SeedPending, SeedExpired
// ├── when the time is over it reverts with BenchmarkRegistryTooLate(node, deadline, timestamp)
// └── it stops the time and emits the seed, which names value, chain, registry, node and nonce
describe("BenchmarkRegistry.answer", function () {
  it("reverts when nothing was begun, for strangers, twice and for an empty result", async function () {
    const suite = await loadFixture(deployRegistered);
    const { bench, operator, stranger } = suite;
    await expect(bench.connect(stranger).answer(RESULT))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotMeasurable")
      .withArgs(0n);
    await expect(bench.connect(operator).answer(RESULT))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongStatus")
      .withArgs(1n, Status.None);
    await expect(bench.seedOf(1))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongStatus")
      .withArgs(1n, Status.None);
    await bench.connect(operator).begin(SIZE);
    await expect(bench.connect(operator).answer(ethers.ZeroHash))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryEmptyResult")
      .withArgs(1n);
    await measure(suite, 1);
    await expect(bench.connect(operator).answer(RESULT))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongStatus")
      .withArgs(1n, Status.Answered);
  });

  it("reverts with SeedPending before the seed is known, with SeedExpired afterwards", async function () {
    const { bench, operator, entropy } = await loadFixture(deployRegistered);
    await bench.connect(operator).begin(SIZE);
    for (const call of [() => bench.connect(operator).answer(RESULT), () => bench.seedOf(1)]) {
      await expect(call()).to.be.revertedWithCustomError(bench, "BenchmarkRegistrySeedPending").withArgs(1n, 1n);
    }
    await entropy.getFunction("reveal")(ethers.id("x"));
    await entropy.getFunction("expire")(1);
    for (const call of [() => bench.connect(operator).answer(RESULT), () => bench.seedOf(1)]) {
      await expect(call()).to.be.revertedWithCustomError(bench, "BenchmarkRegistrySeedExpired").withArgs(1n, 1n);
    }
  });

  it("reverts with TooLate after 600 s, not at 600 s", async function () {
    for (const [elapsed, inTime] of [
      [600n, true],
      [601n, false],
    ] as const) {
      const suite = await loadFixture(deployRegistered);
      if (inTime) await measure(suite, 1, SIZE, elapsed);
      else {
        await expect(measure(suite, 1, SIZE, elapsed)).to.be.revertedWithCustomError(
          suite.bench,
          "BenchmarkRegistryTooLate",
        );
      }
      const { status, beganAt, answeredAt } = await suite.bench.measurementOf(1);
      expect(status).to.equal(inTime ? Status.Answered : Status.Begun);
      expect(answeredAt).to.equal(inTime ? beganAt + elapsed : 0n);
    }
  });

  it("stops the time and emits the seed, which names value, chain, registry, node and nonce", async function () {
    const suite = await loadFixture(deployRegistered);
    const { bench } = suite;
    const answer = measure(suite, 1);
    await answer;
    const { chainId } = await ethers.provider.getNetwork();
    const seed = ethers.keccak256(
      ethers.AbiCoder.defaultAbiCoder().encode(
        ["bytes32", "uint256", "address", "uint32", "uint32"],
        [ethers.id("seed 1"), chainId, await bench.getAddress(), 1, 1],
      ),
    );
    await expect(answer)
      .to.emit(bench, "MeasurementAnswered")
      .withArgs(1n, 1n, seed, SIZE, RESULT, ELAPSED + 1n);
    expect(await bench.seedOf(1)).to.equal(seed);
    const { result } = await bench.measurementOf(1);
    expect(result).to.equal(RESULT);
  });
});

// BenchmarkRegistry.expire, without a challenge
// ├── when nothing runs it reverts with BenchmarkRegistryWrongStatus(node, None)
// ├── when the time is not over it reverts with BenchmarkRegistryNotOver(node, deadline, timestamp)
// └── it discards what was not answered within 10 minutes or not attested within a day; the old score stays
describe("BenchmarkRegistry.expire: own measurements", function () {
  it("discards what was not answered, and not attested, whoever calls", async function () {
    const suite = await loadFixture(deployScored);
    const { bench, operator, stranger, registry } = suite;
    await expect(bench.expire(1))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongStatus")
      .withArgs(1n, Status.None);
    for (const answered of [false, true]) {
      if (answered) await measure(suite, 1);
      else await bench.connect(operator).begin(SIZE);
      const { beganAt, answeredAt, nonce } = await bench.measurementOf(1);
      const deadline = answered ? answeredAt + DAY : beganAt + 600n;
      await time.setNextBlockTimestamp(deadline);
      await expect(bench.expire(1))
        .to.be.revertedWithCustomError(bench, "BenchmarkRegistryNotOver")
        .withArgs(1n, deadline, deadline);
      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(bench.connect(stranger).expire(1)).to.emit(bench, "MeasurementDiscarded").withArgs(1n, nonce, false);
      expect((await bench.measurementOf(1)).status).to.equal(Status.None);
      expect((await bench.scoreOf(1)).size).to.equal(SIZE);
      expect(await registry.dailyCapacityOf(1)).to.equal(unitsOf());
    }
  });
});

// Capacity
// ├── it is work x 86,400 / (seconds + 1) / macsPerWorkUnit, for every class
// ├── an answer in the second of the begin counts one second
// ├── the largest capacity is the registry's
// └── less than one work unit a day is discarded, and the old score stays
describe("BenchmarkRegistry: capacity", function () {
  it("is work x 86,400 / (seconds + 1) / macsPerWorkUnit, for every class", async function () {
    const suite = await loadFixture(deployRegistered);
    for (const [index, device] of [
      [1, DeviceClass.GPU],
      [2, DeviceClass.CPU],
      [3, DeviceClass.FPGA],
      [4, DeviceClass.Edge],
    ] as const) {
      if (index !== 1) await registerNode(suite, index, device);
      const macs = await suite.bench.workloadOf(device);
      await measure(suite, index, 777n, 123n);
      await conclude(suite, index);
      expect(await suite.registry.dailyCapacityOf(index)).to.equal((777n * macs * 86_400n) / 124n / MACS_PER_WORK_UNIT);
    }
  });

  it("is at most the registry's", async function () {
    const suite = await loadFixture(deployRegistered);
    await suite.bench.connect(suite.parameters).setMacsPerWorkUnit(1_000n);
    await measure(suite, 1, 65_535n, 2n);
    await conclude(suite, 1);
    const maximum = await suite.registry.MAX_DAILY_WORK_UNITS();
    const measured = (65_535n * 2n ** 36n * 86_400n) / 2n / 1_000n;
    expect(await suite.registry.dailyCapacityOf(1)).to.equal(measured < maximum ? measured : maximum);
  });

  it("discards less than one work unit a day, and keeps the old score", async function () {
    const suite = await loadFixture(deployScored);
    const { bench, registry, parameters } = suite;
    await registerNode(suite, 2, DeviceClass.Edge);
    await bench.connect(parameters).setMacsPerWorkUnit(10n ** 12n);
    await measure(suite, 2, 1n, 600n);
    await expect(conclude(suite, 2)).to.emit(bench, "MeasurementDiscarded").withArgs(2n, 1n, false);
    expect((await bench.scoreOf(2)).size).to.equal(0n);
    expect((await registry.get(2)).status).to.equal(NodeStatus.Registered);
    expect(operatorOf(suite, 2).address).to.equal((await registry.get(2)).operator);
  });
});

// BenchmarkRegistry.setMacsPerWorkUnit
// ├── when the caller lacks the role it reverts with AccessManagedUnauthorized(caller)
// ├── out of bounds it reverts with BenchmarkRegistryTermOutOfBounds, also in the constructor
// └── it sets it and emits both values
describe("BenchmarkRegistry.setMacsPerWorkUnit", function () {
  it("is restricted, bounded and emits both values", async function () {
    const { bench, stranger, parameters } = await loadFixture(deployRegistered);
    await expect(bench.connect(stranger).setMacsPerWorkUnit(10n ** 6n))
      .to.be.revertedWithCustomError(bench, "AccessManagedUnauthorized")
      .withArgs(stranger);
    const term = ethers.encodeBytes32String("macsPerWorkUnit");
    for (const macs of [0n, 999n, 10n ** 12n + 1n, 2n ** 64n - 1n]) {
      await expect(bench.connect(parameters).setMacsPerWorkUnit(macs))
        .to.be.revertedWithCustomError(bench, "BenchmarkRegistryTermOutOfBounds")
        .withArgs(term, macs, 1_000n, 10n ** 12n);
    }
    let old = MACS_PER_WORK_UNIT;
    for (const macs of [1_000n, 10n ** 12n]) {
      await expect(bench.connect(parameters).setMacsPerWorkUnit(macs))
        .to.emit(bench, "MacsPerWorkUnitUpdated")
        .withArgs(old, macs);
      expect(await bench.macsPerWorkUnit()).to.equal(macs);
      old = macs;
    }
  });
});
