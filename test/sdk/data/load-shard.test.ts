import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { loadHeldOut } from "../../../packages/sdk/src/data/load-held-out.ts";
import { loadShard } from "../../../packages/sdk/src/data/load-shard.ts";
import type { DatasetManifest } from "../../../packages/sdk/src/data/manifest.ts";
import { publishDataset } from "../../../packages/sdk/src/data/publish-dataset.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { getJson, putJson } from "../../../packages/sdk/src/store/json.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { countingSalt, hashOpening, sampleDataset } from "./support/sample-dataset.ts";

interface StoredShard {
  kind: unknown;
  version: unknown;
  index: unknown;
  X: unknown[][];
  y: unknown[];
  salt: unknown;
}

const INDEX = 9;

describe("loadShard", function () {
  const folder = temporaryFolder();
  let store: DirectoryStore;
  let manifest: DatasetManifest;

  beforeEach(async function () {
    store = new DirectoryStore(folder());
    ({ manifest } = await publishDataset(sampleDataset(), { store, commit: hashOpening, newSalt: countingSalt }));
  });

  /** A manifest whose shard INDEX points to a changed opening. */
  async function withChange(change: (shard: StoredShard) => void): Promise<DatasetManifest> {
    const entry = manifest.shards[INDEX];
    if (entry === undefined) throw new Error("the sample dataset has too few shards");
    const shard = (await getJson(store, entry.contentId)) as StoredShard;
    change(shard);
    const contentId = await putJson(store, shard);
    return { ...manifest, shards: manifest.shards.with(INDEX, { ...entry, contentId }) };
  }

  function row(shard: StoredShard, index: number): unknown[] {
    return shard.X[index] ?? [];
  }

  const invalid: [string, (shard: StoredShard) => void, string][] = [
    ["another kind", (s) => (s.kind = "corex/model"), 'shard 9.kind is "corex/model", expected "corex/shard"'],
    ["another version", (s) => (s.version = 2), "shard 9.version is 2, expected 1"],
    ["the index of another shard", (s) => (s.index = 8), "shard 9.index is 8, expected 9"],
    ["too few rows", (s) => s.X.pop(), "shard 9.X is an array of 3 elements, expected an array of 4 elements"],
    [
      "too many columns",
      (s) => row(s, 2).push("1"),
      "shard 9.X[2] is an array of 5 elements, expected an array of 4 elements",
    ],
    ["a row that is no array", (s) => s.X.splice(0, 1, "x" as never), 'shard 9.X[0] is "x", expected an array'],
    [
      "too many targets",
      (s) => s.y.push("256"),
      "shard 9.y is an array of 5 elements, expected an array of 4 elements",
    ],
    [
      "a feature above the range",
      (s) => (row(s, 1)[0] = "32768"),
      'shard 9.X[1][0] is "32768", expected in [-32768, 32767]',
    ],
    [
      "a feature below the range",
      (s) => (row(s, 1)[0] = "-32769"),
      'shard 9.X[1][0] is "-32769", expected in [-32768, 32767]',
    ],
    ["a fraction", (s) => (row(s, 1)[0] = "1.5"), 'shard 9.X[1][0] is "1.5", expected a decimal string'],
    ["a JSON number", (s) => (row(s, 1)[0] = 15), "shard 9.X[1][0] is 15, expected a string"],
    ["another constant column", (s) => (row(s, 0)[3] = "255"), 'shard 9.X[0][3] is "255", expected in [256, 256]'],
    ["a target of 0", (s) => (s.y[2] = "0"), 'shard 9.y[2] is "0", expected 256 or -256'],
    ["a target above 1", (s) => (s.y[2] = "257"), 'shard 9.y[2] is "257", expected in [-256, 256]'],
    ["no salt", (s) => (s.salt = null), "shard 9.salt is null, expected a string"],
    [
      "a salt of 100 digits",
      (s) => (s.salt = "1".repeat(100)),
      `shard 9.salt is "${"1".repeat(76)}..., expected a decimal string`,
    ],
    [
      "a salt outside the field",
      (s) => (s.salt = String(FIELD_ORDER)),
      `shard 9.salt is "${FIELD_ORDER}", expected in [0, ${FIELD_ORDER - 1n}]`,
    ],
  ];
  for (const [what, change, message] of invalid) {
    it(`refuses an opening with ${what} with DATA_SHARD_INVALID`, async function () {
      const changed = await withChange(change);
      await expectCorexError(() => loadShard(changed, INDEX, store), "DATA_SHARD_INVALID", message, "after-change");
    });
  }

  it("refuses content that is no object with DATA_SHARD_INVALID", async function () {
    const contentId = await putJson(store, [1]);
    const shards = manifest.shards.map((shard) => ({ ...shard, contentId }));
    await expectCorexError(
      () => loadShard({ ...manifest, shards }, 0, store),
      "DATA_SHARD_INVALID",
      "shard 0 is an array of 1 elements, expected an object",
    );
  });

  it("refuses a well-formed opening of another commitment with DATA_COMMITMENT_MISMATCH", async function () {
    const changed = await withChange((shard) => (row(shard, 0)[0] = "7"));
    expect((await loadShard(changed, INDEX, store)).X[0]?.[0]).to.equal(7n);
    await expectCorexError(
      () => loadShard(changed, INDEX, store, { commit: hashOpening }),
      "DATA_COMMITMENT_MISMATCH",
      new RegExp(`^shard 9 opens to 0x[0-9a-f]{64}, the manifest says ${manifest.shards[INDEX]?.commitment}$`),
      "never",
    );
  });

  it("passes on that the stored file is corrupted", async function () {
    const id = manifest.shards[INDEX]?.contentId ?? "";
    const path = join(folder(), id.slice(-3, -1), id);
    await writeFile(path, "{}");
    const error = await expectCorexError(
      () => loadShard(manifest, INDEX, store),
      "STORE_DIGEST_MISMATCH",
      /is corrupted: expected bafkrei/,
      "after-change",
    );
    expect(error.details).to.include({ id, path });
  });

  for (const index of [24, -1]) {
    it(`refuses the index ${index} with DATA_UNKNOWN_SHARD`, async function () {
      const message = `there is no shard ${index}: the dataset has 24`;
      await expectCorexError(() => loadShard(manifest, index, store), "DATA_UNKNOWN_SHARD", message);
    });
  }

  describe("loadHeldOut", function () {
    const heldOutInvalid: [string, (set: { X: unknown[]; labels: unknown[] }) => void, string][] = [
      [
        "fewer labels than rows",
        (set) => set.labels.pop(),
        "held-out set.labels is an array of 8 elements, expected an array of 9 elements",
      ],
      [
        "a label without class",
        (set) => (set.labels[0] = 3),
        "held-out set.labels[0] is 3, expected an integer in [0, 2]",
      ],
      [
        "a short row",
        (set) => (set.X[4] = ["1"]),
        "held-out set.X[4] is an array of 1 elements, expected an array of 4 elements",
      ],
      [
        "other class counts",
        (set) => (set.labels[0] = 1),
        "held-out set has 2, 4, 3 rows per class, the manifest says 3, 3, 3",
      ],
    ];
    for (const [what, change, message] of heldOutInvalid) {
      it(`refuses ${what} with DATA_HELD_OUT_INVALID`, async function () {
        const set = (await getJson(store, manifest.heldOut)) as { X: unknown[]; labels: unknown[] };
        change(set);
        const changed = { ...manifest, heldOut: await putJson(store, set) };
        await expectCorexError(() => loadHeldOut(changed, store), "DATA_HELD_OUT_INVALID", message);
      });
    }
  });
});
