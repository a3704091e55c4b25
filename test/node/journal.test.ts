import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { submitBatchIntent } from "@corex/sdk/actions/submit-fragment-batch";
import { submitIntent } from "@corex/sdk/actions/submit-fragment";

import type { FragmentKey } from "../../packages/node/src/journal/fragment-key.ts";
import { Journal, type JournalOwner } from "../../packages/node/src/journal/journal.ts";
import type { FragmentSubmission, StepSubmission } from "../../packages/node/src/journal/submission-json.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";

const OWNER: JournalOwner = { chainId: 31_337, market: "0xmarket", operator: "0xoperator" };
const KEY: FragmentKey = { market: "chains", task: `0x${"ab".repeat(32)}`, chain: 1, step: 2 };
const INTENT = submitIntent(KEY.task, KEY.chain, KEY.step);
/** The time by the journal's clock. */
const NOW = 1_000;
const SIGNED = { nonce: 7, hash: "0xhash", raw: "0xraw" };
const SUBMISSION: StepSubmission = {
  kind: "step",
  chain: 1,
  step: 2,
  weights: 2n ** 250n,
  newWeights: 11n,
  gradient: 12n,
  batch: 13n,
  loss: 14n,
  artifact: `0x${"cd".repeat(32)}`,
  proof: {
    a: [1n, 2n],
    b: [
      [3n, 4n],
      [5n, 6n],
    ],
    c: [7n, 8n],
  },
  shardProof: [`0x${"ef".repeat(32)}`],
  initialHeads: [9n],
};

/** Layout of a journal before rounds. */
const VERSION_1 = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE transactions (
  id INTEGER PRIMARY KEY, intent TEXT NOT NULL, recipient TEXT NOT NULL, data TEXT NOT NULL, stage TEXT NOT NULL,
  nonce INTEGER, hash TEXT UNIQUE, raw TEXT, block INTEGER, reason TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE fragments (
  task TEXT NOT NULL, chain INTEGER NOT NULL, step INTEGER NOT NULL, intent TEXT NOT NULL UNIQUE, stage TEXT NOT NULL,
  weights TEXT NOT NULL, submission TEXT, updated_at INTEGER NOT NULL, PRIMARY KEY (task, chain, step)
) STRICT;
CREATE TABLE tasks (
  task TEXT PRIMARY KEY, block INTEGER NOT NULL, terms TEXT NOT NULL, closed INTEGER NOT NULL DEFAULT 0
) STRICT;
`;

describe("Journal", function () {
  let folder: string;
  let file: string;
  let journal: Journal;

  beforeEach(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-journal-"));
    file = join(folder, "deeper", "journal.sqlite");
    journal = new Journal(file, OWNER, () => NOW);
  });

  afterEach(function () {
    journal.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Closes the journal and opens it again, as a restarted agent would. */
  function reopen(owner = OWNER): Journal {
    journal.close();
    journal = new Journal(file, owner, () => NOW);
    return journal;
  }

  describe("when it is opened", function () {
    it("refuses a second agent while the first holds it, and lets it in afterwards", async function () {
      await expectCorexError(
        () => new Journal(file, OWNER),
        "JOURNAL_LOCKED",
        /another agent runs with this journal/,
        "after-change",
      );
      reopen();
    });

    it("refuses another operator, chain or market", async function () {
      journal.close();
      for (const owner of [
        { ...OWNER, operator: "0xother" },
        { ...OWNER, chainId: 1 },
        { ...OWNER, market: "0xm" },
      ]) {
        await expectCorexError(
          () => new Journal(file, owner),
          "JOURNAL_FOREIGN",
          /use another journal/,
          "after-change",
        );
      }
      reopen();
    });

    it("refuses a file that is no journal", async function () {
      const other = join(folder, "text");
      writeFileSync(other, "this is not a database, and long enough to be read as one".repeat(20));
      await expectCorexError(
        () => new Journal(other, OWNER),
        "JOURNAL_CORRUPTED",
        /cannot open the journal/,
        "after-change",
      );
    });
  });

  describe("of version 1", function () {
    it("is taken over with its proofs and tasks, and refused by nothing but another version", async function () {
      const old = join(folder, "old.sqlite");
      const database = new DatabaseSync(old);
      database.exec(VERSION_1);
      const meta = { version: "1", chainId: "31337", market: OWNER.market, operator: OWNER.operator, scannedTo: "42" };
      for (const [key, value] of Object.entries(meta)) {
        database.prepare("INSERT INTO meta VALUES (?, ?)").run(key, value);
      }
      const stored = { ...SUBMISSION, kind: undefined };
      const text = JSON.stringify(stored, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
      database
        .prepare("INSERT INTO fragments VALUES (?, 1, 2, ?, 'proved', ?, ?, 7)")
        .run(KEY.task, INTENT, String(SUBMISSION.weights), text);
      database.prepare("INSERT INTO tasks VALUES ('0xt', 4, '{\"steps\":\"3\"}', 0)").run();
      database.close();

      for (let time = 0; time < 2; time += 1) {
        const taken = new Journal(old, OWNER);
        expect(taken.fragments.get(KEY)).to.deep.include({ ...KEY, stage: "proved", submission: SUBMISSION });
        expect(taken.tasks.scannedTo()).to.equal(42);
        expect(taken.tasks.open()).to.deep.equal([{ task: "0xt", terms: { steps: 3n }, blockNumber: 4 }]);
        expect(taken.roundTasks.scannedTo()).to.equal(undefined);
        expect(taken.roundTasks.open()).to.deep.equal([]);
        taken.close();
      }
      const later = new DatabaseSync(old);
      later.exec("UPDATE meta SET value = '3' WHERE key = 'version'");
      later.close();
      await expectCorexError(() => new Journal(old, OWNER), "JOURNAL_VERSION", /version 3, not 2/, "after-change");
    });
  });

  describe("transactions", function () {
    it("pass intended, signed, sent and mined, and survive a restart at each", function () {
      const id = journal.transactions.intend(INTENT, "0xto", "0xdata");
      expect(reopen().transactions.open()[0]).to.include({
        id,
        intent: INTENT,
        stage: "intended",
        nonce: null,
        hash: null,
        raw: null,
        block: null,
        reason: null,
      });
      journal.transactions.sign(id, SIGNED);
      expect(reopen().transactions.open()[0]).to.include({ stage: "signed", ...SIGNED });
      journal.transactions.send(id);
      expect(reopen().transactions.open()[0]).to.include({ stage: "sent", ...SIGNED });
      journal.transactions.finish(id, "mined", { block: 5 });
      expect(reopen().transactions.open()).to.deep.equal([]);
      expect(journal.transactions.get(id)).to.include({ stage: "mined", block: 5 });
    });

    it("cannot have two under way for one intent, at no stage", async function () {
      const id = journal.transactions.intend(INTENT, "0xto", "0xdata");
      const again = () => journal.transactions.intend(INTENT, "0xto", "0xdata");
      await expectCorexError(again, "JOURNAL_INTENT_OPEN", /under way already/, "later");
      journal.transactions.sign(id, SIGNED);
      await expectCorexError(again, "JOURNAL_INTENT_OPEN", /under way already/);
      journal.transactions.send(id);
      await expectCorexError(again, "JOURNAL_INTENT_OPEN", /under way already/);
      journal.transactions.finish(id, "failed", { reason: "reverted" });
      expect(again()).to.be.greaterThan(id);
    });

    it("cannot be signed with a hash that another row has", function () {
      const first = journal.transactions.intend("a", "0xto", "0x");
      const second = journal.transactions.intend("b", "0xto", "0x");
      journal.transactions.sign(first, SIGNED);
      expect(() => journal.transactions.sign(second, SIGNED)).to.throw(/UNIQUE/);
      expect(journal.transactions.get(second).stage).to.equal("intended");
    });
  });

  describe("fragments", function () {
    it("keep the proof to the last digit across a restart", function () {
      journal.fragments.compute(KEY, SUBMISSION.weights);
      expect(reopen().fragments.get(KEY)).to.deep.equal({
        ...KEY,
        intent: INTENT,
        stage: "computed",
        weights: SUBMISSION.weights,
        submission: undefined,
        updatedAt: NOW,
      });
      journal.fragments.prove(KEY, SUBMISSION);
      expect(reopen().fragments.get(KEY)).to.deep.equal({
        ...KEY,
        intent: INTENT,
        stage: "proved",
        weights: SUBMISSION.weights,
        submission: SUBMISSION,
        updatedAt: NOW,
      });
    });

    it("follow the transaction that submits them, in the same commit", function () {
      journal.fragments.prove(KEY, SUBMISSION);
      const stage = () => reopen().fragments.get(KEY)?.stage;
      const id = journal.transactions.intend(INTENT, "0xto", "0x");
      expect(stage()).to.equal("proved");
      journal.transactions.sign(id, SIGNED);
      expect(stage()).to.equal("signed");
      journal.transactions.send(id);
      expect(stage()).to.equal("sent");
      journal.transactions.finish(id, "mined", { block: 1 });
      expect(stage()).to.equal("settled");
      expect(journal.fragments.open()).to.deep.equal([]);
    });

    for (const outcome of ["failed", "abandoned"] as const) {
      it(`go back to proved, with their proof, when the transaction ${outcome}`, function () {
        journal.fragments.prove(KEY, SUBMISSION);
        const id = journal.transactions.intend(INTENT, "0xto", "0x");
        journal.transactions.sign(id, SIGNED);
        journal.transactions.finish(id, outcome, { reason: "for a reason" });
        expect(journal.fragments.get(KEY)).to.include({ stage: "proved" });
        expect(journal.fragments.get(KEY)?.submission).to.deep.equal(SUBMISSION);
      });
    }

    it("are not touched by transactions for anything else", function () {
      journal.fragments.prove(KEY, SUBMISSION);
      const id = journal.transactions.intend("heartbeat", "0xto", "0x");
      journal.transactions.sign(id, SIGNED);
      journal.transactions.finish(id, "mined", { block: 1 });
      expect(journal.fragments.get(KEY)?.stage).to.equal("proved");
    });

    it("follow a batch that submits them, each in no other transaction meanwhile", async function () {
      const other = { ...KEY, chain: 3 };
      for (const key of [KEY, other]) journal.fragments.prove(key, { ...SUBMISSION, chain: key.chain });
      const batch = submitBatchIntent(KEY.task, [KEY, other]);
      const id = journal.transactions.intend(batch, "0xto", "0x");
      const apart = [INTENT, batch, submitBatchIntent(KEY.task, [other, { chain: 4, step: 0 }])];
      for (const intent of apart) {
        await expectCorexError(
          () => journal.transactions.intend(intent, "0xto", "0x"),
          "JOURNAL_INTENT_OPEN",
          /under way/,
        );
      }
      expect(journal.transactions.isOpen(INTENT)).to.equal(true);
      journal.transactions.intend(submitBatchIntent(KEY.task, [{ chain: 4, step: 0 }]), "0xto", "0x");
      journal.transactions.sign(id, SIGNED);
      for (const key of [KEY, other]) expect(reopen().fragments.get(key)?.stage).to.equal("signed");
      journal.transactions.finish(id, "mined", { block: 1 });
      for (const key of [KEY, other]) expect(reopen().fragments.get(key)?.stage).to.equal("settled");
    });

    it("of rounds keep gradients, steps and evaluations to the last digit", function () {
      const { proof, shardProof, artifact } = SUBMISSION;
      const common = { weights: 2n ** 250n, proof, batch: 1n, loss: 2n, shardProof };
      const of = (chain: number): FragmentKey => ({ market: "rounds", task: KEY.task, chain, step: 5 });
      const kept: [FragmentKey, FragmentSubmission][] = [
        [of(1), { kind: "gradient", lane: 1, round: 5, gradient: 3n, artifact, ...common }],
        [
          of(16),
          { kind: "apply", round: 5, weights: 1n, newWeights: 9n, gradients: [2n ** 250n, 0n], artifact, proof },
        ],
        [of(17), { kind: "evaluation", shard: 0, correct: 7n, ...common }],
      ];
      for (const [key, submission] of kept) journal.fragments.prove(key, submission);
      for (const [key, submission] of kept) {
        const row = reopen().fragments.get(key);
        expect(row).to.deep.include({ ...key, submission, intent: `submit-round:${KEY.task}:${key.chain}:5` });
      }
    });

    it("close as lost when the chain went on without them", function () {
      journal.fragments.compute(KEY, 1n);
      journal.fragments.close(KEY, "lost");
      expect(journal.fragments.open()).to.deep.equal([]);
    });
  });

  describe("tasks", function () {
    const terms = {
      owner: "0xowner",
      circuit: "0xc",
      shardRoot: "0xs",
      initialWeights: "0xi",
      manifest: "0xm",
      feePerFragment: 10n ** 24n,
      fragmentDuration: 60n,
      steps: 3n,
      shardsPerChain: 2n,
      chains: 1n,
      device: 2n,
      minTier: 3n,
      nonce: 2n ** 63n,
    };

    it("are remembered with the block that the search reached", function () {
      expect(journal.tasks.scannedTo()).to.equal(undefined);
      journal.tasks.record([{ task: "0xt", terms, blockNumber: 4 }], 9);
      journal.tasks.record([{ task: "0xt", terms, blockNumber: 4 }], 10);
      expect(reopen().tasks.open()).to.deep.equal([{ task: "0xt", terms, blockNumber: 4 }]);
      expect(journal.tasks.scannedTo()).to.equal(10);
      journal.tasks.close("0xt");
      expect(journal.tasks.open()).to.deep.equal([]);
      expect(journal.tasks.isOpen("0xt")).to.equal(false);
      expect(journal.tasks.get("0xt")?.terms).to.deep.equal(terms);
    });
  });
});
