import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { keccak256, toUtf8Bytes } from "ethers";

import { loadPreparedShard } from "@corex/sdk/data/prepare/load-prepared-shard";
import { prepareDataset, type PreparedDataset } from "@corex/sdk/data/prepare/prepare-dataset";
import type { Progress } from "@corex/sdk/data/prepare/build-prepared";
import { canonicalJson } from "@corex/sdk/store/canonical-json";
import { openStore, type OpenedStore } from "@corex/sdk/store/open-store";

import { IpfsServer } from "../../support/ipfs-server.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { CSV, float32, npy, parquet, recipe, writeImages, writeInput } from "./support/inputs.ts";

const TABLE = { data: "table", target: "kind", standardise: true, jitter: { copies: 1, amplitude: 0.25 } };
const IMAGES = {
  data: "images",
  classes: "folders",
  width: 4,
  height: 3,
  colour: "rgb",
  normalise: "fit",
  variants: 3,
  cropMargin: 2,
  flip: true,
};
const TEXT = { data: "text", classes: "folders", sliceBytes: 16, buckets: 8 };

/** Ids of the manifests of the tiny inputs below: they change only when every dataset ever prepared changes. */
const GOLDEN = {
  csv: "bafkreif7n6toq5bhuariywxh7e7rhaxnrynqub53mgiakbmisemwfkmgum",
  parquet: "bafkreig6lubi5c3atepwhhjhee4gx2zchdoeqcap6pzio2po5gp4v2h26i",
  f32: "bafkreih7lyoa7sglvvsaclhylhskeje5ovlg7hpulhytm6rlsolbahu67a",
  npy: "bafkreic3rwxlsrp5jrdwgitufxejaefdz5bkxzeidilezlapmbxtyllpvq",
  text: "bafkreidag3ulbxggafg3ogpinpfvae3cpqlt6s2adrgmidpt3z4ho6erai",
  images: "bafkreihamantimvy5ysg5h4jrj6bmqk5v5xuebj7certpggvxsaxw576pe",
};

// prepareDataset
// ├── for each kind of data: the same id as ever, on every run and in every store; another seed gives another one
// ├── it names the raw files, the hashes, and a Merkle root that OpenZeppelin's library gives too
// ├── it cuts shards of shardRows rows, and keeps the order of the rows
// ├── it reports progress up to the end
// ├── when it is stopped, nothing is published, and the same call finishes it
// ├── when the input changes between two readings, it fails with DATA_INPUT_CHANGED
// └── when a store refuses a block, no manifest is stored
describe("prepareDataset", function () {
  const folder = temporaryFolder();
  const storeAt = (name: string): OpenedStore => openStore(`dir:${join(folder(), name)}`);

  const kinds: Readonly<Record<keyof typeof GOLDEN, () => Promise<{ input: string; fields: object }>>> = {
    csv: async () => ({ input: await writeInput(folder(), "a.csv", CSV), fields: { ...TABLE, format: "csv" } }),
    parquet: async () => ({
      input: await writeInput(folder(), "a.parquet", parquet()),
      fields: { ...TABLE, format: "parquet" },
    }),
    f32: async () => ({
      input: await writeInput(folder(), "a.f32", float32(1, 2, 3, 4, 5, 7)),
      fields: { data: "vectors", format: "f32", width: 2, polynomial: true, jitter: { copies: 2, amplitude: 1 } },
    }),
    npy: async () => ({
      input: await writeInput(folder(), "a.npy", npy([[1, 2], [3, 4], [5, 7]])), // prettier-ignore
      fields: { data: "vectors", format: "npy", standardise: true, jitter: { copies: 1, amplitude: 0.5 } },
    }),
    text: async () => {
      await writeInput(folder(), "text/en/a.txt", "The cat sat on the mat, the dog did not.");
      await writeInput(folder(), "text/fr/a.txt", "Le chat dort; été, déjà, garçon.\r\nLe chien aussi.");
      for (const name of ["b", "c", "d", "e"]) await writeInput(folder(), `text/fr/${name}.txt`, `mot ${name}`);
      return { input: join(folder(), "text"), fields: TEXT };
    },
    images: async () => ({ input: await writeImages(folder()), fields: IMAGES }),
  };

  for (const [kind, prepareInput] of Object.entries(kinds)) {
    describe(`for ${kind}`, function () {
      it("gives the same id as ever, in every store", async function () {
        const { input, fields } = await prepareInput();
        const server = await IpfsServer.start(join(folder(), "server"));
        try {
          const ids = [];
          for (const store of [storeAt("one"), storeAt("two"), openStore(server.url)]) {
            ids.push((await prepareDataset(input, recipe({ ...fields }), store)).manifestId);
          }
          expect(new Set(ids)).to.deep.equal(new Set([GOLDEN[kind as keyof typeof GOLDEN]]));
        } finally {
          await server.stop();
        }
      });

      it("gives other shards with another seed", async function () {
        const { input, fields } = await prepareInput();
        const [first, second] = await Promise.all(
          ["a", "b"].map((seed) => prepareDataset(input, recipe({ ...fields, seed }), storeAt("store"))),
        );
        expect(first?.manifest.shardRoot).to.not.equal(second?.manifest.shardRoot);
      });
    });
  }

  async function prepareCsv(fields: object = {}, store = storeAt("store")): Promise<PreparedDataset> {
    const input = await writeInput(folder(), "a.csv", CSV);
    return prepareDataset(input, recipe({ data: "table", format: "csv", target: "kind", ...fields }), store);
  }

  it("gives a Parquet file and a CSV of the same table the same shards", async function () {
    const input = await writeInput(folder(), "a.parquet", parquet());
    const fields = { data: "table", format: "parquet", target: "kind" };
    const { manifest } = await prepareDataset(input, recipe(fields), storeAt("store"));
    expect(manifest.shards).to.deep.equal((await prepareCsv()).manifest.shards);
  });

  it("names the raw files, the hashes, and the root of OpenZeppelin's tree", async function () {
    const store = storeAt("store");
    const { manifest } = await prepareCsv({ shardRows: 1 }, store);
    const sha256 = createHash("sha256").update(CSV).digest("hex");
    const listBytes = canonicalJson({ files: [{ path: "input", bytes: CSV.length, sha256 }] });
    expect(manifest.source).to.deep.include({ files: 1, bytes: CSV.length });
    expect(manifest.source.list.sha256).to.equal(createHash("sha256").update(listBytes).digest("hex"));
    expect(manifest.schemaHash).to.equal(keccak256(toUtf8Bytes(canonicalJson(manifest.schema))));
    expect(manifest.preprocessingHash).to.equal(keccak256(toUtf8Bytes(canonicalJson(manifest.recipe))));
    const leaves = manifest.shards.map((shard) => [shard.index, BigInt(`0x${shard.sha256}`) >> 8n]);
    expect(manifest.shardRoot).to.equal(StandardMerkleTree.of(leaves, ["uint256", "uint256"]).root);
    expect(manifest.counts).to.deep.equal({
      read: 4,
      rows: 4,
      bytes: manifest.shards.length * (manifest.shards[0]?.bytes ?? 0),
    });
    expect(manifest.schema).to.deep.equal({
      data: "table",
      width: 2,
      layout: { columns: ["height", "weight"], target: "kind" },
      classes: ["cat", "dog"],
    });
  });

  it("cuts shards of shardRows rows, in the order of the input", async function () {
    const store = storeAt("store");
    const { manifest } = await prepareCsv({ shardRows: 3 }, store);
    expect(manifest.shards.map(({ rows }) => rows)).to.deep.equal([3, 1]);
    const shards = [
      await loadPreparedShard(manifest, 0, store.blocks),
      await loadPreparedShard(manifest, 1, store.blocks),
    ];
    expect(shards.flatMap(({ values }) => [...values])).to.deep.equal([1.5, 40, -2, 50, 0.25, 60, 3, 70]);
    expect(shards.flatMap(({ labels }) => [...(labels ?? [])])).to.deep.equal([0, 1, 0, 1]);
  });

  it("reports progress up to the end", async function () {
    const seen: Progress[] = [];
    const input = await writeInput(folder(), "a.csv", CSV);
    const fields = { data: "table", format: "csv", target: "kind", standardise: true };
    await prepareDataset(input, recipe(fields), storeAt("store"), { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ phase }) => phase)).to.deep.equal(["fit", "write"]);
    expect(seen.at(-1)).to.deep.equal({ phase: "write", done: 2 * CSV.length, total: 2 * CSV.length });
  });

  it("publishes nothing when it is stopped, and finishes with the same call", async function () {
    const rows = Array.from({ length: 40_000 }, (_, row) => `${row},${row % 7}`).join("\n");
    const input = await writeInput(folder(), "large.csv", `a,b\n${rows}\n`);
    const chosen = recipe({ data: "table", format: "csv", standardise: true, shardRows: 1000 });
    const store = storeAt("store");
    const stop = new AbortController();
    const onProgress = ({ done, total }: Progress): void => {
      if (done > total * 0.7) stop.abort();
    };
    await expectCorexError(
      () => prepareDataset(input, chosen, store, { signal: stop.signal, onProgress }),
      "DATA_ABORTED",
      /the same command finishes it/,
      "later",
    );
    const before = await filesBelow(join(folder(), "store"));
    expect(before.some((path) => path.startsWith("blocks/"))).to.equal(true);
    expect(before.filter((path) => !path.startsWith("blocks/"))).to.deep.equal([]);

    const finished = await prepareDataset(input, chosen, store);
    const fresh = await prepareDataset(input, chosen, storeAt("fresh"));
    expect(finished.manifestId).to.equal(fresh.manifestId);
    expect(await filesBelow(join(folder(), "store"))).to.deep.equal(await filesBelow(join(folder(), "fresh")));
  });

  it("fails with DATA_INPUT_CHANGED when the input changes between two readings", async function () {
    const input = await writeInput(folder(), "a.csv", CSV);
    const changed = CSV.replace("40", "41");
    let isChanged = false;
    const onProgress = (): void => {
      if (!isChanged) writeFileSync(input, changed);
      isChanged = true;
    };
    await expectCorexError(
      () =>
        prepareDataset(input, recipe({ data: "table", format: "csv", target: "kind" }), storeAt("store"), {
          onProgress,
        }),
      "DATA_INPUT_CHANGED",
      /changed between two readings/,
      "later",
    );
    expect((await filesBelow(join(folder(), "store"))).filter((path) => !path.startsWith("blocks/"))).to.deep.equal([]);
  });

  it("stores no manifest when the store refuses a block", async function () {
    const store = storeAt("store");
    await writeInput(folder(), "store/blocks/.incoming", "a file where the folder should be");
    await expectCorexError(() => prepareCsv({}, store), "STORE_WRITE_FAILED", /cannot store/);
    await rm(join(folder(), "store/blocks/.incoming"));
    expect(await filesBelow(join(folder(), "store"))).to.deep.equal([]);
    const { manifestId } = await prepareCsv({}, store);
    expect(await readFile(join(folder(), "store", manifestId.slice(-3, -1), manifestId), "utf8")).to.include(
      '"kind":"corex/prepared-dataset"',
    );
  });
});

/** Files below a folder, sorted, `/` between the parts. */
async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}
