import { expect } from "chai";

import { CorexError } from "@corex/sdk/errors";
import type { CaseSummary } from "@corex/sdk/actions/read-case";

import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { Keeper } from "../../packages/node/src/services/keeper.ts";
import type { Reviews } from "../../packages/node/src/work/reviews.ts";
import type { DeliveredPlace, WorkPlace } from "../../packages/node/src/work/work-place.ts";
import { SleepClock } from "./support/fake-fragments.ts";
import {
  caseOf,
  deliveredPlace,
  emptySeat,
  FakeCommittee,
  NODE,
  NOW,
  placeOf,
  silent,
  snapshotAt,
} from "./support/work-fakes.ts";

const LABELS = { kind: "labelling", workUnits: 100n } as const;

// Keeper
// ├── it audits once the entropy is known, of a pair once the other half is in, final or too late, and at once when it is forced
// ├── it draws, concludes and takes verdicts as the case goes on
// ├── it makes final what nobody contested in time
// ├── when it is nobody's turn yet
// │   └── it sends nothing
// ├── when the node is not concerned
// │   └── it leaves the chore to others for a while
// └── when another was faster, or it fails
//     └── it waits before it tries again
describe("Keeper", function () {
  let places: DeliveredPlace[];
  let sibling: WorkPlace | undefined;
  let committee: FakeCommittee;
  let clock: SleepClock;
  let sent: string[];
  let failure: Error | undefined;

  beforeEach(function () {
    places = [];
    sibling = undefined;
    committee = new FakeCommittee();
    clock = new SleepClock();
    sent = [];
    failure = undefined;
    committee.onCall = (moment) => {
      if (moment.startsWith("after")) sent.push(moment.slice(6));
    };
  });

  function keeper({ spreadMs = 0, node = NODE } = {}): Keeper {
    const record =
      (what: string) =>
      async ({ fragment }: WorkPlace): Promise<void> => {
        await Promise.resolve();
        sent.push(`${what}:${fragment}`);
        if (failure !== undefined) throw failure;
      };
    const names = ["audit", "decide", "finalise", "concede", "claim"] as const;
    const reviews = Object.fromEntries(names.map((name) => [name, record(name)])) as unknown as Reviews;
    return new Keeper({
      ...{ node, reviews, committee, cases: committee, spreadMs, logger: silent },
      market: { deliveries: () => places, siblingOf: () => sibling },
      backoff: new Backoff(clock),
    });
  }

  it("audits once the entropy is known", async function () {
    places = [deliveredPlace({ ticket: 50 })];
    const service = keeper();
    await service.onSnapshot(snapshotAt(NOW, 50));
    expect(sent).to.deep.equal([]);
    await service.onSnapshot(snapshotAt(NOW, 51));
    expect(sent).to.deep.equal(["audit:0"]);
  });

  it("audits at once what is judged again", async function () {
    places = [deliveredPlace({ ticket: 50, review: { forced: true, sittings: 1, caseId: 1n } })];
    await keeper().onSnapshot(snapshotAt(NOW, 0));
    expect(sent).to.deep.equal(["audit:0"]);
  });

  it("waits for the other half of a pair, but not for ever", async function () {
    places = [deliveredPlace({ task: LABELS })];
    const service = keeper();
    sibling = placeOf({ fragment: 1 }, LABELS);
    await service.onSnapshot(snapshotAt(NOW + 1_200));
    expect(sent).to.deep.equal([]);
    await service.onSnapshot(snapshotAt(NOW + 1_201));
    expect(sent).to.deep.equal(["audit:0"]);
    sibling = deliveredPlace({ fragment: 1, task: LABELS });
    await keeper().onSnapshot(snapshotAt(NOW));
    sibling = placeOf({ fragment: 1, isFinal: true }, LABELS);
    await keeper().onSnapshot(snapshotAt(NOW));
    expect(sent.length).to.equal(3);
  });

  const cases: [string, Partial<CaseSummary>, number, string[]][] = [
    ["drawing, entropy unknown", { phase: "drawing", ticket: 100 }, NOW, []],
    ["drawing, entropy known", { phase: "drawing", ticket: 99 }, NOW, ["draw:1"]],
    ["drawing, too late", { phase: "drawing", ticket: 100 }, NOW + 601, ["decide:0"]],
    ["committing", { committed: 2 }, NOW + 600, []],
    ["committing, all did", { committed: 3 }, NOW, ["conclude:1"]],
    ["committing, time over", { committed: 2 }, NOW + 601, ["conclude:1"]],
    ["revealing", { phase: "revealing", committed: 2, revealed: 1 }, NOW + 600, []],
    ["revealing, all did", { phase: "revealing", committed: 2, revealed: 2 }, NOW, ["decide:0"]],
    ["revealing, time over", { phase: "revealing", committed: 2, revealed: 1 }, NOW + 601, ["decide:0"]],
    ["concluded", { phase: "concluded" }, NOW, ["decide:0"]],
  ];
  for (const [state, change, timestamp, expected] of cases) {
    it(`sends ${expected.join() || "nothing"} while a case is ${state}`, async function () {
      committee.found = caseOf(change);
      places = [deliveredPlace({ review: { stage: "voting", caseId: 1n } })];
      await keeper().onSnapshot(snapshotAt(timestamp));
      expect(sent).to.deep.equal(expected);
    });
  }

  for (const stage of ["decided", "planted", "disputed"] as const) {
    it(`makes final what is ${stage} once its time is over`, async function () {
      places = [deliveredPlace({ review: { stage, contestUntil: NOW + 10 } })];
      const service = keeper();
      await service.onSnapshot(snapshotAt(NOW + 10));
      expect(sent).to.deep.equal([]);
      await service.onSnapshot(snapshotAt(NOW + 11));
      expect(sent).to.deep.equal(["finalise:0"]);
    });
  }

  it("leaves others' results to those who wait for their money, then acts, at a moment of its own", async function () {
    const spreadMs = 100_000;
    const firstAt = async (node: bigint): Promise<number> => {
      sent = [];
      places = [deliveredPlace({ node: 3n })];
      const service = keeper({ spreadMs, node });
      for (let second = 0; second < 250; second++) {
        await service.onSnapshot(snapshotAt(NOW + second));
        if (sent.length > 0) return second;
      }
      return Infinity;
    };
    const strangers = [await firstAt(20n), await firstAt(21n), await firstAt(22n)];
    for (const second of strangers) expect(second).to.be.within(100, 200);
    expect(new Set(strangers).size).to.equal(3);
    expect(await firstAt(3n)).to.be.below(25);
  });

  it("is concerned by the cases that it sits on", async function () {
    committee.found = caseOf({ phase: "concluded", seats: [emptySeat(NODE)] });
    places = [deliveredPlace({ node: 3n, review: { stage: "voting", caseId: 1n } })];
    const service = keeper({ spreadMs: 40_000 });
    await service.onSnapshot(snapshotAt(NOW));
    await service.onSnapshot(snapshotAt(NOW + 10));
    expect(sent).to.deep.equal(["decide:0"]);
  });

  it("waits before it tries again, whoever was faster", async function () {
    failure = new CorexError("CHAIN_WORKREVIEW_WRONGSTAGE", "another did it");
    places = [deliveredPlace()];
    const service = keeper();
    await service.onSnapshot(snapshotAt(NOW));
    await service.onSnapshot(snapshotAt(NOW + 1));
    expect(sent).to.deep.equal(["audit:0"]);
    await clock.sleep(1_000);
    failure = new CorexError("CHAIN_REVERTED", "odd");
    await service.onSnapshot(snapshotAt(NOW + 2));
    expect(sent.length).to.equal(2);
    failure = new CorexError("CHAIN_UNREACHABLE", "down", { retry: "later" });
    await clock.sleep(60_000);
    const thrown = await service.onSnapshot(snapshotAt(NOW + 3)).catch((cause: unknown) => cause);
    expect(thrown).to.equal(failure);
  });
});
