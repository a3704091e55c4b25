import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type SealedVote, voteCommitment } from "@corex/sdk/actions/commit-vote";
import type { RulingAction } from "@corex/sdk/actions/read-dispute-actions";
import { CorexError } from "@corex/sdk/errors";

import type { Court } from "../../packages/node/src/court/court.ts";
import type { Opinion } from "../../packages/node/src/court/decide-dispute.ts";
import type { Docket } from "../../packages/node/src/court/dispute-book.ts";
import { readRuling } from "../../packages/node/src/court/ruling-file.ts";
import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { Juror } from "../../packages/node/src/services/juror.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";
import { SleepClock } from "./support/fake-fragments.ts";
import { CHAIN_ID, JournalFolder, NOW, silent, snapshotAt } from "./support/work-fakes.ts";

const ACCOUNT = `0x${"44".repeat(20)}`;
const COURT = `0x${"55".repeat(20)}`;
const CLAIMANT: Opinion = { ruling: "claimant", reason: "equal", retry: "never" };
const RESPONDENT: Opinion = { ruling: "respondent", reason: "differs", retry: "never" };
const LATER: Opinion = { ruling: "undecided", reason: "not there", retry: "later" };
const NEVER: Opinion = { ruling: "undecided", reason: "not about a result", retry: "never" };
const action = (data: string): RulingAction => ({ kind: 0n, data });

function docketOf(change: Partial<Docket> = {}): Docket {
  return {
    ...{ dispute: 4n, kind: "verdict", stage: "committing", ruling: "undecided", round: 1 },
    ...{ claimant: "0xc", respondent: "0xr", node: 3n, deadline: NOW + 43_200, ticket: 50, bond: 25n, subject: "0x" },
    panel: { size: 7, drawn: 7, committed: 0, revealed: 0, forClaimant: 0, forRespondent: 0 },
    ballot: { votes: 2, committed: false, revealed: false },
    unsettled: [],
    ...change,
  };
}

// Juror
// ├── where it was drawn it decides, commits, and reveals once committing is over
// ├── when it cannot tell yet
// │   └── it waits, and says so in the last hour
// ├── when it can never tell
// │   └── it says so at once
// ├── when it was not drawn
// │   └── it votes nothing
// ├── it draws, advances, executes what was announced for the ruling, and settles
// └── when it is killed between any two steps
//     └── it reveals what it committed
describe("Juror", function () {
  let folder: JournalFolder;
  let docket: Docket;
  let opinions: Opinion[];
  let sent: string[];
  let commitment: string | undefined;
  let revealed: SealedVote | undefined;
  let onCall: (moment: string) => void;
  let clock: SleepClock;

  beforeEach(function () {
    folder = new JournalFolder();
    docket = docketOf();
    opinions = [CLAIMANT];
    sent = [];
    commitment = revealed = undefined;
    onCall = () => undefined;
    clock = new SleepClock();
  });

  afterEach(function () {
    folder.remove();
  });

  async function record(call: string, effect: () => void = () => undefined): Promise<void> {
    await Promise.resolve();
    onCall(`before ${call}`);
    effect();
    sent.push(call);
    onCall(`after ${call}`);
  }

  const court: Court = {
    address: COURT,
    draw: async (dispute) => record(`draw ${dispute}`),
    commit: async (_, __, given) =>
      record("commit", () => {
        if (commitment !== undefined) throw new CorexError("CHAIN_ARBITRATION_ALREADYCOMMITTED", "twice");
        commitment = given;
        docket = { ...docket, ballot: { ...docket.ballot, committed: true } };
      }),
    reveal: async (dispute, round, vote) =>
      record("reveal", () => {
        const place = { chainId: CHAIN_ID, court: COURT, dispute, round, juror: ACCOUNT };
        if (voteCommitment(place, vote) !== commitment) throw new CorexError("CHAIN_ARBITRATION_WRONGREVEAL", "other");
        revealed = vote;
        docket = { ...docket, ballot: { ...docket.ballot, revealed: true } };
      }),
    advance: async (dispute) => record(`advance ${dispute}`),
    execute: async (_, actions) => record(`execute ${actions.map(({ data }) => data).join()}`),
    settleRound: async (_, round) => record(`settle ${round}`),
    withdraw: async () => record("withdraw").then(() => 0n),
  };

  function juror(onStage: (stage: string) => void = () => undefined): Juror {
    return new Juror({
      ...{
        account: ACCOUNT,
        chainId: CHAIN_ID,
        court,
        sealed: folder.journal.sealed,
        spreadMs: 0,
        logger: silent,
        onStage,
      },
      disputes: { dockets: () => [docket] },
      decide: async () => Promise.resolve((opinions.length > 1 ? opinions.shift() : opinions[0]) ?? NEVER),
      actionsOf: async () =>
        Promise.resolve({ claimant: [action("0xc1"), action("0xc2")], respondent: [action("0xr")] }),
      backoff: new Backoff(clock),
    });
  }

  const reveal = (): void => {
    docket = { ...docket, stage: "revealing", deadline: NOW + 86_400, panel: { ...docket.panel, committed: 2 } };
  };

  it("decides, commits, and reveals once committing is over", async function () {
    const service = juror();
    await service.onSnapshot(snapshotAt(NOW));
    await service.onSnapshot(snapshotAt(NOW + 1));
    expect(sent).to.deep.equal(["commit"]);
    reveal();
    await service.onSnapshot(snapshotAt(NOW + 2));
    expect(revealed?.ruling).to.equal("claimant");
    await service.onSnapshot(snapshotAt(NOW + 3));
    expect(sent).to.deep.equal(["commit", "reveal"]);
  });

  it("ends committing by revealing, when all are done or the time is over", async function () {
    const service = juror();
    await service.onSnapshot(snapshotAt(NOW));
    docket = { ...docket, panel: { ...docket.panel, committed: 7 } };
    await service.onSnapshot(snapshotAt(NOW + 1));
    expect(sent).to.deep.equal(["commit", "reveal"]);
  });

  it("waits while it cannot tell, and says so in the last hour", async function () {
    opinions = [LATER];
    const service = juror();
    await service.onSnapshot(snapshotAt(NOW));
    await clock.sleep(60_000);
    await service.onSnapshot(snapshotAt(NOW + 39_599));
    expect(sent).to.deep.equal([]);
    await clock.sleep(60_000);
    await service.onSnapshot(snapshotAt(NOW + 39_600));
    expect(folder.journal.sealed.get("dispute:4:1")).to.include({ answer: "undecided" });
    expect(sent).to.deep.equal(["commit"]);
  });

  it("says at once that it can never tell", async function () {
    opinions = [NEVER];
    await juror().onSnapshot(snapshotAt(NOW));
    expect(folder.journal.sealed.get("dispute:4:1")).to.include({ answer: "undecided", reason: NEVER.reason });
  });

  it("votes nothing where it was not drawn, or too late", async function () {
    docket = docketOf({ ballot: { votes: 0, committed: false, revealed: false } });
    await juror().onSnapshot(snapshotAt(NOW));
    docket = docketOf();
    await juror().onSnapshot(snapshotAt(NOW + 43_201));
    expect(sent).to.deep.equal(["advance 4"]);
  });

  const idle = { votes: 0, committed: false, revealed: false };
  const full = { size: 7, drawn: 7, committed: 7, revealed: 7, forClaimant: 4, forRespondent: 3 };
  const chores: [string, Partial<Docket>, number, string[]][] = [
    ["claimed", { stage: "claimed", deadline: NOW }, NOW, []],
    ["claimed, uncontested", { stage: "claimed", deadline: NOW }, NOW + 1, ["advance 4"]],
    ["drawing, entropy unknown", { stage: "drawing", ticket: 100 }, NOW, []],
    ["drawing, entropy known", { stage: "drawing", ticket: 99 }, NOW, ["draw 4"]],
    ["drawing, too late", { stage: "drawing", deadline: NOW }, NOW + 1, ["advance 4"]],
    ["committing, all did", { panel: full }, NOW, ["advance 4"]],
    ["revealing", { stage: "revealing", panel: { ...full, revealed: 6 } }, NOW, []],
    ["revealing, all did", { stage: "revealing", panel: full }, NOW, ["advance 4"]],
    ["appealing", { stage: "appealing", deadline: NOW }, NOW, []],
    ["appealing, over", { stage: "appealing", deadline: NOW }, NOW + 1, ["advance 4"]],
    ["ruled for the claimant", { stage: "ruled", ruling: "claimant" }, NOW, ["execute 0xc1,0xc2"]],
    ["ruled for nobody", { stage: "ruled", unsettled: [0] }, NOW, ["execute 0xr", "settle 0"]],
    ["executed", { stage: "executed", unsettled: [0, 1] }, NOW, ["settle 0", "settle 1"]],
  ];
  for (const [state, change, timestamp, expected] of chores) {
    it(`sends ${expected.join(" and ") || "nothing"} while a dispute is ${state}`, async function () {
      docket = docketOf({ ballot: idle, ...change });
      await juror().onSnapshot(snapshotAt(timestamp));
      expect(sent).to.deep.equal(expected);
    });
  }

  for (const death of ["sealed", "before commit", "after commit", "before reveal", "after reveal"]) {
    it(`reveals what it committed after it was killed at "${death}"`, async function () {
      // A second look, after the restart, would say the opposite.
      opinions = [CLAIMANT, RESPONDENT];
      let isDead = false;
      onCall = (moment) => {
        if (isDead) throw new Error("dead processes do nothing");
        if (moment !== death) return;
        isDead = true;
        folder.journal.close();
        throw new Error("killed");
      };
      const first = juror(onCall);
      for (const step of [0, 1]) {
        await first.onSnapshot(snapshotAt(NOW + step)).catch(() => undefined);
        if (commitment !== undefined) reveal();
      }
      expect(isDead, "it was killed").to.equal(true);

      onCall = () => undefined;
      folder.reopen();
      const second = juror();
      for (const step of [2, 3]) {
        await second.onSnapshot(snapshotAt(NOW + step));
        reveal();
      }
      expect(revealed?.ruling).to.equal("claimant");
    });
  }
});

// readRuling
// ├── it returns what the file says about a dispute, or undefined
// └── when the file cannot be read, or says something else: CONFIG_UNREADABLE, CONFIG_INVALID
describe("readRuling", function () {
  const folder = mkdtempSync(join(tmpdir(), "corex-ruling-"));
  const file = join(folder, "rulings.json");

  after(function () {
    rmSync(folder, { recursive: true });
  });

  it("returns what the file says, each time anew", async function () {
    writeFileSync(file, '{"12": "claimant", "13": "undecided"}');
    expect(await readRuling(file, 12n)).to.equal("claimant");
    expect(await readRuling(file, 13n)).to.equal("undecided");
    expect(await readRuling(file, 14n)).to.equal(undefined);
    writeFileSync(file, '{"14": "respondent"}');
    expect(await readRuling(file, 14n)).to.equal("respondent");
    expect(await readRuling(file, 12n)).to.equal(undefined);
  });

  it("refuses everything else", async function () {
    await expectCorexError(async () => readRuling(join(folder, "none"), 1n), "CONFIG_UNREADABLE", /none/);
    writeFileSync(file, "{");
    await expectCorexError(async () => readRuling(file, 1n), "CONFIG_UNREADABLE", /rulings\.json/);
    writeFileSync(file, '{"1": "guilty"}');
    await expectCorexError(async () => readRuling(file, 1n), "CONFIG_INVALID", /"guilty" for dispute 1/);
  });
});
