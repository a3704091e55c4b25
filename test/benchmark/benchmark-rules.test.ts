import { expect } from "chai";
import fc from "fast-check";

import { DeviceClass, ethers } from "../support/fixtures.ts";

const WORKLOADS = [2n ** 30n, 2n ** 36n, 2n ** 33n, 2n ** 27n] as const;
const SIZE = [1n, 65_535n] as const;
const SECONDS = [1n, 600n] as const;
const MACS = [1_000n, 10n ** 12n] as const;

function sample(...ranges: (readonly [bigint, bigint])[]): bigint[][] {
  const one = ([min, max]: readonly [bigint, bigint]) =>
    fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max), fc.bigInt({ min, max: min + (max - min) / 100n }));
  return fc.sample(fc.tuple(...ranges.map(one)), { numRuns: 800, seed: 20_261_121 });
}

async function run(name: string, cases: bigint[][]): Promise<bigint[]> {
  const harness = await ethers.deployContract("BenchmarkRulesHarness");
  return [...((await harness.getFunction(name)(cases)) as bigint[])];
}

// BenchmarkRules: every function against a model
describe("BenchmarkRules", function () {
  it("workloadOf gives each class its own", async function () {
    const harness = await ethers.deployContract("BenchmarkRulesHarness");
    for (const device of Object.values(DeviceClass)) {
      expect(await harness.getFunction("workloadOf")(device)).to.equal(WORKLOADS[Number(device)]);
    }
  });

  it("dailyWorkUnitsDown is work x 86,400 / elapsed / macsPerWorkUnit, rounded down once", async function () {
    const cases = sample([0n, 3n], SIZE, SECONDS, MACS);
    expect(await run("dailyWorkUnitsDown", cases)).to.deep.equal(
      cases.map(
        ([device = 0n, size = 0n, elapsed = 1n, macs = 1n]) =>
          (size * (WORKLOADS[Number(device)] ?? 0n) * 86_400n) / (elapsed * macs),
      ),
    );
  });

  it("elapsedOf is one second more than the clock shows", async function () {
    expect(
      await run("elapsedOf", [
        [7n, 7n],
        [7n, 8n],
        [7n, 607n],
      ]),
    ).to.deep.equal([1n, 2n, 601n]);
  });

  it("challengeDurationUp is twice the old time for as much work and 30 s, at most 600 s", async function () {
    const cases = sample(SIZE, SECONDS, SIZE);
    const results = await run("challengeDurationUp", cases);
    expect(results).to.deep.equal(
      cases.map(([oldSize = 1n, oldElapsed = 1n, size = 1n]) => {
        const tolerated = (2n * oldElapsed * size + oldSize - 1n) / oldSize;
        return tolerated + 30n < 600n ? tolerated + 30n : 600n;
      }),
    );
    expect(
      await run("challengeDurationUp", [
        [100n, 60n, 100n],
        [3n, 1n, 4n],
        [1n, 600n, 1n],
      ]),
    ).to.deep.equal([150n, 33n, 600n]);
  });

  it("isTolerable asks for half the old speed, exactly", async function () {
    const cases = sample(SIZE, SECONDS, SIZE, SECONDS);
    expect(await run("isTolerable", cases)).to.deep.equal(
      cases.map(([oldSize = 1n, oldElapsed = 1n, size = 1n, elapsed = 1n]) =>
        2n * size * oldElapsed >= oldSize * elapsed ? 1n : 0n,
      ),
    );
    expect(
      await run("isTolerable", [
        [100n, 60n, 100n, 120n],
        [100n, 60n, 100n, 121n],
        [100n, 60n, 200n, 240n],
        [100n, 60n, 200n, 241n],
      ]),
    ).to.deep.equal([1n, 0n, 1n, 0n]);
  });
});
