import { expect } from "chai";

import { ZeroHash } from "ethers";

import type { CaseSummary } from "@corex/sdk/actions/read-case";
import { CorexError } from "@corex/sdk/errors";
import type { Verdict } from "@corex/sdk/work/verdict";

import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { Mutex } from "../../packages/node/src/runtime/mutex.ts";
import { answerOf, Verifier } from "../../packages/node/src/services/verifier.ts";
import { SleepClock } from "./support/fake-fragments.ts";
import { caseOf, CHAIN_ID, FakeCommittee, JournalFolder, NODE, NOW, silent, snapshotAt } from "./support/work-fakes.ts";

const ACCEPT: Verdict = { vote: "accept", reason: "equal" };
const REJECT: Verdict = { vote: "reject", reason: "differs" };
const LATER: Verdict = { vote: "abstain", reason: "not there", retry: "later" };
const NEVER: Verdict = { vote: "abstain", reason: "no such model", retry: "never" };

// Verifier
// ├── it checks, commits and reveals when everybody committed, or the time is over
// ├── when it has no seat
// │   └── it does nothing
// ├── when the result cannot be had yet
// │   └── it tries again, and abstains shortly before the end
// ├── when it can never be had
// │   └── it abstains at once
// ├── when the check takes too long
// │   └── it abstains shortly before the end, and what the check says later changes nothing
// ├── when a call fails, it is tried again with the same verdict
// ├── when the journal lost the verdict
// │   └── it reveals nothing
// └── when it is killed between any two steps
//     └── it reveals what it committed, though a new check says something else
describe("Verifier", function () {
  let folder: JournalFolder;
  let committee: FakeCommittee;
  let clock: SleepClock;
  let checks: { isLate: boolean }[];
  /** What each check says in turn; the last one for ever. */
  let verdicts: Verdict[];

  beforeEach(function () {
    folder = new JournalFolder();
    committee = new FakeCommittee();
    clock = new SleepClock();
    checks = [];
    verdicts = [ACCEPT];
  });

  afterEach(function () {
    folder.remove();
  });

  function verifier(onStage: (stage: string) => void = () => undefined, check?: () => Promise<Verdict>): Verifier {
    return new Verifier({
      node: NODE,
      chainId: CHAIN_ID,
      committee,
      cases: committee,
      check:
        check ??
        (async (_, isLate) => {
          checks.push({ isLate });
          return Promise.resolve((verdicts.length > 1 ? verdicts.shift() : verdicts[0]) ?? ACCEPT);
        }),
      sealed: folder.journal.sealed,
      exclusive: new Mutex(),
      logger: silent,
      backoff: new Backoff(clock, { base: 1_000, max: 60_000 }),
      onStage,
    });
  }

  /** Looks at the chain at a second, lets checks finish, and looks again. */
  async function look(service: Verifier, timestamp: number): Promise<void> {
    await service.onSnapshot(snapshotAt(timestamp));
    await service.settled();
    await service.onSnapshot(snapshotAt(timestamp));
  }

  const reveal = (change: Partial<CaseSummary> = {}): void => {
    committee.found = { ...committee.found, phase: "revealing", deadline: NOW + 1_200, ...change };
  };

  it("checks, commits and reveals", async function () {
    const service = verifier();
    await look(service, NOW);
    expect(committee.sent).to.deep.equal(["commit"]);
    expect(committee.seat.commitment).not.to.equal(ZeroHash);
    await look(service, NOW + 1);
    expect(committee.sent).to.deep.equal(["commit"]);
    reveal();
    await look(service, NOW + 2);
    expect(committee.seat).to.include({ vote: "accept", score: 0 });
    await look(service, NOW + 3);
    expect(committee.sent).to.deep.equal(["commit", "reveal"]);
    expect(checks).to.deep.equal([{ isLate: false }]);
  });

  it("reveals once all committed or the time is over, though nobody said so on chain, and not when it is too late", async function () {
    const service = verifier();
    await look(service, NOW);
    await look(service, NOW + 600);
    expect(committee.sent).to.deep.equal(["commit"]);
    const committed = committee.found;
    committee.found = { ...committed, committed: 3 };
    await look(service, NOW + 10);
    expect(committee.sent).to.deep.equal(["commit", "reveal"]);
    committee.found = committed;
    await look(service, NOW + 1_201);
    expect(committee.sent.length).to.equal(2);
    await look(service, NOW + 1_200);
    expect(committee.sent).to.deep.equal(["commit", "reveal", "reveal"]);
  });

  it("leaves cases of others alone", async function () {
    committee.found = caseOf({ seats: [] });
    await look(verifier(), NOW);
    expect(committee.sent).to.deep.equal([]);
    expect(checks).to.deep.equal([]);
  });

  it("tries again what cannot be had yet, waits for nobody in the second half, and abstains shortly before the end", async function () {
    verdicts = [LATER];
    const service = verifier();
    await look(service, NOW);
    await look(service, NOW + 1);
    expect(checks.length).to.equal(1);
    await clock.sleep(1_000);
    await look(service, NOW + 300);
    expect(checks).to.deep.equal([{ isLate: false }, { isLate: true }]);
    await look(service, NOW + 479);
    expect(committee.sent).to.deep.equal([]);
    await look(service, NOW + 480);
    expect(committee.sent).to.deep.equal(["commit"]);
    reveal();
    await look(service, NOW + 700);
    expect(committee.seat.vote).to.equal("abstain");
  });

  it("abstains at once over what can never be had", async function () {
    verdicts = [NEVER];
    await look(verifier(), NOW);
    expect(folder.journal.sealed.get("case:1")).to.include({ answer: "abstain", reason: "no such model" });
    expect(committee.sent).to.deep.equal(["commit"]);
  });

  it("abstains over a check that takes too long, and stays with it", async function () {
    let finish: (verdict: Verdict) => void = () => undefined;
    const service = verifier(
      () => undefined,
      async () => new Promise<Verdict>((resolve) => (finish = resolve)),
    );
    await service.onSnapshot(snapshotAt(NOW));
    await service.onSnapshot(snapshotAt(NOW + 590));
    expect(committee.sent).to.deep.equal(["commit"]);
    finish(REJECT);
    await service.settled();
    reveal();
    await service.onSnapshot(snapshotAt(NOW + 700));
    expect(committee.seat.vote).to.equal("abstain");
  });

  it("survives a check that throws", async function () {
    let failures = 0;
    const service = verifier(
      () => undefined,
      async () => {
        failures += 1;
        if (failures === 1) throw new Error("out of memory");
        return Promise.resolve(REJECT);
      },
    );
    await look(service, NOW);
    expect(committee.sent).to.deep.equal([]);
    await clock.sleep(1_000);
    await look(service, NOW + 1);
    expect(folder.journal.sealed.get("case:1")).to.include({ answer: "reject" });
  });

  it("sends again what failed, with the same verdict", async function () {
    verdicts = [ACCEPT, REJECT];
    const service = verifier();
    committee.onCall = (moment) => {
      if (moment === "before commit") throw new CorexError("CHAIN_NONCE_USED", "lost", { retry: "later" });
    };
    await look(service, NOW);
    expect(committee.sent).to.deep.equal([]);
    committee.onCall = () => undefined;
    await look(service, NOW + 1);
    expect(committee.sent).to.deep.equal([]);
    await clock.sleep(1_000);
    await look(service, NOW + 2);
    reveal();
    await look(service, NOW + 3);
    expect(committee.seat.vote).to.equal("accept");
    expect(checks.length).to.equal(1);
  });

  it("reports an endpoint that is down to whoever follows the chain", async function () {
    const service = verifier();
    committee.onCall = () => {
      throw new CorexError("CHAIN_UNREACHABLE", "down", { retry: "later" });
    };
    const failure = await look(service, NOW).catch((cause: unknown) => cause);
    expect(failure).to.include({ code: "CHAIN_UNREACHABLE" });
  });

  it("reveals nothing that it cannot open", async function () {
    committee.found = caseOf({
      phase: "revealing",
      seats: caseOf().seats.map((seat) => ({ ...seat, commitment: `0x${"33".repeat(32)}` })),
    });
    await look(verifier(), NOW);
    expect(committee.sent).to.deep.equal([]);
  });

  const deaths = ["sealed", "before commit", "after commit", "before reveal", "after reveal"];
  for (const death of deaths) {
    it(`reveals what it committed after it was killed at "${death}"`, async function () {
      // A second check, after the restart, would say the opposite.
      verdicts = [ACCEPT, REJECT];
      let isDead = false;
      const die = (moment: string): void => {
        if (isDead) throw new Error("dead processes do nothing");
        if (moment !== death) return;
        isDead = true;
        folder.journal.close();
        throw new Error("killed");
      };
      committee.onCall = die;
      const first = verifier(die);
      for (const step of [0, 1]) {
        await look(first, NOW + step).catch(() => undefined);
        if (committee.seat.commitment !== ZeroHash) reveal();
      }
      expect(isDead, "it was killed").to.equal(true);

      committee.onCall = () => undefined;
      folder.reopen();
      const second = verifier();
      for (const step of [2, 3]) {
        await look(second, NOW + step);
        reveal();
      }
      expect(committee.seat.vote).to.equal("accept");
      expect(committee.sent).to.deep.equal(["commit", "reveal"]);
    });
  }
});

// answerOf
// ├── of labels the score decides, within what the vote says
// └── of everything else the vote, without a score
describe("answerOf", function () {
  const labels = { kind: "labelling", acceptScore: 60 } as const;
  const cases: [Verdict, { answer: string; score: number }][] = [
    [
      { vote: "accept", score: 80, reason: "" },
      { answer: "accept", score: 80 },
    ],
    [
      { vote: "accept", score: 60, reason: "" },
      { answer: "accept", score: 60 },
    ],
    [
      { vote: "accept", score: 59, reason: "" },
      { answer: "reject", score: 59 },
    ],
    [
      { vote: "reject", score: 90, reason: "" },
      { answer: "reject", score: 59 },
    ],
    [
      { vote: "reject", reason: "" },
      { answer: "reject", score: 0 },
    ],
    [
      { vote: "abstain", reason: "" },
      { answer: "abstain", score: 0 },
    ],
  ];
  for (const [verdict, expected] of cases) {
    it(`gives ${expected.answer} with ${expected.score} for ${verdict.vote} with ${String(verdict.score)}`, function () {
      expect(answerOf(verdict, labels)).to.deep.equal(expected);
    });
  }

  it("gives no score to other kinds", function () {
    const kind = { kind: "features", acceptScore: 0 } as const;
    expect(answerOf({ vote: "accept", score: 100, reason: "" }, kind)).to.deep.equal({ answer: "accept", score: 0 });
    expect(answerOf({ vote: "reject", score: 3, reason: "" }, kind)).to.deep.equal({ answer: "reject", score: 0 });
  });
});
