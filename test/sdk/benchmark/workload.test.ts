import { expect } from "chai";

import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { keccak256, solidityPackedKeccak256, toBeHex } from "ethers";

import { laneRoot } from "../../../packages/sdk/src/benchmark/lane-root.ts";
import {
  computeLane,
  laneCount,
  MACS_PER_LANE,
  MAX_LANES,
  PRODUCTS_PER_LANE,
} from "../../../packages/sdk/src/benchmark/workload.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const SEED = `0x${"11".repeat(32)}`;
const WORD = 1n << 32n;

/** The specification in exact integers, word by word: nothing in common with the implementation but the text. */
function referenceLane(seed: string, lane: number, products: number): string {
  const key = solidityPackedKeccak256(["bytes32", "uint256"], [seed, lane]);
  const s = [0, 1, 2, 3].map((index) => BigInt(`0x${key.slice(2 + 8 * index, 10 + 8 * index)}`));
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) % WORD;
  const next = (): bigint => {
    const [s0, s1, s2, s3] = s as [bigint, bigint, bigint, bigint];
    const output = (rotate((s1 * 5n) % WORD, 7n) * 9n) % WORD;
    const t = (s1 << 9n) % WORD;
    const c = s2 ^ s0;
    const d = s3 ^ s1;
    s.splice(0, 4, s0 ^ d, s1 ^ c, c ^ t, rotate(d, 11n));
    return output;
  };
  const draw = (): bigint[][] => Array.from({ length: 64 }, () => Array.from({ length: 64 }, next));
  // By columns: columns[j][k] is the word of row k.
  let columns = draw();
  for (let count = 0; count < products; count += 1) {
    const rows = draw();
    columns = columns.map((column) =>
      rows.map((row) => {
        const sum = row.reduce((total, word, k) => total + word * (column[k] ?? 0n), 0n) % WORD;
        const low = sum ^ (sum >> 15n);
        return low ^ ((low << 7n) % WORD);
      }),
    );
  }
  return keccak256(
    `0x${columns
      .flat()
      .map((word) => toBeHex(word, 4).slice(2))
      .join("")}`,
  );
}

// computeLane
// ├── it is pinned: the digests of these lanes never change
// ├── it is the specification, computed independently in exact integers
// └── it differs between seeds and between lanes
describe("computeLane", function () {
  this.timeout(60_000);

  const golden: [string, number, string][] = [
    [SEED, 0, "0x6af4e96a30d34896e475b0b0b1240854f4f4ecbd9c691b0d0ad6ffdcfb039bed"],
    [SEED, 1, "0xc44dc6e38b1a7aec2473c1b2026484352ee4684f6fada49ed0e1a088092a8148"],
    [SEED, 16_383, "0x417ca34488214686d10b6bb9aa9c056043d66d908eb562c9af63a70778b8c8f6"],
  ];
  for (const [seed, lane, digest] of golden) {
    it(`gives the pinned digest of lane ${lane}`, function () {
      expect(computeLane(seed, lane)).to.equal(digest);
    });
  }

  for (const [lane, products] of [
    [0, 0],
    [7, 1],
    [7, 3],
    [4_294_967_295, 2],
  ] as const) {
    it(`agrees with the reference on lane ${lane} after ${products} products`, function () {
      expect(computeLane(SEED, lane, products)).to.equal(referenceLane(SEED, lane, products));
      expect(computeLane(`0x${"ff".repeat(32)}`, lane, products)).to.equal(
        referenceLane(`0x${"ff".repeat(32)}`, lane, products),
      );
    });
  }

  it("agrees with the reference over the whole length of a lane", function () {
    expect(computeLane(SEED, 1)).to.equal(referenceLane(SEED, 1, PRODUCTS_PER_LANE));
  });

  it("differs between seeds and between lanes", function () {
    const digests = [computeLane(SEED, 0, 2), computeLane(SEED, 1, 2), computeLane(`0x${"12".repeat(32)}`, 0, 2)];
    expect(new Set(digests).size).to.equal(3);
  });
});

// laneCount
// ├── it covers size times workload, rounded up
// └── it refuses none and too many
describe("laneCount", function () {
  it("covers the workload, rounded up", function () {
    expect(MACS_PER_LANE).to.equal(2 ** 26);
    expect(laneCount(1, 1n << 30n)).to.equal(16);
    expect(laneCount(5, 1n << 30n)).to.equal(80);
    expect(laneCount(3, (1n << 25n) + 1n)).to.equal(2);
    expect(laneCount(1, 1n)).to.equal(1);
    expect(laneCount(1_024, 1n << 30n)).to.equal(MAX_LANES);
  });

  it("refuses none and too many", async function () {
    await expectCorexError(() => laneCount(0, 1n << 30n), "BENCHMARK_TOO_LARGE", /size 0 has 0 lanes/, "after-change");
    await expectCorexError(
      () => laneCount(1_025, 1n << 30n),
      "BENCHMARK_TOO_LARGE",
      /16400 lanes, expected 1 to 16384/,
    );
  });
});

// laneRoot
// ├── it is the root of OpenZeppelin's tree, whatever the number of leaves
// ├── it moves with every digest and with their order
// └── it refuses an empty list
describe("laneRoot", function () {
  const digests = (count: number): string[] =>
    Array.from({ length: count }, (_, lane) => keccak256(toBeHex(lane + 1, 32)));

  for (const count of [1, 2, 3, 4, 5, 16, 31, 100]) {
    it(`is the root of OpenZeppelin's tree over ${count} leaves`, function () {
      const leaves = digests(count).map((digest, lane): [number, string] => [lane, digest]);
      expect(laneRoot(digests(count))).to.equal(StandardMerkleTree.of(leaves, ["uint256", "bytes32"]).root);
    });
  }

  it("moves with every digest and with their order", function () {
    const list = digests(9);
    const roots = list.map((_, changed) =>
      laneRoot(list.map((digest, lane) => (lane === changed ? keccak256(digest) : digest))),
    );
    expect(new Set([...roots, laneRoot(list), laneRoot(list.toReversed())]).size).to.equal(11);
  });

  it("refuses an empty list", async function () {
    await expectCorexError(() => laneRoot([]), "BENCHMARK_NO_LANES", /needs the digest of one lane/);
  });
});
