import { createHash } from "node:crypto";

import { expect } from "chai";
import fc from "fast-check";

import { createPrng } from "../../../packages/sdk/src/data/prng.ts";

describe("createPrng", function () {
  it("reads SHA-256(seed || 0x00 || counter) as big-endian words", function () {
    const prng = createPrng("corex");
    const block = (counter: number) =>
      createHash("sha256")
        .update(Buffer.concat([Buffer.from("corex\0"), Buffer.alloc(7), Buffer.of(counter)]))
        .digest();
    const expected = [block(0), block(1), block(2)].flatMap((bytes) =>
      Array.from({ length: 8 }, (_, word) => bytes.readUInt32BE(4 * word)),
    );
    expect(expected.map(() => prng.nextUint32())).to.deep.equal(expected);
  });

  it("gives forks their own streams, untouched by what the parent drew", function () {
    const parent = createPrng("a");
    const early = parent.fork("x").nextUint32();
    parent.nextUint32();
    expect(parent.fork("x").nextUint32()).to.equal(early);
    expect(parent.fork("y").nextUint32()).to.not.equal(early);
    expect(createPrng("a/x").nextUint32()).to.equal(early);
  });

  it("throws away words that would favour small values", function () {
    const limit = 3 * 2 ** 30;
    const words = createPrng("bias");
    const expected: number[] = [];
    while (expected.length < 50) {
      const word = words.nextUint32();
      if (word < limit) expected.push(word);
    }
    const prng = createPrng("bias");
    expect(expected.map(() => prng.below(limit))).to.deep.equal(expected);
  });

  it("shuffles into every order about equally often", function () {
    const prng = createPrng("orders");
    const counts = new Map<string, number>();
    for (let i = 0; i < 3000; i++) {
      const order = prng.shuffle(["a", "b", "c"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // 500 each with a standard deviation of 20.
    expect(counts.size).to.equal(6);
    for (const count of counts.values()) expect(count).to.be.within(410, 590);
  });

  it("draws below the limit, every value about equally often", function () {
    const prng = createPrng("uniform");
    const counts = Array<number>(6).fill(0);
    for (let i = 0; i < 6000; i++) {
      const value = prng.below(6);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    // 1000 each with a standard deviation of 29.
    for (const count of counts) expect(count).to.be.within(870, 1130);
  });

  for (const limit of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) {
    it(`refuses the limit ${limit}`, function () {
      expect(() => createPrng("s").below(limit)).to.throw(
        RangeError,
        `limit must be an integer in [1, 2^32], got ${limit}`,
      );
    });
  }

  it("shuffles into a permutation that depends on the seed only", function () {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.integer()), (seed, items) => {
        const before = items.slice();
        const shuffled = createPrng(seed).shuffle(items);
        expect(items).to.deep.equal(before);
        expect(shuffled.slice().sort()).to.deep.equal(items.slice().sort());
        expect(createPrng(seed).shuffle(items)).to.deep.equal(shuffled);
      }),
    );
  });
});
