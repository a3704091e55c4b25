import { expect } from "chai";

import { contentIdOf, contentIdToBytes32 } from "@corex/sdk/store/content-id";
import { DirectoryStore } from "@corex/sdk/store/directory-store";

import { Backoff } from "../../packages/node/src/runtime/backoff.ts";
import { Publisher } from "../../packages/node/src/services/publisher.ts";
import type { WorkPlace } from "../../packages/node/src/work/work-place.ts";
import { SleepClock } from "./support/fake-fragments.ts";
import { deliveredPlace, JournalFolder, NOW, placeOf, silent, snapshotAt, TASK } from "./support/work-fakes.ts";

const LABELS = { kind: "labelling", workUnits: 100n } as const;
const bytes = new TextEncoder().encode("labels with a salt");
const contentId = contentIdOf(bytes);
const digest = contentIdToBytes32(contentId);

// Publisher
// ├── it publishes labels once the other half of the pair is in, final, too late, or the review has begun
// ├── when the other half may still come
// │   └── it keeps them, also over a restart
// └── when another result is on chain
//     └── it keeps them for ever
describe("Publisher", function () {
  let folder: JournalFolder;
  let store: DirectoryStore;
  let place: WorkPlace;
  let sibling: WorkPlace | undefined;

  beforeEach(function () {
    folder = new JournalFolder();
    store = new DirectoryStore(`${folder.folder}/store`);
    folder.journal.documents.keep({ task: TASK, fragment: 0, attempt: 2, digest, bytes });
    place = deliveredPlace({ result: digest, task: LABELS });
    sibling = placeOf({ fragment: 1 }, LABELS);
  });

  afterEach(function () {
    folder.remove();
  });

  async function look(timestamp = NOW): Promise<boolean> {
    const market = { placeOf: () => place, siblingOf: () => sibling };
    const { documents } = folder.journal;
    const backoff = new Backoff(new SleepClock());
    await new Publisher({ documents, market, store, logger: silent, backoff }).onSnapshot(snapshotAt(timestamp));
    return store.has(contentId);
  }

  it("keeps labels while the other half may still come, also over a restart", async function () {
    expect(await look()).to.equal(false);
    folder.reopen();
    expect(await look(NOW + 1_200)).to.equal(false);
    expect(Buffer.from(folder.journal.documents.get(digest) ?? [])).to.deep.equal(Buffer.from(bytes));
    expect(await look(NOW + 1_201)).to.equal(true);
    expect(Buffer.from(await store.get(contentId))).to.deep.equal(Buffer.from(bytes));
    expect(folder.journal.documents.unpublished()).to.deep.equal([]);
  });

  it("publishes them once the other half is in, or final", async function () {
    sibling = deliveredPlace({ fragment: 1, task: LABELS });
    expect(await look()).to.equal(true);
  });

  it("publishes them once the other half is given up", async function () {
    sibling = placeOf({ fragment: 1, isFinal: true }, LABELS);
    expect(await look()).to.equal(true);
  });

  it("publishes them once their review has begun", async function () {
    place = deliveredPlace({ result: digest, task: LABELS, review: { stage: "voting" } });
    expect(await look()).to.equal(true);
  });

  it("keeps them before they are submitted, and when another result is on chain", async function () {
    sibling = deliveredPlace({ fragment: 1, task: LABELS });
    place = placeOf({}, LABELS);
    expect(await look()).to.equal(false);
    place = deliveredPlace({ task: LABELS });
    expect(await look()).to.equal(false);
  });

  it("forgets labels that were made before in the same place", function () {
    const { documents } = folder.journal;
    documents.publish({ task: TASK, fragment: 0, attempt: 2 });
    documents.keep({ task: TASK, fragment: 0, attempt: 2, digest: `0x${"55".repeat(32)}`, bytes: new Uint8Array(1) });
    expect(documents.get(digest)).to.equal(undefined);
    expect(documents.unpublished().map((kept) => kept.digest)).to.deep.equal([`0x${"55".repeat(32)}`]);
  });
});
