import { expect } from "chai";

import { parseManifest } from "../../../packages/sdk/src/data/manifest.ts";
import { publishDataset } from "../../../packages/sdk/src/data/publish-dataset.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { getJson } from "../../../packages/sdk/src/store/json.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { countingSalt, hashOpening, sampleDataset } from "./support/sample-dataset.ts";

/** Sets the member at a dotted path of decoded JSON. */
function set(json: unknown, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce<unknown>((node, key) => Reflect.get(node as object, key), json);
  Reflect.set(parent as object, last, value);
}

describe("parseManifest", function () {
  const folder = temporaryFolder();
  let json: unknown;

  beforeEach(async function () {
    const store = new DirectoryStore(folder());
    const context = { store, commit: hashOpening, newSalt: countingSalt };
    const { manifestId } = await publishDataset(sampleDataset(), context);
    json = await getJson(store, manifestId);
  });

  it("returns what was published", function () {
    expect(parseManifest(json)).to.deep.equal(json);
  });

  const refused: [string, unknown, string][] = [
    ["kind", "corex/model", 'manifest.kind is "corex/model", expected "corex/dataset"'],
    ["version", 2, "manifest.version is 2, expected 1"],
    ["shape.m", "4", 'manifest.shape.m is "4", expected a number'],
    ["shape.m", 1.5, "manifest.shape.m is 1.5, expected an integer in [0, 4294967296]"],
    [
      "features",
      Array(4).fill({ name: "x", mean: 0, std: 1 }),
      "manifest.features is an array of 4 elements, expected at most 3 elements",
    ],
    ["features.0.mean", null, "manifest.features[0].mean is null, expected a number"],
    ["classes", ["a", "b"], "manifest.chains is 3, expected 2"],
    ["counts.train", [1, 2], "manifest.counts.train is an array of 2 elements, expected an array of 3 elements"],
    ["shardsPerChain", 0, "manifest.shardsPerChain is 0, expected an integer in [1, 4294967296]"],
    ["shardsPerChain", 7, "manifest.shards is an array of 24 elements, expected an array of 21 elements"],
    ["shards.3.index", 4, "manifest.shards[3].index is 4, expected 3"],
    [
      "shards.3.commitment",
      "0xAB",
      'manifest.shards[3].commitment is "0xAB", expected 0x and 64 lower-case hexadecimal digits',
    ],
    ["shards.3.contentId", "../x", 'manifest.shards[3].contentId is "../x", expected a content id'],
    ["heldOut", {}, "manifest.heldOut is an object, expected a string"],
    ["source", undefined, "manifest.source is missing, expected a JSON value"],
    ["seed", undefined, "manifest.seed is missing, expected a string"],
  ];
  for (const [path, value, message] of refused) {
    it(`refuses ${path} = ${JSON.stringify(value)} with DATA_MANIFEST_INVALID`, async function () {
      set(json, path, value);
      await expectCorexError(() => parseManifest(json), "DATA_MANIFEST_INVALID", message, "after-change");
    });
  }

  it("refuses a shape that no circuit can have with DATA_INVALID_SHAPE", async function () {
    set(json, "shape.fraction", 15);
    const message = "1 does not fit in 16 signed bits with 15 fraction bits";
    await expectCorexError(() => parseManifest(json), "DATA_INVALID_SHAPE", message);
  });

  it("refuses what is no object", async function () {
    await expectCorexError(() => parseManifest(null), "DATA_MANIFEST_INVALID", "manifest is null, expected an object");
  });
});
