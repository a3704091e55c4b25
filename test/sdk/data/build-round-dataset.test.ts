import { expect } from "chai";

import { buildDataset } from "../../../packages/sdk/src/data/build-dataset.ts";
import { buildRoundDataset } from "../../../packages/sdk/src/data/build-round-dataset.ts";
import { classTargets } from "../../../packages/sdk/src/data/class-targets.ts";
import type { RawDataset, RawSample } from "../../../packages/sdk/src/data/raw-dataset.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { sampleRawDataset } from "./support/sample-dataset.ts";
import { sampleRoundDataset } from "./support/sample-round-dataset.ts";

const OPTIONS = { m: 4, d: 4, k: 4, bits: 16, fraction: 8, seed: "test" };

function twoClasses(): RawDataset {
  const raw = sampleRawDataset();
  const keep = ({ label }: RawSample): boolean => label < 2;
  return { ...raw, classes: ["a", "b"], train: raw.train.filter(keep), heldOut: raw.heldOut.filter(keep) };
}

describe("classTargets", function () {
  it("puts 1 in the column of the class, and zeros in columns without a class", function () {
    expect(classTargets([2, 0], 4, 8)).to.deep.equal([
      [0n, 0n, 256n, 0n],
      [256n, 0n, 0n, 0n],
    ]);
  });

  it("gives one output +1 for class 1 and -1 for class 0", function () {
    expect(classTargets([0, 1], 1, 8)).to.deep.equal([[-256n], [256n]]);
  });
});

describe("buildRoundDataset", function () {
  it("cuts training shards that see every sample once, then start again", function () {
    const { train } = sampleRoundDataset();
    expect(train.map(({ index }) => index)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]); // ceil(30 / 4)
    const rows = train.flatMap(({ X }) => X.map((row) => row.join()));
    expect(new Set(rows.slice(0, 30)).size).to.equal(30);
    expect(rows.slice(30)).to.deep.equal(rows.slice(0, 2));
  });

  it("has the rows of the one-vs-rest dataset of the same seed, with the targets of all chains in one row", function () {
    const chains = buildDataset(sampleRawDataset(), OPTIONS);
    for (const { index, X, Y } of sampleRoundDataset().train) {
      expect(X).to.deep.equal(chains.shards[index]?.X);
      for (let chain = 0; chain < 3; chain++) {
        const y = chains.shards[chain * chains.shardsPerChain + index]?.y;
        expect(Y.map((row) => (row[chain] === 256n ? 256n : -256n))).to.deep.equal(y);
      }
      for (const row of Y) expect(row.slice().sort()).to.deep.equal([0n, 0n, 0n, 256n]);
      for (const row of Y) expect(row[3]).to.equal(0n);
    }
  });

  it("cuts held-out shards out of held-out samples only, each at most once, classes mixed", function () {
    const { heldOut, train, counts } = sampleRoundDataset();
    expect(heldOut.map(({ index }) => index)).to.deep.equal([0, 1]); // floor(9 / 4)
    const reference = buildDataset(sampleRawDataset(), OPTIONS).heldOut.X.map((row) => row.join());
    const rows = heldOut.flatMap(({ X }) => X.map((row) => row.join()));
    expect(new Set(rows).size).to.equal(8);
    for (const row of rows) expect(reference).to.include(row);
    for (const { Y } of heldOut) expect(new Set(Y.map((row) => row.indexOf(256n))).size).to.equal(3);
    expect(train).to.have.length(8);
    expect(counts).to.deep.equal({ train: [10, 10, 10], heldOut: [3, 3, 3] });
  });

  it("takes as many shards as asked for, and at most 16 held-out ones", function () {
    expect(sampleRoundDataset({ shards: 2 }).train).to.deep.equal(sampleRoundDataset().train.slice(0, 2));
    expect(sampleRoundDataset({ shards: 20 }).train).to.have.length(20);
    expect(sampleRoundDataset({ heldOutShards: 1 }).heldOut).to.have.length(1);
    const raw = sampleRawDataset();
    const many = { ...raw, heldOut: Array.from({ length: 90 }, (_, i) => raw.heldOut[i % 9] as RawSample) };
    expect(buildRoundDataset(many, OPTIONS).heldOut).to.have.length(16);
    expect(buildRoundDataset(many, { ...OPTIONS, heldOutShards: 20 }).heldOut).to.have.length(16);
  });

  it("depends on the seed, and on nothing else", function () {
    expect(sampleRoundDataset()).to.deep.equal(sampleRoundDataset());
    expect(sampleRoundDataset({ seed: "other" }).train).to.not.deep.equal(sampleRoundDataset().train);
  });

  it("lets one output tell two classes apart", function () {
    const { train } = buildRoundDataset(twoClasses(), { ...OPTIONS, k: 1 });
    const targets = train.slice(0, 5).flatMap(({ Y }) => Y.flat());
    expect([targets.filter((y) => y === 256n).length, targets.filter((y) => y === -256n).length]).to.deep.equal([
      10, 10,
    ]);
  });

  for (const [k, limit] of [
    [2, "the circuit has 2 outputs"],
    [1, "one output tells 2 apart"],
  ] as const) {
    it(`refuses 3 classes for k = ${k} with DATA_TOO_MANY_CLASSES`, async function () {
      await expectCorexError(
        () => sampleRoundDataset({ k }),
        "DATA_TOO_MANY_CLASSES",
        `the data has 3 classes, ${limit}`,
        "after-change",
      );
    });
  }

  it("refuses fewer held-out samples than a batch takes with DATA_EMPTY", async function () {
    await expectCorexError(
      () => sampleRoundDataset({ m: 16 }),
      "DATA_EMPTY",
      "the held-out split has 9 samples, a batch takes 16",
      "after-change",
    );
  });

  for (const change of [{ k: 0 }, { k: 1.5 }, { shards: 0 }, { heldOutShards: 0 }]) {
    it(`refuses ${JSON.stringify(change)} with DATA_INVALID_SHAPE`, async function () {
      const [name, value] = Object.entries(change)[0] ?? [];
      await expectCorexError(
        () => sampleRoundDataset(change),
        "DATA_INVALID_SHAPE",
        new RegExp(`^${name} = ${value} is not an integer in \\[1, `),
      );
    });
  }
});
