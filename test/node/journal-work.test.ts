import { expect } from "chai";

import { submitWorkIntent } from "@corex/sdk/actions/submit-work";

import { fragmentsIn, labelOf } from "../../packages/node/src/journal/fragment-key.ts";
import type { WorkSubmission } from "../../packages/node/src/journal/submission-json.ts";
import { JournalFolder } from "./support/work-fakes.ts";

// What the journal keeps of work
// ├── a result, until its transaction is mined
// ├── the first answer to a question
// └── how far lists were read
describe("what the journal keeps of work", function () {
  let folder: JournalFolder;

  beforeEach(function () {
    folder = new JournalFolder();
  });

  afterEach(function () {
    folder.remove();
  });

  const work = { market: "work", task: `0x${"ab".repeat(32)}`, chain: 3, step: 1 } as const;
  const result: WorkSubmission = {
    ...{ kind: "work", fragment: 3, attempt: 1, weights: 0n, result: `0x${"12".repeat(32)}` },
  };

  it("keeps a result until its transaction is mined, and knows it by its intent", function () {
    folder.journal.fragments.prove(work, result);
    const intent = submitWorkIntent(work.task, 3, 1);
    expect(fragmentsIn(intent)).to.deep.equal([work]);
    expect(labelOf(work)).to.deep.equal({ task: work.task, kind: "work", fragment: 3, attempt: 1 });
    const id = folder.journal.transactions.intend(intent, "0xto", "0xdata");
    folder.journal.transactions.sign(id, { nonce: 7, hash: "0xhash", raw: "0xraw" });
    expect(folder.reopen().fragments.get(work)).to.include({ stage: "signed", market: "work" });
    folder.journal.transactions.finish(id, "mined", { block: 9 });
    expect(folder.journal.fragments.get(work)?.submission).to.deep.equal(result);
    expect(folder.journal.fragments.open()).to.deep.equal([]);
  });

  it("keeps the first answer to a question, whatever comes later", function () {
    const first = { answer: "accept", score: 70, salt: "0x01", reason: "equal" };
    expect(folder.journal.sealed.get("case:1")).to.equal(undefined);
    expect(folder.journal.sealed.seal("case:1", first)).to.deep.equal(first);
    const second = { answer: "reject", score: 0, salt: "0x02", reason: "differs" };
    expect(folder.reopen().sealed.seal("case:1", second)).to.deep.equal(first);
    expect(folder.journal.sealed.get("case:1")).to.deep.equal(first);
    expect(folder.journal.sealed.seal("case:2", second)).to.deep.equal(second);
  });

  it("remembers how far lists were read", function () {
    expect(folder.journal.bookmarks.read("cases", 0n)).to.equal(0n);
    folder.journal.bookmarks.write("cases", 5n);
    folder.journal.bookmarks.write("cases", 7n);
    expect(folder.reopen().bookmarks.read("cases", 0n)).to.equal(7n);
    expect(folder.journal.bookmarks.read("disputes", 1n)).to.equal(1n);
  });
});
