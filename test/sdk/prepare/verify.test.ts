import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { copyPrepared } from "@corex/sdk/data/prepare/copy-prepared";
import { LIMITS } from "@corex/sdk/data/prepare/limits";
import { loadPrepared } from "@corex/sdk/data/prepare/load-prepared";
import { loadPreparedShard } from "@corex/sdk/data/prepare/load-prepared-shard";
import { prepareDataset, type PreparedDataset } from "@corex/sdk/data/prepare/prepare-dataset";
import type { PreparedManifest } from "@corex/sdk/data/prepare/prepared-manifest";
import { verifyDataset } from "@corex/sdk/data/prepare/verify-dataset";
import { verifyStored } from "@corex/sdk/data/prepare/verify-stored";
import { canonicalJson } from "@corex/sdk/store/canonical-json";
import { bytes32ToContentId, contentIdOf, contentIdToBytes32, type ContentId } from "@corex/sdk/store/content-id";
import { openStore, type OpenedStore } from "@corex/sdk/store/open-store";
import { addFile } from "@corex/sdk/store/unixfs-file";

import { IpfsServer } from "../../support/ipfs-server.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { CSV, recipe, writeImages, writeInput } from "./support/inputs.ts";

const TABLE = { data: "table", format: "csv", target: "kind", standardise: true, shardRows: 2 };

// Verification
// ├── verifyDataset
// │   ├── it accepts the raw input, under another name too, and stores nothing
// │   ├── when a raw file is changed, missing or new, it names the file
// │   └── when a shard was made of something else, it names the shard
// ├── verifyStored
// │   ├── it accepts what was stored
// │   ├── when a block is corrupted or missing, it fails with what the store says
// │   ├── when a server lies about a block, it fails with STORE_DIGEST_MISMATCH
// │   ├── when a shard has other bytes than the manifest says, or a value that is no number, it names the shard
// │   └── when it is stopped, it fails with DATA_ABORTED
// ├── copyPrepared: the same ids in another store, that a reader there can verify; a shard cut in another way is refused
// └── loadPrepared
//     ├── when the id is another one, or its bytes were changed, it fails with STORE_NOT_FOUND or STORE_DIGEST_MISMATCH
//     ├── when the manifest is too large, it fails with DATA_MANIFEST_TOO_LARGE
//     └── when a field is wrong, it names the field
describe("Verification of prepared datasets", function () {
  const folder = temporaryFolder();
  const storeAt = (name: string): OpenedStore => openStore(`dir:${join(folder(), name)}`);
  let store: OpenedStore;
  let input: string;
  let prepared: PreparedDataset;

  beforeEach(async function () {
    store = storeAt("store");
    input = await writeInput(folder(), "a.csv", CSV);
    prepared = await prepareDataset(input, recipe(TABLE), store);
  });

  /** Stores a manifest in which something was changed. */
  const forge = (change: (manifest: MutableManifest) => void): Promise<ContentId> => {
    const manifest = structuredClone(prepared.manifest) as unknown as MutableManifest;
    change(manifest);
    return store.content.put(new TextEncoder().encode(canonicalJson(manifest)));
  };

  describe("verifyDataset", function () {
    it("accepts the raw input, under another name too, and stores nothing", async function () {
      const copy = await writeInput(folder(), "other-name.csv", CSV);
      const before = await readdir(join(folder(), "store"), { recursive: true });
      expect(await verifyDataset(prepared.manifestId, copy, store)).to.deep.equal(prepared.manifest);
      expect(await readdir(join(folder(), "store"), { recursive: true })).to.deep.equal(before);
    });

    it("names a raw file that is changed, missing or new", async function () {
      const images = await writeImages(folder());
      const fields = { data: "images", classes: "folders", width: 2, height: 2, colour: "grey" };
      const { manifestId } = await prepareDataset(images, recipe(fields), store);
      await writeFile(input, CSV.replace("40", "41"));
      await expectCorexError(
        () => verifyDataset(prepared.manifestId, input, store),
        "DATA_VERIFY_MISMATCH",
        /raw file input has the SHA-256/,
      );
      await writeInput(images, "cat/c.png", await readFile(join(images, "cat/b.png")));
      await expectCorexError(
        () => verifyDataset(manifestId, images, store),
        "DATA_VERIFY_MISMATCH",
        /cat\/c\.png was not there/,
      );
    });

    it("names the shard that was made of something else", async function () {
      const other = await prepareDataset(
        await writeInput(folder(), "b.csv", CSV.replace("70", "71")),
        recipe(TABLE),
        storeAt("store"),
      );
      const id = await store.content.put(
        new TextEncoder().encode(
          canonicalJson({
            ...other.manifest,
            source: prepared.manifest.source,
            statistics: prepared.manifest.statistics,
          }),
        ),
      );
      await expectCorexError(
        () => verifyDataset(id, input, store),
        "DATA_VERIFY_MISMATCH",
        /shard 0 is bafkrei\w+, the manifest says bafkrei/,
      );
    });
  });

  describe("verifyStored", function () {
    const pathOf = (cid: string): string => join(folder(), "store", "blocks", cid.slice(-3, -1), cid);

    it("accepts what was stored", async function () {
      expect(await verifyStored(prepared.manifestId, store)).to.deep.equal(prepared.manifest);
    });

    it("fails with what the store says when a block is corrupted or missing", async function () {
      const path = pathOf(prepared.manifest.shards[1]?.cid ?? "");
      const bytes = await readFile(path);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeFile(path, bytes);
      await expectCorexError(() => verifyStored(prepared.manifestId, store), "STORE_DIGEST_MISMATCH", /corrupted/);
      // Preparing again repairs it.
      await prepareDataset(input, recipe(TABLE), store);
      await verifyStored(prepared.manifestId, store);
      await expectCorexError(
        () => verifyStored(prepared.manifestId, { ...store, blocks: storeAt("x").blocks }),
        "STORE_NOT_FOUND",
        /no block/,
        "later",
      );
    });

    it("fails with STORE_DIGEST_MISMATCH when a server lies about a block", async function () {
      const server = await IpfsServer.start(join(folder(), "server"));
      try {
        const remote = openStore(server.url);
        await prepareDataset(input, recipe(TABLE), remote);
        await verifyStored(prepared.manifestId, remote);
        server.fault = "corrupt";
        await expectCorexError(() => verifyStored(prepared.manifestId, remote), "STORE_DIGEST_MISMATCH", /corrupted/);
        await expectCorexError(
          () => verifyStored(prepared.manifestId, { ...remote, content: store.content }),
          "STORE_DIGEST_MISMATCH",
          /corrupted/,
        );
        server.fault = "lie";
        await expectCorexError(
          () => prepareDataset(input, recipe(TABLE), remote),
          "STORE_DIGEST_MISMATCH",
          /stored the block/,
        );
      } finally {
        await server.stop();
      }
    });

    it("names the shard whose SHA-256 is not that of the manifest", async function () {
      const other = await prepareDataset(
        await writeInput(folder(), "b.csv", CSV.replace("70", "71")),
        recipe(TABLE),
        store,
      );
      const id = await forge(({ shards }) => Object.assign(shards[1] ?? {}, { cid: other.manifest.shards[1]?.cid }));
      await expectCorexError(() => verifyStored(id, store), "DATA_SHARD_INVALID", /shard 1 hashes to/);
    });

    it("names the shard with a value that is no number", async function () {
      const { shards } = prepared.manifest;
      const bytes = await readFile(pathOf(shards[0]?.cid ?? ""));
      const first = Buffer.from(bytes);
      first.writeFloatLE(NaN, bytes.length - 2 * 12 + 4);
      await expectShard(first, /value 1 of row 0 is NaN/);
      const label = Buffer.from(bytes);
      label.writeUInt32LE(2, bytes.length - 4);
      await expectShard(label, /row 1 has class 2 of 2/);
      const header = Buffer.from(bytes);
      header.write("CRXX", "latin1");
      await expectShard(header, /header is not that of the manifest/);
    });

    async function expectShard(bytes: Buffer, message: RegExp): Promise<void> {
      const cid = await addFile(store.blocks, bytes);
      const sha256 = contentIdOf(bytes);
      const [first, ...others] = prepared.manifest.shards;
      if (first === undefined) throw new Error("no shard");
      const changed = { ...first, cid, sha256: contentIdToBytes32(sha256).slice(2) };
      const manifest: PreparedManifest = { ...prepared.manifest, shards: [changed, ...others] };
      await expectCorexError(() => loadPreparedShard(manifest, 0, store.blocks), "DATA_SHARD_INVALID", message);
    }

    it("fails with DATA_UNKNOWN_SHARD beyond the last", async function () {
      await expectCorexError(
        () => loadPreparedShard(prepared.manifest, 2, store.blocks),
        "DATA_UNKNOWN_SHARD",
        /no shard 2/,
      );
    });

    it("fails with DATA_ABORTED when it is stopped", async function () {
      const signal = AbortSignal.abort();
      await expectCorexError(
        () => verifyStored(prepared.manifestId, store, { signal }),
        "DATA_ABORTED",
        /stopped/,
        "later",
      );
    });
  });

  describe("copyPrepared", function () {
    it("gives the same ids in another store, that a reader there can verify", async function () {
      const target = storeAt("target");
      expect((await copyPrepared(prepared.manifestId, store, target)).manifestId).to.equal(prepared.manifestId);
      expect((await copyPrepared(prepared.manifestId, store, target)).manifestId).to.equal(prepared.manifestId);
      await verifyDataset(prepared.manifestId, input, target);
      await verifyStored(prepared.manifestId, target);
    });

    it("stores no manifest when a shard is missing", async function () {
      const target = storeAt("target");
      const broken = { content: store.content, blocks: storeAt("empty").blocks };
      await expectCorexError(() => copyPrepared(prepared.manifestId, broken, target), "STORE_NOT_FOUND", /no block/);
      expect(await target.content.has(prepared.manifestId)).to.equal(false);
    });
  });

  describe("loadPrepared", function () {
    it("fails when the id is another one, or the bytes were changed", async function () {
      const missing = bytes32ToContentId(`0x${"11".repeat(32)}`);
      await expectCorexError(
        () => loadPrepared(store.content, missing),
        "STORE_NOT_FOUND",
        /nothing is stored/,
        "later",
      );
      const path = join(folder(), "store", prepared.manifestId.slice(-3, -1), prepared.manifestId);
      await writeFile(path, (await readFile(path, "utf8")).replace('"seed":"test"', '"seed":"tess"'));
      await expectCorexError(
        () => loadPrepared(store.content, prepared.manifestId),
        "STORE_DIGEST_MISMATCH",
        /corrupted/,
      );
    });

    it("fails with DATA_MANIFEST_TOO_LARGE when the manifest is too large", async function () {
      const id = await store.content.put(new Uint8Array(LIMITS.manifestBytes + 1).fill(0x20));
      const message = /1048577 bytes, at most 1048576/;
      await expectCorexError(() => loadPrepared(store.content, id), "DATA_MANIFEST_TOO_LARGE", message, "after-change");
    });

    const wrong: readonly [string, (manifest: MutableManifest) => void, RegExp][] = [
      ["kind", (m) => Object.assign(m, { kind: "corex/dataset" }), /manifest\.kind is "corex\/dataset"/],
      ["recipe", (m) => Object.assign(m.recipe, { seed: "other" }), /manifest\.preprocessingHash/],
      ["schema", (m) => Object.assign(m.schema, { classes: ["a"] }), /manifest\.schemaHash/],
      ["root", (m) => (m.shardRoot = `0x${"0".repeat(64)}`), /manifest\.shardRoot/],
      ["an unknown field", (m) => Object.assign(m, { note: "hello" }), /fields that mean nothing/],
      ["no shards", (m) => (m.shards = []), /manifest\.shards .* 1 to 4096 shards/],
      ["a CID", (m) => Object.assign(m.shards[0] ?? {}, { cid: "../../x" }), /shards\[0\]\.cid/],
      [
        "the size of a shard",
        (m) => Object.assign(m.shards[0] ?? {}, { bytes: 1 }),
        /shard 0 has 1 bytes, its rows make/,
      ],
      ["the rows of a shard", (m) => Object.assign(m.shards[0] ?? {}, { rows: 1 }), /shard 0 has 1 rows of 2/],
      ["counts", (m) => Object.assign(m.counts, { rows: 5 }), /counts say 5/],
      ["statistics", (m) => Object.assign(m.statistics ?? {}, { stds: [1] }), /statistics\.stds/],
    ];
    for (const [name, change, message] of wrong) {
      it(`names what is wrong when ${name} was changed`, async function () {
        const id = await forge(change);
        await expectCorexError(() => loadPrepared(store.content, id), "DATA_MANIFEST_INVALID", message, "after-change");
      });
    }

    it("refuses what is not JSON, or not canonical", async function () {
      for (const text of ["{", `${canonicalJson(prepared.manifest)} `]) {
        const id = await store.content.put(new TextEncoder().encode(text));
        await expectCorexError(() => loadPrepared(store.content, id), "DATA_MANIFEST_INVALID", /JSON/);
      }
    });
  });
});

/** The parts of a manifest that tests change. */
interface MutableManifest {
  readonly recipe: object;
  readonly schema: object;
  readonly counts: object;
  readonly statistics: object | null;
  shards: object[];
  shardRoot: string;
}
