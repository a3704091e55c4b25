import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { submitIntent } from "@corex/sdk/actions/submit-fragment";

import type { FragmentKey } from "../../packages/node/src/journal/fragment-key.ts";
import { Journal, type JournalOwner } from "../../packages/node/src/journal/journal.ts";
import type { FragmentSubmission } from "../../packages/node/src/journal/submission-json.ts";
import { expectCorexError } from "../sdk/store/support/expect-corex-error.ts";

const OWNER: JournalOwner = { chainId: 31_337, market: "0xmarket", operator: "0xoperator" };
const KEY: FragmentKey = { market: "chains", task: `0x${"ab".repeat(32)}`, chain: 1, step: 2 };
const INTENT = submitIntent(KEY.task, KEY.chain, KEY.step);
/** The time by the journal's clock. */
const NOW = 1_000;
const SIGNED = { nonce: 7, hash: "0xhash", raw: "0xraw" };
const SUBMISSION: FragmentSubmission = {
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
