import { expect } from "chai";

import { loadRoundShard } from "../../../packages/sdk/src/data/load-round-shard.ts";
import {
  loadRoundDatasetManifest,
  type RoundDatasetManifest,
} from "../../../packages/sdk/src/data/round-dataset-manifest.ts";
import type { PublishedRoundDataset } from "../../../packages/sdk/src/data/publish-round-dataset.ts";
import type { RoundSplit } from "../../../packages/sdk/src/data/round-dataset.ts";
import { shardProofIn, shardRoot, verifyShardRoot } from "../../../packages/sdk/src/data/shard-tree.ts";
import { commitBatchK } from "../../../packages/sdk/src/commit/commit-batch.ts";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { getJson, putJson } from "../../../packages/sdk/src/store/json.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { publishSample, sampleRoundDataset, splitSalt } from "./support/sample-round-dataset.ts";

const SPLITS = ["train", "heldOut"] as const;

interface StoredShard {
  kind: unknown;
  version: unknown;
  index: unknown;
  X: unknown[][];
  Y: unknown[][];
  salt: unknown;
}

type StoredManifest = Record<string, unknown> & { shape: Record<string, unknown>; train: unknown[] };

describe("a published round dataset", function () {
  const folder = temporaryFolder();
  let store: DirectoryStore;
  let published: PublishedRoundDataset;

  beforeEach(async function () {
    this.timeout(20_000); // the first commitment builds the hash
    store = new DirectoryStore(folder());
    published = await publishSample(store);
  });

  /** A manifest whose shard 1 of a split points to a changed opening. */
  async function withChange(split: RoundSplit, change: (shard: StoredShard) => void): Promise<RoundDatasetManifest> {
    const { manifest } = published;
    const entry = manifest[split][1];
    if (entry === undefined) throw new Error("the sample dataset has too few shards");
    const shard = (await getJson(store, entry.contentId)) as StoredShard;
    change(shard);
    return { ...manifest, [split]: manifest[split].with(1, { ...entry, contentId: await putJson(store, shard) }) };
  }

  it("reads back equal: the manifest, and every shard of both splits", async function () {
    const { manifest, manifestId } = published;
    expect(await loadRoundDatasetManifest(store, manifestId)).to.deep.equal(manifest);
    const dataset = sampleRoundDataset();
    for (const split of SPLITS) {
      expect(manifest[split]).to.have.length(dataset[split].length);
      for (const shard of dataset[split]) {
        const opening = await loadRoundShard(manifest, split, shard.index, store);
        expect(opening).to.deep.equal({ ...shard, salt: splitSalt(split, shard.index) });
      }
    }
  });

  it("commits to batches as the circuits do, and each split has its own tree", async function () {
    const { manifest, shardRoot: trainRoot, heldOutRoot } = published;
    expect(trainRoot).to.not.equal(heldOutRoot);
    for (const split of SPLITS) {
      const leaves: [number, string][] = [];
      for (const { index, X, Y } of sampleRoundDataset()[split]) {
        const params = { m: 4, d: 4, k: 4, B: 16, F: 8 };
        const commitment = await commitBatchK({ X, Y, salt: splitSalt(split, index), params });
        leaves.push([index, `0x${commitment.toString(16).padStart(64, "0")}`]);
      }
      const tree = StandardMerkleTree.of(leaves, ["uint256", "bytes32"]);
      const root = split === "train" ? trainRoot : heldOutRoot;
      expect(root).to.equal(tree.root);
      expect(shardRoot(manifest[split])).to.equal(root);
      expect(shardProofIn(manifest[split], 1)).to.deep.equal(tree.getProof(1));
      verifyShardRoot(manifest[split], root);
    }
    await expectCorexError(() => verifyShardRoot(manifest.train, heldOutRoot), "DATA_ROOT_MISMATCH", /another dataset/);
  });

  it("is repeatable with the same salts", async function () {
    expect(await publishSample(store)).to.deep.equal(published);
  });

  describe("loadRoundShard", function () {
    const invalid: [string, (shard: StoredShard) => void, string | RegExp][] = [
      [
        "another kind",
        (s) => (s.kind = "corex/shard"),
        'train shard 1.kind is "corex/shard", expected "corex/round-shard"',
      ],
      ["another version", (s) => (s.version = 2), "train shard 1.version is 2, expected 1"],
      ["another index", (s) => (s.index = 0), "train shard 1.index is 0, expected 1"],
      ["too few rows", (s) => s.X.pop(), /^train shard 1\.X is an array of 3 elements/],
      ["too few targets", (s) => s.Y[2]?.pop(), /^train shard 1\.Y\[2\] is an array of 3 elements/],
      ["a target above 1", (s) => (s.Y[0] = ["257", "0", "0", "0"]), /^train shard 1\.Y\[0\]\[0\] is "257"/],
      [
        "two classes in one row",
        (s) => (s.Y[0] = ["256", "256", "0", "0"]),
        /expected the targets of one of 3 classes/,
      ],
      ["no class in a row", (s) => (s.Y[0] = ["0", "0", "0", "0"]), /expected the targets of one of 3 classes/],
      ["a class that does not exist", (s) => (s.Y[0] = ["0", "0", "0", "256"]), /expected the targets of one of 3/],
      ["a salt outside the field", (s) => (s.salt = String(2n ** 254n)), /^train shard 1\.salt is/],
    ];
    for (const [what, change, message] of invalid) {
      it(`refuses ${what} with DATA_SHARD_INVALID`, async function () {
        const manifest = await withChange("train", change);
        await expectCorexError(() => loadRoundShard(manifest, "train", 1, store), "DATA_SHARD_INVALID", message);
      });
    }

    for (const split of SPLITS) {
      it(`refuses a valid ${split} shard that opens another commitment`, async function () {
        const manifest = await withChange(split, (shard) => (shard.salt = "7"));
        await expectCorexError(
          () => loadRoundShard(manifest, split, 1, store),
          "DATA_COMMITMENT_MISMATCH",
          new RegExp(`^${split} shard 1 opens to 0x[0-9a-f]{64}, the manifest says ${manifest[split][1]?.commitment}$`),
        );
      });
    }

    it("refuses an index beyond its split with DATA_UNKNOWN_SHARD", async function () {
      await expectCorexError(
        () => loadRoundShard(published.manifest, "heldOut", 2, store),
        "DATA_UNKNOWN_SHARD",
        "there is no shard 2: the dataset has 2",
      );
    });
  });

  describe("loadRoundDatasetManifest", function () {
    const invalid: [string, (manifest: StoredManifest) => void, RegExp][] = [
      ["a manifest of chains", (m) => (m.kind = "corex/dataset"), /\.kind is "corex\/dataset"/],
      ["another version", (m) => (m.version = 2), /\.version is 2, expected 1/],
      ["no outputs", (m) => (m.shape.k = 0), /\.shape\.k is 0/],
      ["more classes than outputs", (m) => (m.shape.k = 2), /\.classes is an array of 3 elements, expected at most 2/],
      ["no training shards", (m) => (m.train = []), /\.train is an array of 0 elements, expected 1 to/],
      ["shards out of order", (m) => void m.train.reverse(), /\.train\[0\]\.index is 7, expected 0/],
      [
        "17 held-out shards",
        (m) => (m.heldOut = Array.from({ length: 17 }, () => ({}))),
        /\.heldOut is an array of 17 elements/,
      ],
    ];
    for (const [what, change, message] of invalid) {
      it(`refuses ${what} with DATA_MANIFEST_INVALID`, async function () {
        const json = (await getJson(store, published.manifestId)) as StoredManifest;
        change(json);
        const id = await putJson(store, json);
        await expectCorexError(() => loadRoundDatasetManifest(store, id), "DATA_MANIFEST_INVALID", message);
      });
    }
  });
});
