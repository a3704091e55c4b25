import { expect } from "chai";
import fc from "fast-check";

import { deployHarness } from "../support/market/harness.ts";
import { loadFixture } from "../support/market/suite.ts";

/** Cursor of the model: the same fields as bigints. */
interface Cursor {
  step: bigint;
  node: bigint;
  missed: bigint;
  ticket: bigint;
  requestedAt: bigint;
  deadline: bigint;
  waited: bigint;
  attempt: bigint;
  bonded: boolean;
  refused: boolean;
}

const MAX_ATTEMPT = 2n ** 8n - 1n;
const MAX_WAITED = 2n ** 16n - 1n;
const RUNS = { numRuns: 150 };

const bits = (count: number) => fc.bigInt(0n, 2n ** BigInt(count) - 1n);
const clock = fc.bigInt(1n, 2n ** 39n);
/** Seconds since the draw was requested, often enough to make the waiting saturate. */
const delays = fc.oneof(fc.bigInt(0n, 1_000n), bits(18));
const durations = fc.bigInt(60n, 604_800n);
const cursors: fc.Arbitrary<Cursor> = fc.record({
  step: fc.bigInt(0n, 2n ** 32n - 2n),
  node: fc.oneof(fc.constant(0n), bits(32)),
  missed: bits(32),
  ticket: bits(40),
  requestedAt: clock,
  deadline: fc.oneof(bits(40), clock),
  waited: fc.oneof(bits(16), fc.constant(MAX_WAITED), fc.bigInt(0n, 600n)),
  attempt: fc.oneof(bits(8), fc.constant(MAX_ATTEMPT)),
  bonded: fc.boolean(),
  refused: fc.boolean(),
});

interface FragmentsCalls {
  initial(publishedAt: bigint, ticket: bigint): Promise<Cursor>;
  isAssigned(cursor: Cursor): Promise<boolean>;
  renew(cursor: Cursor, timestamp: bigint, ticket: bigint): Promise<Cursor>;
  assign(cursor: Cursor, node: bigint, bonded: boolean, timestamp: bigint, duration: bigint): Promise<Cursor>;
  settle(cursor: Cursor, timestamp: bigint, ticket: bigint): Promise<Cursor>;
  miss(cursor: Cursor, timestamp: bigint, ticket: bigint): Promise<[Cursor, bigint]>;
  refuse(cursor: Cursor, timestamp: bigint, duration: bigint, ticket: bigint): Promise<Cursor>;
}

async function deployFragments() {
  return deployHarness<FragmentsCalls>("FragmentsHarness");
}

/** What a new draw request looks like, whatever happened before. */
function requested(cursor: Cursor, timestamp: bigint, ticket: bigint): Cursor {
  return { ...cursor, node: 0n, bonded: false, deadline: 0n, requestedAt: timestamp, ticket };
}

/** Another request of the same fragment: one attempt and the seconds since the last request more, both saturating. */
function again(cursor: Cursor, timestamp: bigint, ticket: bigint): Cursor {
  const waited = cursor.waited + timestamp - cursor.requestedAt;
  return {
    ...requested(cursor, timestamp, ticket),
    attempt: cursor.attempt === MAX_ATTEMPT ? MAX_ATTEMPT : cursor.attempt + 1n,
    waited: waited > MAX_WAITED ? MAX_WAITED : waited,
  };
}

function plain(result: Cursor): Cursor {
  const { step, node, missed, ticket, requestedAt, deadline, waited, attempt, bonded, refused } = result;
  return { step, node, missed, ticket, requestedAt, deadline, waited, attempt, bonded, refused };
}

/** The cursor, assigned, with this deadline. */
function assignedUntil(cursor: Cursor, deadline: bigint): Cursor {
  return { ...cursor, node: cursor.node === 0n ? 1n : cursor.node, deadline };
}

// Fragments, against a model in TypeScript
// ├── initial: the draw of the publication
// ├── isAssigned: exactly with a node
// ├── renew: a new request, only while free
// ├── assign: a deadline and whether a bond is held, only while free
// ├── settle: the next step, only in time; forgets misses, attempts and waiting
// ├── refuse: the same step without the node, only while half of the time is left
// └── miss: the same step without the node, only after the deadline
describe("Fragments", function () {
  it("starts with the draw that the publication requested", async function () {
    const fragments = await loadFixture(deployFragments);
    const empty: Cursor = {
      step: 0n,
      node: 0n,
      missed: 0n,
      ticket: 0n,
      requestedAt: 0n,
      deadline: 0n,
      waited: 0n,
      attempt: 0n,
      bonded: false,
      refused: false,
    };
    await fc.assert(
      fc.asyncProperty(clock, clock, async (at, ticket) => {
        expect(plain(await fragments.initial(at, ticket))).to.deep.equal(requested(empty, at, ticket));
      }),
      RUNS,
    );
  });

  it("knows whether it is assigned", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, async (cursor) => {
        expect(await fragments.isAssigned(cursor)).to.equal(cursor.node !== 0n);
      }),
      RUNS,
    );
  });

  it("renews a free fragment, counts the waiting and saturates", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, delays, bits(40), fc.boolean(), async (any, delay, ticket, free) => {
        const cursor = free ? { ...any, node: 0n } : any;
        const at = cursor.requestedAt + delay;
        if (cursor.node !== 0n) {
          await expect(fragments.renew(cursor, at, ticket))
            .to.be.revertedWithCustomError(fragments, "FragmentsAssigned")
            .withArgs(cursor.node, cursor.deadline);
        } else {
          expect(plain(await fragments.renew(cursor, at, ticket))).to.deep.equal(again(cursor, at, ticket));
        }
      }),
      RUNS,
    );
  });

  it("assigns a free fragment", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(
        cursors,
        bits(32),
        fc.boolean(),
        clock,
        durations,
        async (cursor, node, bonded, at, duration) => {
          if (cursor.node !== 0n) {
            await expect(fragments.assign(cursor, node, bonded, at, duration))
              .to.be.revertedWithCustomError(fragments, "FragmentsAssigned")
              .withArgs(cursor.node, cursor.deadline);
          } else {
            const deadline = at + duration;
            const next = { ...cursor, node, bonded, deadline };
            expect(plain(await fragments.assign(cursor, node, bonded, at, duration))).to.deep.equal(next);
          }
        },
      ),
      RUNS,
    );
  });

  it("settles in time, forgets misses, attempts and waiting, and opens the next step", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, clock, bits(40), async (cursor, at, ticket) => {
        const call = fragments.settle(cursor, at, ticket);
        if (cursor.node === 0n) {
          await expect(call).to.be.revertedWithCustomError(fragments, "FragmentsNotAssigned").withArgs(cursor.step);
        } else if (at > cursor.deadline) {
          await expect(call)
            .to.be.revertedWithCustomError(fragments, "FragmentsDeadlinePassed")
            .withArgs(cursor.deadline, at);
        } else {
          const forgotten = { missed: 0n, refused: false, attempt: 0n, waited: 0n };
          const next = { ...requested(cursor, at, ticket), step: cursor.step + 1n, ...forgotten };
          expect(plain(await call)).to.deep.equal(next);
        }
      }),
      RUNS,
    );
  });

  it("takes the fragment from a late node and remembers it", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, delays, bits(40), async (cursor, delay, ticket) => {
        const at = cursor.requestedAt + delay;
        const call = fragments.miss(cursor, at, ticket);
        if (cursor.node === 0n) {
          await expect(call).to.be.revertedWithCustomError(fragments, "FragmentsNotAssigned").withArgs(cursor.step);
        } else if (at <= cursor.deadline) {
          await expect(call)
            .to.be.revertedWithCustomError(fragments, "FragmentsDeadlineNotPassed")
            .withArgs(cursor.deadline, at);
        } else {
          const [after, node] = await call;
          expect(node).to.equal(cursor.node);
          const next = { ...again(cursor, at, ticket), missed: cursor.node, refused: false };
          expect(plain(after)).to.deep.equal(next);
        }
      }),
      RUNS,
    );
  });

  it("takes a fragment back while half of the time is left, and not a second longer", async function () {
    const fragments = await loadFixture(deployFragments);
    const spares = fc.oneof(fc.bigInt(-3n, 3n), fc.bigInt(-1_000_000n, 1_000_000n));
    await fc.assert(
      fc.asyncProperty(cursors, delays, durations, spares, bits(40), async (any, delay, duration, spare, ticket) => {
        const at = any.requestedAt + delay;
        const lastSecond = at + spare > 0n ? at + spare : 0n;
        const cursor = assignedUntil(any, lastSecond + duration / 2n);
        const call = fragments.refuse(cursor, at, duration, ticket);
        if (at > lastSecond) {
          await expect(call)
            .to.be.revertedWithCustomError(fragments, "FragmentsTooLateToRefuse")
            .withArgs(lastSecond, at);
        } else {
          const next = { ...again(cursor, at, ticket), missed: cursor.node, refused: true };
          expect(plain(await call)).to.deep.equal(next);
        }
        await expect(fragments.refuse({ ...cursor, node: 0n }, at, duration, ticket))
          .to.be.revertedWithCustomError(fragments, "FragmentsNotAssigned")
          .withArgs(cursor.step);
      }),
      RUNS,
    );
  });

  it("accepts, or misses, a fragment at every second: never both, never neither", async function () {
    const fragments = await loadFixture(deployFragments);
    await fc.assert(
      fc.asyncProperty(cursors, delays, durations, async (any, delay, duration) => {
        const at = any.requestedAt + delay;
        const cursor = assignedUntil(any, (any.deadline % 2n ** 39n) + duration);
        const [settles, misses, refuses] = await Promise.allSettled([
          fragments.settle(cursor, at, 5n),
          fragments.miss(cursor, at, 5n),
          fragments.refuse(cursor, at, duration, 5n),
        ]);
        expect(settles.status).to.not.equal(misses.status);
        if (refuses.status === "fulfilled") expect(settles.status).to.equal("fulfilled");
      }),
      RUNS,
    );
  });
});
