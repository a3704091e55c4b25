import { expect } from "chai";
import fc from "fast-check";

import { deployHarness } from "../support/market/harness.ts";
import { loadFixture } from "../support/market/suite.ts";

/** Cursor of the model: the same fields as bigints. */
interface Cursor {
  step: bigint;
  node: bigint;
  missed: bigint;
  requestedAt: bigint;
  entropyBlock: bigint;
  deadline: bigint;
  attempt: bigint;
}

const MAX_ATTEMPT = 2n ** 16n - 1n;
const RUNS = { numRuns: 150 };

const bits = (count: number) => fc.bigInt(0n, 2n ** BigInt(count) - 1n);
const clock = fc.bigInt(1n, 2n ** 39n);
const cursors: fc.Arbitrary<Cursor> = fc.record({
  step: fc.bigInt(0n, 2n ** 32n - 2n),
  node: fc.oneof(fc.constant(0n), bits(32)),
  missed: bits(32),
  requestedAt: bits(40),
  entropyBlock: fc.oneof(bits(40), clock),
  deadline: fc.oneof(bits(40), clock),
  attempt: fc.oneof(bits(16), fc.constant(MAX_ATTEMPT)),
});

interface FragmentsCalls {
  initial(publishedAt: bigint, publishedBlock: bigint): Promise<Cursor>;
  isAssigned(cursor: Cursor): Promise<boolean>;
  isDecided(cursor: Cursor, block: bigint): Promise<boolean>;
  requireEntropy(cursor: Cursor, block: bigint): Promise<Cursor>;
  renew(cursor: Cursor, timestamp: bigint, block: bigint): Promise<Cursor>;
  assign(cursor: Cursor, node: bigint, timestamp: bigint, duration: bigint): Promise<Cursor>;
  settle(cursor: Cursor, timestamp: bigint, block: bigint): Promise<Cursor>;
  miss(cursor: Cursor, timestamp: bigint, block: bigint): Promise<[Cursor, bigint]>;
}

async function deployFragments() {
  return deployHarness<FragmentsCalls>("FragmentsHarness");
}

/** What a new draw request looks like, whatever happened before. */
function requested(cursor: Cursor, timestamp: bigint, block: bigint): Cursor {
  return { ...cursor, node: 0n, deadline: 0n, requestedAt: timestamp, entropyBlock: block + 1n };
}

function attempted(cursor: Cursor): Cursor {
  return { ...cursor, attempt: cursor.attempt === MAX_ATTEMPT ? MAX_ATTEMPT : cursor.attempt + 1n };
}

function plain(result: Cursor): Cursor {
  const { step, node, missed, requestedAt, entropyBlock, deadline, attempt } = result;
  return { step, node, missed, requestedAt, entropyBlock, deadline, attempt };
}

// Fragments, against a model in TypeScript
// ├── initial: the draw of the publication
// ├── requireEntropy: passes exactly behind the entropy block
// ├── renew: a new request, only while free
// ├── assign: a deadline, only while free
// ├── settle: the next step, only in time
// └── miss: the same step without the node, only after the deadline
describe("Fragments", function () {
  it("starts with the draw that the publication requested", async function () {
    const fragments = await loadFixture(deployFragments);
    const empty: Cursor = {
      step: 0n,
      node: 0n,
      missed: 0n,
      requestedAt: 0n,
      entropyBlock: 0n,
      deadline: 0n,
      attempt: 0n,
    };
    await fc.assert(
      fc.asyncProperty(clock, clock, async (at, block) => {
        expect(plain(await fragments.initial(at, block))).to.deep.equal(requested(empty, at, block));
      }),
      RUNS,
    );
  });

  it("knows whether it is assigned and decided", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, clock, async (cursor, block) => {
        expect(await fragments.isAssigned(cursor)).to.equal(cursor.node !== 0n);
        expect(await fragments.isDecided(cursor, block)).to.equal(block > cursor.entropyBlock);
        expect(await fragments.isDecided(cursor, cursor.entropyBlock)).to.equal(false);
        expect(await fragments.isDecided(cursor, cursor.entropyBlock + 1n)).to.equal(true);
      }),
      RUNS,
    );
  });

  it("waits for the block behind the entropy block", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, clock, async (cursor, block) => {
        if (block > cursor.entropyBlock) {
          expect(plain(await fragments.requireEntropy(cursor, block))).to.deep.equal(cursor);
        } else {
          await expect(fragments.requireEntropy(cursor, block))
            .to.be.revertedWithCustomError(fragments, "FragmentsEntropyPending")
            .withArgs(cursor.entropyBlock, block);
        }
      }),
      RUNS,
    );
  });

  it("renews a free fragment and saturates the attempts", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, clock, clock, async (cursor, at, block) => {
        if (cursor.node !== 0n) {
          await expect(fragments.renew(cursor, at, block))
            .to.be.revertedWithCustomError(fragments, "FragmentsAssigned")
            .withArgs(cursor.node, cursor.deadline);
        } else {
          expect(plain(await fragments.renew(cursor, at, block))).to.deep.equal(
            attempted(requested(cursor, at, block)),
          );
        }
      }),
      RUNS,
    );
  });

  it("assigns a free fragment", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, bits(32), clock, fc.bigInt(10n, 604_800n), async (cursor, node, at, duration) => {
        if (cursor.node !== 0n) {
          await expect(fragments.assign(cursor, node, at, duration))
            .to.be.revertedWithCustomError(fragments, "FragmentsAssigned")
            .withArgs(cursor.node, cursor.deadline);
        } else {
          expect(plain(await fragments.assign(cursor, node, at, duration))).to.deep.equal({
            ...cursor,
            node,
            deadline: at + duration,
          });
        }
      }),
      RUNS,
    );
  });

  it("settles in time, forgets misses and attempts, and opens the next step", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, clock, clock, async (cursor, at, block) => {
        const call = fragments.settle(cursor, at, block);
        if (cursor.node === 0n) {
          await expect(call).to.be.revertedWithCustomError(fragments, "FragmentsNotAssigned").withArgs(cursor.step);
        } else if (at > cursor.deadline) {
          await expect(call)
            .to.be.revertedWithCustomError(fragments, "FragmentsDeadlinePassed")
            .withArgs(cursor.deadline, at);
        } else {
          const next = { ...requested(cursor, at, block), step: cursor.step + 1n, missed: 0n, attempt: 0n };
          expect(plain(await call)).to.deep.equal(next);
        }
      }),
      RUNS,
    );
  });

  it("takes the fragment from a late node and remembers it", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, clock, clock, async (cursor, at, block) => {
        const call = fragments.miss(cursor, at, block);
        if (cursor.node === 0n) {
          await expect(call).to.be.revertedWithCustomError(fragments, "FragmentsNotAssigned").withArgs(cursor.step);
        } else if (at <= cursor.deadline) {
          await expect(call)
            .to.be.revertedWithCustomError(fragments, "FragmentsDeadlineNotPassed")
            .withArgs(cursor.deadline, at);
        } else {
          const [after, node] = await call;
          expect(node).to.equal(cursor.node);
          expect(plain(after)).to.deep.equal(attempted({ ...requested(cursor, at, block), missed: cursor.node }));
        }
      }),
      RUNS,
    );
  });

  it("never both accepts and misses a fragment at the same second", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, clock, async (cursor, at) => {
        const assigned = { ...cursor, node: cursor.node + 1n > 2n ** 32n - 1n ? 1n : cursor.node + 1n };
        const outcomes = await Promise.allSettled([
          fragments.settle(assigned, at, 5n),
          fragments.miss(assigned, at, 5n),
        ]);
        expect(outcomes.filter(({ status }) => status === "fulfilled")).to.have.lengthOf(1);
      }),
      RUNS,
    );
  });
});
