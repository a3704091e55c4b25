import { expect } from "chai";
import fc from "fast-check";

import { splitByGroup } from "../../../packages/sdk/src/data/split.ts";

interface Item {
  readonly group: number;
  readonly label: number;
}

function split(items: readonly Item[], heldOutFraction: number, seed: string) {
  return splitByGroup(items, { group: (i) => String(i.group), label: (i) => i.label, heldOutFraction, seed });
}

describe("splitByGroup", function () {
  const items = fc.array(fc.record({ group: fc.nat(20), label: fc.nat(3) }), { maxLength: 80 });

  it("never tears a group apart, loses nothing, and depends on items and seed only", function () {
    fc.assert(
      fc.property(items, fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.string(), (all, fraction, seed) => {
        const { train, heldOut } = split(all, fraction, seed);
        const trainGroups = new Set(train.map(({ group }) => group));
        expect(heldOut.some(({ group }) => trainGroups.has(group))).to.equal(false);
        expect(train.length + heldOut.length).to.equal(all.length);
        expect(all.filter((item) => train.includes(item))).to.deep.equal(train);
        expect(split(all, fraction, seed)).to.deep.equal({ train, heldOut });
      }),
    );
  });

  it("gives each class its share when every item is its own group", function () {
    const all = Array.from({ length: 100 }, (_, group) => ({ group, label: group < 20 ? 0 : 1 }));
    const { heldOut } = split(all, 0.25, "seed");
    expect(heldOut.filter(({ label }) => label === 0)).to.have.length(5);
    expect(heldOut.filter(({ label }) => label === 1)).to.have.length(20);
    expect(split(all, 0.25, "other").heldOut).to.not.deep.equal(heldOut);
  });

  it("rounds the share of a class half up", function () {
    const all = Array.from({ length: 10 }, (_, group) => ({ group, label: 0 }));
    expect(split(all, 0.25, "seed").heldOut).to.have.length(3);
    expect(split(all, 0.24, "seed").heldOut).to.have.length(2);
  });

  it("keeps the only group of a class in training", function () {
    const all = [
      { group: 1, label: 0 },
      { group: 1, label: 0 },
      { group: 2, label: 1 },
      { group: 3, label: 1 },
    ];
    const { train, heldOut } = split(all, 0.9, "s");
    expect(train.filter(({ label }) => label === 0)).to.have.length(2);
    expect(train.filter(({ label }) => label === 1)).to.have.length(1);
    expect(heldOut).to.have.length(1);
  });
});
