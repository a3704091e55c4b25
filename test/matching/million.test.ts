import { expect } from "chai";

import { ethers } from "../support/fixtures.ts";

const WEIGHT = 1_000n;
const PERIOD = 7n;
/** Numbers of a word of each level, and their bits. */
const SHAPES = [
  [9n, 25n],
  [7n, 32n],
  [7n, 32n],
  [5n, 45n],
  [5n, 45n],
  [5n, 45n],
  [5n, 45n],
  [5n, 45n],
] as const;
/** Levels of a full tree: 2,205 positions, and 1,378,125 in the deep profile. */
const DEPTHS = process.env["COREX_DEEP"] === undefined ? [4] : [4, 8];
const WORDS_PER_CALL = 400;

/** A full tree of uniform weights, level by level: every word of a level is the same. */
async function loadTree(depth: number) {
  const tree = await ethers.deployContract("SortitionTreeLoader");
  const shapes = SHAPES.slice(0, depth);
  const positions = shapes.reduce((product, [arity]) => product * arity, 1n);
  let sum = WEIGHT;
  let words = Number(positions);
  for (const [level, [arity, width]] of shapes.entries()) {
    words /= Number(arity);
    let word = PERIOD << 225n;
    for (let slot = 0n; slot < arity; slot++) word |= sum << (slot * width);
    for (let first = 0; first < words; first += WORDS_PER_CALL) {
      const end = Math.min(first + WORDS_PER_CALL, words);
      await tree.getFunction("writeWords")(level, first, end, word);
    }
    sum *= arity;
  }
  expect(words).to.equal(1);
  await tree.getFunction("setDepth")(depth);
  return { tree, positions };
}

// SortitionTree: reading a draw costs a slot a level, whatever the number of positions
describe("SortitionTree, full", function () {
  for (const depth of DEPTHS) {
    it(`draws every position of ${depth} levels, at a cost of its levels`, async function () {
      this.timeout(1_800_000);
      const { tree, positions } = await loadTree(depth);
      expect(await tree.getFunction("frozenTotal")(PERIOD + 1n)).to.equal(positions * WEIGHT);
      for (let draw = 0n; draw < 50n; draw++) {
        const point = BigInt(ethers.id(`${draw}`)) % (positions * WEIGHT);
        const [position, weight, gas] = (await tree.getFunction("draw")(point, PERIOD + 1n)) as [
          bigint,
          bigint,
          bigint,
        ];
        expect([position, weight]).to.deep.equal([point / WEIGHT, WEIGHT]);
        expect(gas).to.be.below(3_000n + 3_500n * BigInt(depth));
      }
      // A write keeps the frozen tree as it was.
      await tree.getFunction("set")(positions - 1n, 0, PERIOD + 1n);
      expect(await tree.getFunction("frozenTotal")(PERIOD + 1n)).to.equal(positions * WEIGHT);
      expect(await tree.getFunction("frozenTotal")(PERIOD + 2n)).to.equal((positions - 1n) * WEIGHT);
    });
  }

  it("reverts with SortitionTreeTotalOutOfBounds(total, maximum) rather than overflow its root", async function () {
    const tree = await ethers.deployContract("SortitionTreeLoader");
    const almost = 2n ** 45n - 2n;
    await tree.getFunction("setDepth")(5);
    await tree.getFunction("writeWords")(4, 0, 1, (PERIOD << 225n) | (almost << 45n));
    await expect(tree.getFunction("set")(0, 2, PERIOD))
      .to.be.revertedWithCustomError(tree, "SortitionTreeTotalOutOfBounds")
      .withArgs(2n ** 45n, 2n ** 45n - 1n);
    await tree.getFunction("set")(0, 1, PERIOD);
  });
});
