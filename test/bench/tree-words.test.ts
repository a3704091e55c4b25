import { expect } from "chai";

import { drawPlot } from "../../scripts/bench/plot.ts";
import { levelsOf, passedOver, tagged, treeWords } from "../../scripts/bench/tree-words.ts";

/** Largest numbers of nodes of a tree, by its levels: 9 x 7 x 7 x 5 x 5 ... */
const CAPACITIES = [9, 63, 441, 2_205, 11_025, 55_125, 275_625, 1_378_125] as const;

describe("levelsOf", function () {
  for (const [index, capacity] of CAPACITIES.entries()) {
    it(`is ${index + 1} up to ${capacity} nodes and one more beyond`, function () {
      expect(levelsOf(capacity)).to.equal(index + 1);
      expect(levelsOf(capacity + 1)).to.equal(index + 2);
    });
  }

  it("is the formula that the report prints", function () {
    for (const nodes of [442, 1_000, 2_206, 10_000, 1_000_000]) {
      expect(levelsOf(nodes)).to.equal(3 + Math.ceil(Math.log(nodes / 441) / Math.log(5)));
    }
  });
});

describe("treeWords", function () {
  it("packs weights, and their sums a level above", function () {
    const weights = [1, 2, 0, 0, 0, 0, 0, 0, 0, 5];
    expect(treeWords(weights, 3n)).to.deep.equal([
      { key: 0n, word: tagged(1n | (2n << 25n), 3n) },
      { key: 1n, word: tagged(5n, 3n) },
      { key: 1n << 32n, word: tagged(3n | (5n << 32n), 3n) },
    ]);
  });

  it("leaves empty words out", function () {
    expect(treeWords([...Array<number>(9).fill(0), 4], 1n)).to.deep.equal([
      { key: 1n, word: tagged(4n, 1n) },
      { key: 1n << 32n, word: tagged(4n << 32n, 1n) },
    ]);
  });
});

describe("passedOver", function () {
  it("counts the numbers before a position in the word of each level", function () {
    expect(passedOver(0, 1_000)).to.equal(0);
    // Position 500 is number 5 of word 55, that is number 6 of word 7, number 0 of word 1, number 1 of the root.
    expect(passedOver(500, 1_000)).to.equal(5 + 6 + 0 + 1);
  });
});

describe("drawPlot", function () {
  const line = { name: "flat", light: "#000000", dark: "#ffffff", points: [[10, 50] as const, [1_000, 100] as const] };
  const svg = drawPlot({ title: "title", xLabel: "nodes", yLabel: "gas", yStep: 50, lines: [line, line] });

  it("has a mark for each power of ten and each step", function () {
    for (const mark of ["10", "100", "1,000", "0", "50"]) expect(svg).to.contain(`>${mark}</text>`);
  });

  it("keeps the names of lines that end together apart", function () {
    const heights = [...svg.matchAll(/class="name c\d" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(heights).to.have.length(2);
    expect(Math.abs((heights[0] ?? 0) - (heights[1] ?? 0))).to.be.at.least(20);
  });
});
