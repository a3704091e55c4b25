import { expect } from "chai";
import fc from "fast-check";

import { TEST_CHAINS } from "../../deploy/test-chains.ts";
import { addG1, G1_GENERATOR, isOnG1, mulG1, P, power, R, sqrt, wordsG1 } from "../support/market/curve.ts";
import { deployHarness } from "../support/market/harness.ts";
import { loadFixture } from "../support/market/suite.ts";

const RUNS = { numRuns: 60 };

const word = fc.bigInt(0n, 2n ** 256n - 1n);
const coordinate = fc.oneof(word, fc.bigInt(0n, P), fc.constantFrom(0n, 1n, 2n, P - 1n, P, P + 1n));
const scalar = fc.oneof(fc.bigInt(0n, R - 1n), fc.constantFrom(0n, 1n, 2n, R - 1n));
const points = fc.bigInt(1n, R - 1n).map((k) => wordsG1(mulG1(G1_GENERATOR, k)));

type Pair = [bigint, bigint];

interface VerificationCalls {
  isOnCurve(x: bigint, y: bigint): Promise<boolean>;
  negate(y: bigint): Promise<bigint>;
  isCanonicalG2(x1: bigint, x0: bigint, y1: bigint, y0: bigint): Promise<boolean>;
  mulAdd(accumulator: Pair, x: bigint, y: bigint, scalar: bigint): Promise<Pair>;
  pairingIsOne(words: bigint[]): Promise<boolean>;
  isTestChain(chainId: bigint): Promise<boolean>;
}

async function deployVerification() {
  return deployHarness<VerificationCalls>("VerificationHarness");
}

// BN254 and TestChains, against a model in TypeScript
// ├── isOnCurve: exactly the canonical points but infinity
// ├── negate: the other point with the same x
// ├── isCanonicalG2: coordinates below the field order, not all zero
// ├── mulAdd: accumulator + scalar * point
// ├── pairingIsOne: bilinear; false for invalid points
// └── isTestChain: exactly the listed ids
describe("BN254", function () {
  it("tells points of the curve from all others", async function () {
    const curve = await loadFixture(deployVerification);
    await fc.assert(
      fc.asyncProperty(coordinate, coordinate, points, async (x, y, [px, py]) => {
        expect(await curve.isOnCurve(x, y)).to.equal(isOnG1(x, y));
        expect(await curve.isOnCurve(px, py)).to.equal(true);
        expect(await curve.isOnCurve(px, (py + 1n) % P)).to.equal(false);
        expect(await curve.isOnCurve(px + P, py)).to.equal(false);
        const root = x < P ? sqrt(power(x, 3n, P) + 3n) : null;
        if (root !== null) expect(await curve.isOnCurve(x, root)).to.equal(true);
      }),
      RUNS,
    );
  });

  it("has no point whose negation would leave the field: y is never zero", async function () {
    const curve = await loadFixture(deployVerification);
    // -3 is no cube: its (P-1)/3-th power is not one.
    expect(power(P - 3n, (P - 1n) / 3n, P)).to.not.equal(1n);
    await fc.assert(
      fc.asyncProperty(points, async ([x, y]) => {
        const negative = await curve.negate(y);
        expect(isOnG1(x, negative)).to.equal(true);
        expect(addG1([x, y], [x, negative])).to.equal(null);
      }),
      RUNS,
    );
  });

  it("asks for canonical coordinates of G2", async function () {
    const curve = await loadFixture(deployVerification);
    await fc.assert(
      fc.asyncProperty(coordinate, coordinate, coordinate, coordinate, async (x1, x0, y1, y0) => {
        const all = [x1, x0, y1, y0];
        const expected = all.every((value) => value < P) && all.some((value) => value !== 0n);
        expect(await curve.isCanonicalG2(x1, x0, y1, y0)).to.equal(expected);
      }),
      RUNS,
    );
    expect(await curve.isCanonicalG2(0n, 0n, 0n, 0n)).to.equal(false);
    for (const index of [0, 1, 2, 3]) {
      const only: [bigint, bigint, bigint, bigint] = [0n, 0n, 0n, 0n];
      only[index] = 1n;
      expect(await curve.isCanonicalG2(...only)).to.equal(true);
    }
  });

  it("adds multiples of points", async function () {
    const curve = await loadFixture(deployVerification);
    const accumulators = fc.oneof(points, fc.constant<Pair>([0n, 0n]));
    await fc.assert(
      fc.asyncProperty(accumulators, points, scalar, async (accumulator, [x, y], k) => {
        const start = accumulator[0] === 0n && accumulator[1] === 0n ? null : accumulator;
        const expected = wordsG1(addG1(start, mulG1([x, y], k)));
        expect([...(await curve.mulAdd(accumulator, x, y, k))]).to.deep.equal(expected);
      }),
      RUNS,
    );
  });

  it("reverts when a precompile rejects its input", async function () {
    const curve = await loadFixture(deployVerification);
    await expect(curve.mulAdd([0n, 0n], 1n, 1n, 2n))
      .to.be.revertedWithCustomError(curve, "BN254PrecompileFailed")
      .withArgs(7n);
    await expect(curve.mulAdd([1n, 1n], 1n, 2n, 2n))
      .to.be.revertedWithCustomError(curve, "BN254PrecompileFailed")
      .withArgs(6n);
  });

  it("pairs bilinearly, and answers false for invalid points", async function () {
    const curve = await loadFixture(deployVerification);
    const g2 = [
      11559732032986387107991004021392285783925812861821192530917403151452391805634n,
      10857046999023057135944570762232829481370756359578518086990519993285655852781n,
      4082367875863433681332203403145435568316851327593401208105741076214120093531n,
      8495653923123431417604973247489272438418190587263600148770280649306958101930n,
    ];
    expect(await curve.pairingIsOne([1n, 2n, ...g2, 1n, P - 2n, ...g2])).to.equal(true);
    expect(await curve.pairingIsOne([1n, 2n, ...g2])).to.equal(false);
    expect(await curve.pairingIsOne([1n, 2n, ...g2, 1n, 2n, ...g2])).to.equal(false);
    expect(await curve.pairingIsOne([1n, 3n, ...g2, 1n, P - 2n, ...g2])).to.equal(false);
    expect(await curve.pairingIsOne([1n, 2n, ...g2.with(0, 1n), 1n, P - 2n, ...g2.with(0, 1n)])).to.equal(false);
    await fc.assert(
      fc.asyncProperty(fc.bigInt(2n, R - 2n), async (k) => {
        const point = wordsG1(mulG1(G1_GENERATOR, k));
        const rest = wordsG1(mulG1(G1_GENERATOR, R - k));
        expect(await curve.pairingIsOne([...point, ...g2, ...rest, ...g2])).to.equal(true);
        expect(await curve.pairingIsOne([...point, ...g2, 1n, P - 2n, ...g2])).to.equal(false);
      }),
      { numRuns: 20 },
    );
  });
});

describe("TestChains", function () {
  it("lists exactly the chains on which value is play money", async function () {
    const chains = await loadFixture(deployVerification);
    for (const chainId of TEST_CHAINS) expect(await chains.isTestChain(chainId)).to.equal(true);
    const mainnets = fc.constantFrom(0n, 1n, 10n, 56n, 100n, 137n, 324n, 8453n, 42161n, 59144n, 2n ** 256n - 1n);
    const near = fc.constantFrom(...TEST_CHAINS).chain((id) => fc.constantFrom(id - 1n, id + 1n, id + 2n ** 64n));
    await fc.assert(
      fc.asyncProperty(fc.oneof(word, mainnets, near), async (chainId) => {
        expect(await chains.isTestChain(chainId)).to.equal(TEST_CHAINS.includes(chainId));
      }),
      RUNS,
    );
  });
});
