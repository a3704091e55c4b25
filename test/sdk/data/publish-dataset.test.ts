import { expect } from "chai";
import { AbiCoder, concat, keccak256 } from "ethers";

import { loadHeldOut } from "../../../packages/sdk/src/data/load-held-out.ts";
import { loadShard } from "../../../packages/sdk/src/data/load-shard.ts";
import { loadManifest } from "../../../packages/sdk/src/data/manifest.ts";
import { publishDataset } from "../../../packages/sdk/src/data/publish-dataset.ts";
import { datasetRoot, shardProof, verifyDatasetRoot } from "../../../packages/sdk/src/data/shard-tree.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { countingSalt, hashOpening, sampleDataset } from "./support/sample-dataset.ts";

/** OpenZeppelin's MerkleProof.processProof, written out: pairs are hashed in ascending order. */
function processProof(proof: readonly string[], leaf: string): string {
  return proof.reduce((node, other) => keccak256(concat(node < other ? [node, other] : [other, node])), leaf);
}

describe("publishDataset", function () {
  const folder = temporaryFolder();

  function publish(root = folder()) {
    const context = { store: new DirectoryStore(root), commit: hashOpening, newSalt: countingSalt };
    return publishDataset(sampleDataset(), context);
  }

  it("stores every opening, the held-out rows and a manifest that reads back equal", async function () {
    const dataset = sampleDataset();
    const store = new DirectoryStore(folder());
    const { manifest, manifestId, root, chains, shardsPerChain } = await publish();
    expect([chains, shardsPerChain]).to.deep.equal([3, 8]);
    expect(await loadManifest(store, manifestId)).to.deep.equal(manifest);
    expect(datasetRoot(manifest)).to.equal(root);
    for (const { index, X, y } of dataset.shards) {
      const opening = await loadShard(manifest, index, store, { commit: hashOpening });
      expect(opening).to.deep.equal({ index, X, y, salt: countingSalt(index) });
    }
    expect(await loadHeldOut(manifest, store)).to.deep.equal(dataset.heldOut);
  });

  it("gives anyone with the same input and salts the same manifest and root", async function () {
    const first = await publish();
    const again = await publish();
    const elsewhere = await publish(`${folder()}/elsewhere`);
    expect(again).to.deep.equal(first);
    expect(elsewhere).to.deep.equal(first);
  });

  it("builds the tree that OpenZeppelin's MerkleProof verifies", async function () {
    const { manifest, root } = await publish();
    for (const { index, commitment } of manifest.shards) {
      const encoded = AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32"], [index, commitment]);
      const leaf = keccak256(keccak256(encoded));
      expect(processProof(shardProof(manifest, index), leaf)).to.equal(root);
    }
  });

  it("hides which samples repeat: equal batches with different salts get different commitments", async function () {
    const store = new DirectoryStore(folder());
    const repeated = sampleDataset({ shardsPerChain: 30 }); // 30 shards of 4 = 4 passes over 30 samples
    const { manifest } = await publishDataset(repeated, { store, commit: hashOpening, newSalt: countingSalt });
    expect(repeated.shards[0]?.X).to.deep.equal(repeated.shards[15]?.X);
    expect(new Set(manifest.shards.map(({ commitment }) => commitment)).size).to.equal(90);
  });

  for (const commitment of [-1n, 2n ** 256n]) {
    it(`refuses the commitment ${commitment} with DATA_INVALID_COMMITMENT`, async function () {
      const store = new DirectoryStore(folder());
      const context = { store, commit: () => Promise.resolve(commitment), newSalt: countingSalt };
      await expectCorexError(
        () => publishDataset(sampleDataset(), context),
        "DATA_INVALID_COMMITMENT",
        `the commitment of shard 0 is no uint256: ${commitment}`,
      );
    });
  }

  describe("verifyDatasetRoot", function () {
    it("accepts the root of the manifest in either case", async function () {
      const { manifest, root } = await publish();
      verifyDatasetRoot(manifest, root);
      verifyDatasetRoot(manifest, `0x${root.slice(2).toUpperCase()}`);
    });

    it("refuses another root, and a manifest with a changed commitment, with DATA_ROOT_MISMATCH", async function () {
      const { manifest, root } = await publish();
      const zero = `0x${"0".repeat(64)}` as const;
      await expectCorexError(
        () => verifyDatasetRoot(manifest, zero),
        "DATA_ROOT_MISMATCH",
        `the manifest has the shard root ${root}, the chain has ${zero}: it is another dataset`,
        "never",
      );
      const shards = manifest.shards.map((shard) => (shard.index === 5 ? { ...shard, commitment: zero } : shard));
      await expectCorexError(
        () => verifyDatasetRoot({ ...manifest, shards }, root),
        "DATA_ROOT_MISMATCH",
        /another dataset/,
      );
    });
  });

  describe("shardProof", function () {
    for (const index of [-1, 24, 0.5]) {
      it(`refuses the index ${index} with DATA_UNKNOWN_SHARD`, async function () {
        const { manifest } = await publish();
        await expectCorexError(
          () => shardProof(manifest, index),
          "DATA_UNKNOWN_SHARD",
          `there is no shard ${index}: the dataset has 24`,
        );
      });
    }
  });
});
