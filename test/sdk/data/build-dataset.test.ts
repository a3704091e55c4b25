import { expect } from "chai";

import { buildDataset } from "../../../packages/sdk/src/data/build-dataset.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { sampleDataset, sampleRawDataset } from "./support/sample-dataset.ts";

const FORMAT = { m: 4, d: 4, bits: 16, fraction: 8, seed: "test" };

describe("buildDataset", function () {
  it("cuts one chain per class with leaf index = chain * shardsPerChain + position", function () {
    const { chains, shardsPerChain, shards, counts } = sampleDataset();
    expect([chains, shardsPerChain]).to.deep.equal([3, 8]); // ceil(30 / 4)
    expect(shards).to.have.length(24);
    for (const [index, shard] of shards.entries()) {
      expect(shard).to.include({ index, chain: Math.floor(index / 8), position: index % 8 });
      expect(shard.X).to.have.length(4);
      expect(shard.y).to.have.length(4);
      for (const row of shard.X) expect([row.length, row[3]]).to.deep.equal([4, 256n]);
    }
    expect(counts).to.deep.equal({ train: [10, 10, 10], heldOut: [3, 3, 3] });
  });

  it("gives every chain the same samples and exactly one chain +1 for each", function () {
    const { shards, shardsPerChain } = sampleDataset();
    for (let position = 0; position < shardsPerChain; position++) {
      const batches = [0, 1, 2].map((chain) => shards[chain * shardsPerChain + position]);
      for (const batch of batches) expect(batch?.X).to.deep.equal(batches[0]?.X);
      for (let row = 0; row < 4; row++) {
        const targets = batches.map((batch) => batch?.y[row] ?? 0n);
        expect(targets.slice().sort()).to.deep.equal([-256n, -256n, 256n]);
      }
    }
  });

  it("uses every training sample once, then starts again from the first", function () {
    const { shards } = sampleDataset();
    const rows = shards.slice(0, 8).flatMap(({ X }) => X.map((row) => row.join()));
    expect(new Set(rows.slice(0, 30)).size).to.equal(30);
    expect(rows.slice(30)).to.deep.equal(rows.slice(0, 2));
  });

  it("takes fewer or more shards than one pass when asked to", function () {
    const all = sampleDataset()
      .shards.slice(0, 8)
      .map(({ X }) => X);
    expect(
      sampleDataset({ shardsPerChain: 2 })
        .shards.slice(0, 2)
        .map(({ X }) => X),
    ).to.deep.equal(all.slice(0, 2));
    const long = sampleDataset({ shardsPerChain: 16 })
      .shards.slice(0, 16)
      .flatMap(({ X }) => X);
    expect(long.slice(30, 60)).to.deep.equal(long.slice(0, 30));
  });

  it("fills a batch larger than the training set by repeating it", function () {
    const { shards, shardsPerChain } = sampleDataset({ m: 64 });
    expect(shardsPerChain).to.equal(1);
    expect(shards[0]?.X.slice(30, 60)).to.deep.equal(shards[0]?.X.slice(0, 30));
  });

  it("shows several classes in every batch", function () {
    const { shards, shardsPerChain } = sampleDataset();
    for (let position = 0; position < shardsPerChain; position++) {
      const seen = [0, 1, 2].filter((chain) => shards[chain * shardsPerChain + position]?.y.includes(256n));
      expect(seen).to.have.length(3);
    }
  });

  it("standardises with the training split only, rounds half up, and pads with zeros", function () {
    const raw = {
      featureNames: ["x"],
      classes: ["a", "b"],
      train: [
        { features: [2], label: 0 },
        { features: [4], label: 0 },
        { features: [4], label: 0 },
        { features: [4], label: 1 },
        { features: [5], label: 1 },
        { features: [5], label: 1 },
        { features: [7], label: 1 },
        { features: [9], label: 1 },
      ],
      heldOut: [
        { features: [1e9], label: 1 },
        { features: [5.001953125], label: 0 }, // 0.0009765625 deviations = 0.25 units
        { features: [5.00390625], label: 0 }, // 0.5 units, rounded up
        { features: [4.99609375], label: 0 }, // -0.5 units, rounded up
      ],
      source: null,
    };
    const { features, heldOut } = buildDataset(raw, FORMAT);
    expect(features).to.deep.equal([{ name: "x", mean: 5, std: 2 }]);
    expect(heldOut.X).to.deep.equal([
      [1024n, 0n, 0n, 256n],
      [0n, 0n, 0n, 256n],
      [1n, 0n, 0n, 256n],
      [0n, 0n, 0n, 256n],
    ]);
    expect(heldOut.labels).to.deep.equal([1, 0, 0, 0]);
  });

  it("keeps the d - 1 features that separate the classes best", function () {
    expect(sampleDataset({ d: 3 }).features.map(({ name }) => name)).to.deep.equal(["east", "north"]);
    expect(sampleDataset({ d: 2 }).features.map(({ name }) => name))
      .to.have.length(1)
      .and.not.include("noise");
    expect(sampleDataset({ d: 16 }).features).to.have.length(3);
  });

  it("depends on samples, shape and seed only", function () {
    expect(sampleDataset()).to.deep.equal(sampleDataset());
    expect(sampleDataset({ seed: "other" }).shards).to.not.deep.equal(sampleDataset().shards);
  });

  const refused: [string, () => unknown, string, string][] = [
    ["d = 1", () => sampleDataset({ d: 1 }), "DATA_INVALID_SHAPE", "d = 1 is not an integer in [2, 4096]"],
    ["m = 2.5", () => sampleDataset({ m: 2.5 }), "DATA_INVALID_SHAPE", "m = 2.5 is not an integer in [1, 4096]"],
    [
      "a format that cannot hold 1",
      () => sampleDataset({ bits: 8, fraction: 7 }),
      "DATA_INVALID_SHAPE",
      "1 does not fit in 8 signed bits with 7 fraction bits",
    ],
    [
      "no shard per chain",
      () => sampleDataset({ shardsPerChain: 0 }),
      "DATA_INVALID_SHAPE",
      "shardsPerChain = 0 is not a positive integer",
    ],
    [
      "a row of another length",
      () => buildDataset({ ...sampleRawDataset(), heldOut: [{ features: [1], label: 0 }] }, FORMAT),
      "DATA_INVALID_SHAPE",
      "sample 0 has 1 features and label 0, expected 3 features and a label below 3",
    ],
    [
      "a label without class",
      () => buildDataset({ ...sampleRawDataset(), heldOut: [{ features: [1, 2, 3], label: 3 }] }, FORMAT),
      "DATA_INVALID_SHAPE",
      "sample 0 has 3 features and label 3, expected 3 features and a label below 3",
    ],
    [
      "one class",
      () => buildDataset({ featureNames: [], classes: ["a"], train: [], heldOut: [], source: null }, FORMAT),
      "DATA_SINGLE_CLASS",
      "the dataset has 1 class(es): a",
    ],
    [
      "a class without training sample",
      () => {
        const raw = sampleRawDataset();
        return buildDataset({ ...raw, train: raw.train.filter(({ label }) => label !== 1) }, FORMAT);
      },
      "DATA_EMPTY",
      'class "b" has no training sample',
    ],
    [
      "no held-out sample",
      () => buildDataset({ ...sampleRawDataset(), heldOut: [] }, FORMAT),
      "DATA_EMPTY",
      "the held-out split has no sample",
    ],
  ];
  for (const [what, action, code, message] of refused) {
    it(`refuses ${what} with ${code}`, async function () {
      await expectCorexError(action, code, message);
    });
  }

  it("refuses a format too narrow for a standardised value with MATH_OUT_OF_RANGE", async function () {
    const raw = sampleRawDataset();
    const outlier = { ...raw, heldOut: [{ features: [1e6, 0, 0], label: 0 }] };
    await expectCorexError(
      () => buildDataset(outlier, { ...FORMAT, bits: 8, fraction: 6 }),
      "MATH_OUT_OF_RANGE",
      /^4 at index 0 is outside \[-2, /,
    );
  });
});
