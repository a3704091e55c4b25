import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { AbiCoder, encodeBytes32String, getAddress, keccak256, toBeHex, ZeroHash } from "ethers";
import fc from "fast-check";

import { deployHarness } from "../support/market/harness.ts";
import { ethers, loadFixture } from "../support/market/suite.ts";
import type { Terms } from "../support/market/task.ts";

const RUNS = { numRuns: 150 };
const CXT = 10n ** 18n;
const MAX_FEE = 100_000_000n * CXT;
const MIN_FEE_PER_WORK_UNIT = 10n ** 12n;
const abi = AbiCoder.defaultAbiCoder();

const GOOD: Terms = {
  owner: "0x00000000000000000000000000000000000000aa",
  circuit: toBeHex(1n, 32),
  shardRoot: toBeHex(2n, 32),
  initialWeights: toBeHex(3n, 32),
  manifest: toBeHex(4n, 32),
  feePerFragment: 10n ** 18n,
  fragmentDuration: 60,
  steps: 10,
  shardsPerChain: 3,
  chains: 2,
  device: 0,
  minTier: 0,
  nonce: 0n,
};

const BOUNDS = [
  { term: "chains", min: 1, max: 64, above: 2 ** 16 - 1 },
  { term: "steps", min: 1, max: 1_000_000, above: 2 ** 32 - 1 },
  { term: "shardsPerChain", min: 1, max: 1_000_000, above: 2 ** 32 - 1 },
  { term: "fragmentDuration", min: 60, max: 604_800, above: 2 ** 32 - 1 },
  { term: "device", min: 0, max: 4, above: 2 ** 8 - 1 },
  { term: "minTier", min: 0, max: 4, above: 2 ** 8 - 1 },
] as const;

const words = fc.bigInt(0n, 2n ** 256n - 1n).map((value) => toBeHex(value, 32));
const addresses = fc.bigInt(0n, 2n ** 160n - 1n).map((value) => getAddress(toBeHex(value, 20)));

interface Record {
  readonly newWeights: bigint;
  readonly gradient: bigint;
  readonly batch: bigint;
  readonly loss: bigint;
  readonly node: bigint;
}

interface TaskRulesCalls {
  requireBounds(terms: Terms): Promise<void>;
  requireFee(terms: Terms, workUnits: bigint, maxFee: bigint): Promise<void>;
  maxFeeDown(maxDrawValue: bigint): Promise<bigint>;
  requireNoFee(terms: Terms): Promise<void>;
  fragmentCount(terms: Terms): Promise<bigint>;
  splitFee(fee: bigint, protocolFeeBps: bigint): Promise<[bigint, bigint]>;
  shardIndex(terms: Terms, chain: number, step: number): Promise<bigint>;
  isShard(terms: Terms, index: number, batch: bigint, path: readonly string[]): Promise<boolean>;
  extend(transcript: string, record: Record): Promise<string>;
  context(circuit: string, task: string, chain: number, step: number, operator: string): Promise<bigint>;
  salt(task: string, chain: number, step: number): Promise<string>;
  bondDown(terms: Terms): Promise<bigint>;
  openTier(terms: Terms, waited: bigint): Promise<bigint>;
  qualityDown(deadline: bigint, duration: bigint, timestamp: bigint): Promise<bigint>;
}

async function deployRules() {
  const rules = await deployHarness<TaskRulesCalls>("TaskRulesHarness");
  // The rules throw the errors that the market declares.
  return { rules, market: await ethers.getContractAt("ITaskMarket", await rules.getAddress()) };
}

// TaskRules, against a model in TypeScript
// ├── requireBounds: each bound at its edge, one beyond, and at the end of its type
// ├── requireFee, requireNoFee
// ├── maxFeeDown, bondDown, openTier, qualityDown
// ├── fragmentCount, splitFee, shardIndex
// ├── isShard: exactly the leaves, never an inner node
// └── extend, context, salt: hashes of everything that tells two of them apart
describe("TaskRules", function () {
  for (const { term, min, max, above } of BOUNDS) {
    it(`bounds ${term} by [${min}, ${max}]`, async function () {
      const { rules, market } = await loadFixture(deployRules);
      for (const value of [min, max]) await rules.requireBounds({ ...GOOD, [term]: value });
      for (const value of [0, min - 1, max + 1, above].filter((outside) => outside >= 0 && outside !== min)) {
        await expect(rules.requireBounds({ ...GOOD, [term]: value }))
          .to.be.revertedWithCustomError(market, "MarketTermOutOfBounds")
          .withArgs(encodeBytes32String(term), value, min, max);
      }
    });
  }

  for (const term of ["shardRoot", "initialWeights", "manifest"] as const) {
    it(`refuses an empty ${term}`, async function () {
      const { rules, market } = await loadFixture(deployRules);
      await expect(rules.requireBounds({ ...GOOD, [term]: ZeroHash }))
        .to.be.revertedWithCustomError(market, "MarketEmptyTerm")
        .withArgs(encodeBytes32String(term));
    });
  }

  it("asks for a fee that is worth the work and below the supply", async function () {
    const { rules, market } = await loadFixture(deployRules);
    const fees = fc.oneof(
      fc.bigInt(0n, 2n * MAX_FEE),
      fc.bigInt(0n, 2n ** 256n - 1n),
      fc.constantFrom(0n, MAX_FEE, MAX_FEE + 1n),
    );
    const limits = fc.oneof(fc.constantFrom(0n, MAX_FEE), fc.bigInt(0n, MAX_FEE));
    await fc.assert(
      fc.asyncProperty(
        fees,
        fc.bigInt(1n, 2n ** 64n - 1n),
        limits,
        fc.boolean(),
        async (any, workUnits, max, atEdge) => {
          const minimum = workUnits * MIN_FEE_PER_WORK_UNIT;
          const fee = atEdge ? minimum - (any % 2n) : any;
          const call = rules.requireFee({ ...GOOD, feePerFragment: fee }, workUnits, max);
          if (fee >= minimum && fee <= max) await call;
          else {
            await expect(call)
              .to.be.revertedWithCustomError(market, "MarketTermOutOfBounds")
              .withArgs(encodeBytes32String("feePerFragment"), fee, minimum, max);
          }
        },
      ),
      RUNS,
    );
  });

  it("asks network tasks for no fee at all", async function () {
    const { rules, market } = await loadFixture(deployRules);
    await rules.requireNoFee({ ...GOOD, feePerFragment: 0n });
    await expect(rules.requireNoFee({ ...GOOD, feePerFragment: 1n }))
      .to.be.revertedWithCustomError(market, "MarketTermOutOfBounds")
      .withArgs(encodeBytes32String("feePerFragment"), 1n, 0n, 0n);
  });

  it("bounds fees by a third of what a draw may be worth, and by the supply", async function () {
    const { rules } = await loadFixture(deployRules);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.bigInt(0n, 4n * MAX_FEE), fc.bigInt(0n, 2n ** 256n - 1n)), async (value) => {
        const third = value / 3n;
        expect(await rules.maxFeeDown(value)).to.equal(third < MAX_FEE ? third : MAX_FEE);
      }),
      RUNS,
    );
  });

  it("holds half of the fee, rounded down", async function () {
    const { rules } = await loadFixture(deployRules);
    await fc.assert(
      fc.asyncProperty(fc.bigInt(0n, MAX_FEE), async (fee) => {
        expect(await rules.bondDown({ ...GOOD, feePerFragment: fee })).to.equal(fee / 2n);
      }),
      RUNS,
    );
  });

  it("opens high-value fragments by one tier a minute, from tier 4 down to what is asked for", async function () {
    const { rules } = await loadFixture(deployRules);
    const table = [
      [0, [4n, 4n, 3n, 3n, 2n, 2n, 1n, 1n, 0n, 0n]],
      [2, [4n, 4n, 3n, 3n, 2n, 2n, 2n, 2n, 2n, 2n]],
      [4, [4n, 4n, 4n, 4n, 4n, 4n, 4n, 4n, 4n, 4n]],
    ] as const;
    const waits = [0n, 59n, 60n, 119n, 120n, 179n, 180n, 239n, 240n, 2n ** 24n - 1n];
    for (const [minTier, expected] of table) {
      for (const [index, waited] of waits.entries()) {
        const terms = { ...GOOD, minTier, feePerFragment: 100n * CXT };
        expect(await rules.openTier(terms, waited), `${minTier} after ${waited}`).to.equal(expected[index]);
        expect(await rules.openTier({ ...terms, feePerFragment: 100n * CXT - 1n }, waited)).to.equal(BigInt(minTier));
      }
    }
  });

  it("values work by the time that was left: fully with half of it, by half at the deadline", async function () {
    const { rules } = await loadFixture(deployRules);
    const duration = fc.bigInt(60n, 604_800n);
    await fc.assert(
      fc.asyncProperty(duration, fc.bigInt(0n, 604_800n), fc.bigInt(0n, 2n ** 40n), async (time, any, now) => {
        const left = any % (time + 1n);
        const exact = 2n * left >= time ? CXT : CXT / 2n + (left * CXT) / time;
        expect(await rules.qualityDown(now + left, time, now)).to.equal(exact);
      }),
      RUNS,
    );
    expect(await rules.qualityDown(1_600n, 600n, 1_000n)).to.equal(CXT);
    expect(await rules.qualityDown(1_600n, 600n, 1_300n)).to.equal(CXT);
    expect(await rules.qualityDown(1_600n, 600n, 1_450n)).to.equal((3n * CXT) / 4n);
    expect(await rules.qualityDown(1_600n, 600n, 1_600n)).to.equal(CXT / 2n);
  });

  it("counts fragments without overflow, up to the end of the types", async function () {
    const { rules } = await loadFixture(deployRules);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 2 ** 16 - 1 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        async (chains, steps) => {
          expect(await rules.fragmentCount({ ...GOOD, chains, steps })).to.equal(BigInt(chains) * BigInt(steps));
        },
      ),
      RUNS,
    );
  });

  it("splits the fee exactly, rounding the protocol's part up", async function () {
    const { rules } = await loadFixture(deployRules);
    await fc.assert(
      fc.asyncProperty(fc.bigInt(0n, MAX_FEE), fc.bigInt(0n, 1_000n), async (fee, bps) => {
        const [paid, protocolFee] = await rules.splitFee(fee, bps);
        const ceiling = (fee * bps) / 10_000n + ((fee * bps) % 10_000n === 0n ? 0n : 1n);
        expect(protocolFee).to.equal(ceiling);
        expect(paid + protocolFee).to.equal(fee);
      }),
      RUNS,
    );
  });

  it("walks the shards of a chain in a circle, and those of no other", async function () {
    const { rules } = await loadFixture(deployRules);
    const count = fc.integer({ min: 1, max: 1_000_000 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 63 }), count, count, async (chain, step, shardsPerChain) => {
        const index = await rules.shardIndex({ ...GOOD, shardsPerChain }, chain, step);
        expect(index).to.equal(BigInt(chain) * BigInt(shardsPerChain) + BigInt(step % shardsPerChain));
        expect(index / BigInt(shardsPerChain)).to.equal(BigInt(chain));
      }),
      RUNS,
    );
  });

  it("accepts exactly the shards of the root", async function () {
    const { rules } = await loadFixture(deployRules);
    const batches = fc.array(fc.bigInt(0n, 2n ** 256n - 1n), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(), fc.nat(), async (values, a, b) => {
        const tree = StandardMerkleTree.of(
          values.map((value, index): [number, string] => [index, toBeHex(value, 32)]),
          ["uint256", "bytes32"],
        );
        const terms = { ...GOOD, shardRoot: tree.root };
        const [index, other] = [a % values.length, b % values.length];
        const value = values[index] ?? 0n;
        const path = tree.getProof(index);
        expect(await rules.isShard(terms, index, value, path)).to.equal(true);
        expect(await rules.isShard(terms, index, value ^ 1n, path)).to.equal(false);
        expect(await rules.isShard(terms, index + values.length, value, path)).to.equal(false);
        if (other !== index) expect(await rules.isShard(terms, other, value, path)).to.equal(false);
        if (path.length > 0) expect(await rules.isShard(terms, index, value, path.slice(1))).to.equal(false);
        expect(await rules.isShard(terms, index, value, [...path, ZeroHash])).to.equal(false);
      }),
      { numRuns: 40 },
    );
  });

  it("extends transcripts by everything in the record", async function () {
    const { rules } = await loadFixture(deployRules);
    const record = fc.tuple(
      fc.bigInt(0n, 2n ** 256n - 1n),
      fc.bigInt(0n, 2n ** 256n - 1n),
      fc.bigInt(0n, 2n ** 256n - 1n),
      fc.bigInt(0n, 2n ** 110n),
      fc.bigInt(1n, 2n ** 32n - 1n),
    );
    await fc.assert(
      fc.asyncProperty(words, record, async (transcript, [newWeights, gradient, batch, loss, node]) => {
        const types = ["bytes32", "uint256", "uint256", "uint256", "uint256", "uint32"];
        expect(await rules.extend(transcript, { newWeights, gradient, batch, loss, node })).to.equal(
          keccak256(abi.encode(types, [transcript, newWeights, gradient, batch, loss, node])),
        );
      }),
      RUNS,
    );
  });

  it("derives a context below the field order from all that a proof is bound to", async function () {
    const { rules } = await loadFixture(deployRules);
    const self = await rules.getAddress();
    const { chainId } = await ethers.provider.getNetwork();
    await fc.assert(
      fc.asyncProperty(
        words,
        words,
        fc.nat(63),
        fc.nat(1_000_000),
        addresses,
        async (circuit, task, chain, step, operator) => {
          const types = ["uint256", "address", "bytes32", "bytes32", "uint256", "uint256", "address"];
          const hash = BigInt(keccak256(abi.encode(types, [chainId, self, circuit, task, chain, step, operator])));
          const context = await rules.context(circuit, task, chain, step, operator);
          expect(context).to.equal(hash >> 8n);
          expect(context < 2n ** 248n).to.equal(true);
        },
      ),
      RUNS,
    );
  });

  it("derives salts from all that names a fragment", async function () {
    const { rules } = await loadFixture(deployRules);
    await fc.assert(
      fc.asyncProperty(words, fc.nat(63), fc.nat(1_000_000), async (task, chain, step) => {
        const types = ["bytes32", "uint256", "uint256"];
        expect(await rules.salt(task, chain, step)).to.equal(keccak256(abi.encode(types, [task, chain, step])));
      }),
      RUNS,
    );
  });
});
