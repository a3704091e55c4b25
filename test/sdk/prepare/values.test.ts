import { join } from "node:path";

import { expect } from "chai";

import { copyCut, drawCut } from "@corex/sdk/data/prepare/augment";
import { loadPreparedShard } from "@corex/sdk/data/prepare/load-prepared-shard";
import { parseRecipe } from "@corex/sdk/data/prepare/parse-recipe";
import { prepareDataset } from "@corex/sdk/data/prepare/prepare-dataset";
import type { PreparedManifest } from "@corex/sdk/data/prepare/prepared-manifest";
import { createPrng } from "@corex/sdk/data/prng";
import { openStore } from "@corex/sdk/store/open-store";

import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { float32, npy, png, recipe, writeImages, writeInput } from "./support/inputs.ts";

// Values of prepared datasets
// ├── numbers: rows are sliced, products added, columns standardised and cut, copies jittered within the amplitude
// ├── .npy of either precision gives the numbers of the raw floats
// ├── text: a row per slice, a class per folder
// ├── images: v / 255 in the order of pixels; given and fitted statistics; the middle first, then cuts that may be mirrored
// └── parseRecipe: defaults are filled in; unknown fields, wrong kinds and wrong values are named
describe("Values of prepared datasets", function () {
  const folder = temporaryFolder();

  async function rowsOf(
    input: string,
    fields: object,
  ): Promise<{ rows: number[][]; labels: number[]; manifest: PreparedManifest }> {
    const store = openStore(`dir:${join(folder(), "store")}`);
    const { manifest } = await prepareDataset(input, recipe({ ...fields }), store);
    const { values, width, rows, labels } = await loadPreparedShard(manifest, 0, store.blocks);
    return {
      rows: Array.from({ length: rows }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]),
      labels: [...(labels ?? [])],
      manifest,
    };
  }

  it("slices rows, adds products, and names the columns", async function () {
    const input = await writeInput(folder(), "a.csv", "a,b,c\n1,2,9\n3,4,9\n5,6,9\n7,8,9\n");
    const fields = { data: "table", format: "csv", columns: ["b", "a"], polynomial: true, rows: { start: 1, end: 3 } };
    const { rows, manifest } = await rowsOf(input, fields);
    expect(rows).to.deep.equal([[4, 3, 16, 12, 9], [6, 5, 36, 30, 25]]); // prettier-ignore
    expect(manifest.schema.layout.columns).to.deep.equal(["b", "a", "b*b", "b*a", "a*a"]);
    expect(manifest.counts.read).to.equal(2);
  });

  it("standardises on the kept rows, cuts at four deviations, and keeps a constant column at zero", async function () {
    const outlier = [...Array<number>(99).fill(0), 1000].map((value) => `${value},5`).join("\n");
    const input = await writeInput(folder(), "a.csv", `a,b\n${outlier}\n7,7\n`);
    const { rows, manifest } = await rowsOf(input, {
      data: "table",
      format: "csv",
      standardise: true,
      rows: { end: 100 },
    });
    expect(rows.at(-1)).to.deep.equal([4, 0]);
    expect(rows[0]?.[0]).to.be.within(-10 / Math.sqrt(9900) - 1e-6, -10 / Math.sqrt(9900) + 1e-6);
    expect(manifest.statistics?.means[1]).to.equal(5);
    expect(manifest.statistics?.stds[0]).to.be.within(Math.sqrt(9900) - 1e-9, Math.sqrt(9900) + 1e-9);
  });

  it("adds copies with noise within the amplitude, which does not depend on how shards are cut", async function () {
    const input = await writeInput(folder(), "a.f32", float32(1, 2, 3, 4));
    const fields = { data: "vectors", format: "f32", width: 2, jitter: { copies: 2, amplitude: 0.25 } };
    const { rows, manifest } = await rowsOf(input, fields);
    expect(rows[0]).to.deep.equal([1, 2]);
    expect(rows[3]).to.deep.equal([3, 4]);
    const noise = [1, 2, 4, 5].flatMap((row) =>
      (rows[row] ?? []).map((value, index) => value - (rows[row < 3 ? 0 : 3]?.[index] ?? 0)),
    );
    for (const value of noise) expect(Math.abs(value)).to.be.within(0.0001, 0.25);
    expect(manifest.counts).to.include({ read: 2, rows: 6 });
    const other = await rowsOf(input, { ...fields, shardRows: 4 });
    expect(other.rows).to.deep.equal(rows.slice(0, 4));
  });

  it("reads .npy of either precision as the raw floats", async function () {
    const expected = [[1.5, -2], [0.25, 8]]; // prettier-ignore
    for (const type of ["<f4", "<f8"] as const) {
      const input = await writeInput(folder(), `${type.slice(1)}.npy`, npy(expected, type));
      expect((await rowsOf(input, { data: "vectors", format: "npy" })).rows).to.deep.equal(expected);
    }
  });

  it("makes a row of a slice of text, with the class of its folder", async function () {
    await writeInput(folder(), "text/b/x.txt", "one two");
    await writeInput(folder(), "text/a/x.txt", "two");
    const fields = { data: "text", classes: "folders", sliceBytes: 64, buckets: 32 };
    const { rows, labels, manifest } = await rowsOf(join(folder(), "text"), fields);
    expect(manifest.schema.classes).to.deep.equal(["a", "b"]);
    const [two, both] = [rows[labels.indexOf(0)] ?? [], rows[labels.indexOf(1)] ?? []];
    expect(two.filter((value) => value !== 0).map(Math.abs)).to.deep.equal([1]);
    expect(both.reduce((sum, value) => sum + value ** 2, 0)).to.be.within(1 - 1e-6, 1 + 1e-6);
    expect(both[two.findIndex((value) => value !== 0)]).to.be.within(
      (two.find((value) => value !== 0) ?? 0) * Math.SQRT1_2 - 1e-6,
      (two.find((value) => value !== 0) ?? 0) * Math.SQRT1_2 + 1e-6,
    );
  });

  describe("of images", function () {
    const SAME_SIZE = { data: "images", width: 8, height: 6, colour: "rgb" };

    it("are v / 255 in the order of pixels, and labelled by labels.csv", async function () {
      await writeInput(folder(), "one/a.png", png(8, 6, 51));
      await writeInput(folder(), "one/labels.csv", "file,label\na.png,cat\n");
      const { rows, labels, manifest } = await rowsOf(join(folder(), "one"), { ...SAME_SIZE, classes: "labels.csv" });
      const expected = Array.from({ length: 48 }, (_, at) => [(at % 8) * 10, Math.floor(at / 8) * 10, 51]).flat();
      expect(rows[0]?.map((value) => Math.round(value * 255))).to.deep.equal(expected);
      expect(labels).to.deep.equal([0]);
      expect(manifest.source.files).to.equal(2);
      expect(manifest.schema).to.deep.include({ classes: ["cat"], width: 144 });
    });

    it("are scaled with given statistics, and with fitted ones to mean 0 and deviation 1", async function () {
      const images = await writeImages(folder());
      const plain = await rowsOf(images, SAME_SIZE);
      const given = await rowsOf(images, { ...SAME_SIZE, normalise: { means: [0.5, 0, 0], stds: [0.25, 1, 1] } });
      expect(given.rows[0]?.[3]).to.be.within(
        ((plain.rows[0]?.[3] ?? 0) - 0.5) / 0.25 - 1e-6,
        ((plain.rows[0]?.[3] ?? 0) - 0.5) / 0.25 + 1e-6,
      );
      const fitted = await rowsOf(images, { ...SAME_SIZE, normalise: "fit" });
      const red = fitted.rows.flatMap((row) => row.filter((_, index) => index % 3 === 0));
      expect(red.reduce((sum, value) => sum + value, 0) / red.length).to.be.within(-1e-6, 1e-6);
      expect(red.reduce((sum, value) => sum + value ** 2, 0) / red.length).to.be.within(1 - 1e-5, 1 + 1e-5);
    });

    it("have the middle first, then cuts that may be mirrored", function () {
      const prng = createPrng("cuts");
      const sizes = { cropMargin: 3, flip: true };
      expect(drawCut(prng, 0, sizes)).to.deep.equal({ left: 1, top: 1, mirrored: false });
      const cuts = Array.from({ length: 200 }, (_, index) => drawCut(prng, index + 1, sizes));
      for (const side of ["left", "top"] as const) {
        expect(new Set(cuts.map((cut) => cut[side]))).to.deep.equal(new Set([0, 1, 2, 3]));
      }
      expect(cuts.filter(({ mirrored }) => mirrored).length).to.be.within(60, 140);
      const target = new Float64Array(7);
      const pixels = Uint8Array.from([0, 51, 102, 153, 204, 255, 0, 51, 102]);
      copyCut(
        pixels,
        { left: 1, top: 1, mirrored: true },
        { fromWidth: 3, width: 2, height: 2, channels: 1 },
        target,
        3,
      );
      expect([...target]).to.deep.equal([0, 0, 0, 1, 0.8, 0.4, 0.2]);
    });
  });

  describe("parseRecipe", function () {
    const base = { kind: "corex/recipe", version: 1, seed: "s", data: "table", format: "csv" };

    it("fills in the defaults: what was left out makes no difference", function () {
      const full = parseRecipe(base);
      expect(parseRecipe(JSON.parse(JSON.stringify(full)))).to.deep.equal(full);
      expect(full).to.deep.include({ target: null, jitter: null, standardise: false, rows: { start: 0, end: null } });
    });

    const wrong: readonly [object, RegExp][] = [
      [{ ...base, standardize: true }, /recipe\.standardize is true, expected no such field/],
      [{ ...base, rows: { from: 1 } }, /recipe\.rows\.from/],
      [{ ...base, data: "audio" }, /recipe\.data is "audio", expected "table" or "vectors"/],
      [{ ...base, seed: "" }, /recipe\.seed/],
      [{ ...base, version: 2 }, /recipe\.version/],
      [{ ...base, columns: ["a", "a"] }, /different column names/],
      [{ ...base, rows: { start: 3, end: 3 } }, /recipe\.rows\.end/],
      [{ ...base, jitter: { copies: 1, amplitude: 0 } }, /recipe\.jitter\.amplitude/],
      [{ ...base, data: "vectors", format: "f32" }, /recipe\.width is missing/],
    ];
    for (const [json, message] of wrong) {
      it(`names the field: ${message.source}`, async function () {
        await expectCorexError(() => parseRecipe(json), "DATA_RECIPE_INVALID", message, "after-change");
      });
    }
  });
});
