import { createHash } from "node:crypto";

import { expect } from "chai";

import { buildDataset } from "../../../packages/sdk/src/data/build-dataset.ts";
import { csvDataset } from "../../../packages/sdk/src/data/csv-dataset.ts";
import { evaluateOneVsRest } from "../../../packages/sdk/src/data/evaluate.ts";
import { createPrng } from "../../../packages/sdk/src/data/prng.ts";
import { train } from "./support/train.ts";

const LINES = Array.from({ length: 40 }, (_, i) => `${i},${i % 7},${i % 2 === 0 ? "even" : "odd"}`);
const FILE = new TextEncoder().encode(["a,b,kind", ...LINES].join("\n"));
const OPTIONS = { target: "kind", heldOutFraction: 0.25, seed: "s" };

describe("csvDataset", function () {
  it("splits each class and records how to repeat it", function () {
    const dataset = csvDataset(FILE, OPTIONS);
    expect(dataset.featureNames).to.deep.equal(["a", "b"]);
    expect(dataset.classes).to.deep.equal(["even", "odd"]);
    for (const label of [0, 1]) {
      expect(dataset.train.filter((sample) => sample.label === label)).to.have.length(15);
      expect(dataset.heldOut.filter((sample) => sample.label === label)).to.have.length(5);
    }
    expect(dataset.source).to.deep.equal({
      kind: "csv",
      sha256: createHash("sha256").update(FILE).digest("hex"),
      target: "kind",
      ignore: [],
      heldOutFraction: 0.25,
      splitSeed: "s",
    });
    expect(csvDataset(FILE, OPTIONS)).to.deep.equal(dataset);
  });

  it("keeps rows with equal features in one split", function () {
    const { train, heldOut } = csvDataset(FILE, { ...OPTIONS, ignore: ["a"] });
    const seen = new Set(train.map(({ features }) => features.join()));
    expect(heldOut).to.not.have.length(0);
    for (const { features } of heldOut) expect(seen.has(features.join())).to.equal(false);
  });

  it("feeds the training circuit: three classes are learnt from 20 columns of which three carry the class", function () {
    const prng = createPrng("csv");
    const names = Array.from({ length: 20 }, (_, column) => `c${column}`);
    const rows = Array.from({ length: 240 }, (_, row) => {
      const kind = row % 3;
      const cells = names.map((_, column) => prng.below(100) + ([4, 11, 17][kind] === column ? 80 : 0));
      return [...cells, ["red", "green", "blue"][kind]].join(",");
    });
    const file = new TextEncoder().encode([[...names, "kind"].join(","), ...rows].join("\r\n"));

    const raw = csvDataset(file, OPTIONS);
    const dataset = buildDataset(raw, { m: 16, d: 16, bits: 16, fraction: 8, seed: "csv" });
    expect(dataset.features.map(({ name }) => name))
      .to.have.length(15)
      .and.to.include.members(["c4", "c11", "c17"]);

    const { accuracy, majorityAccuracy } = evaluateOneVsRest(train(dataset, 20), dataset.heldOut);
    expect(majorityAccuracy).to.equal(1 / 3);
    expect(accuracy).to.be.above(0.7);
  });
});
