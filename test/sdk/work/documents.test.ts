import { expect } from "chai";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { contentIdOf } from "../../../packages/sdk/src/store/content-id.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { putJson } from "../../../packages/sdk/src/store/json.ts";
import { MAX_SPEC_BYTES } from "../../../packages/sdk/src/work/limits.ts";
import {
  readIntegerRows,
  readItems,
  readRows,
  readSamples,
  writeItems,
  writeRows,
  writeSamples,
} from "../../../packages/sdk/src/work/work-input.ts";
import { getWorkManifest, inputOf, putWorkManifest } from "../../../packages/sdk/src/work/work-manifest.ts";
import { getWorkSpec, putWorkSpec } from "../../../packages/sdk/src/work/work-spec.ts";
import { caught } from "../math/support/caught.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { sampleItems, sampleSamples, sampleWorks, type SampleWork } from "./support/sample-work.ts";

type Json = Record<string, unknown>;

/** A copy of `value` with `change` at `path`, undefined removing the member. */
function changed(value: unknown, path: readonly string[], change: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return change;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Json) }) as Json;
  const member = changed(copy[name], rest, change);
  if (member === undefined) Reflect.deleteProperty(copy, name);
  else copy[name] = member;
  return copy;
}

describe("the documents of work", function () {
  let folder: string;
  let store: DirectoryStore;
  let works: SampleWork[];
  const anId = contentIdOf(new Uint8Array());

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), "corex-work-documents-"));
    store = new DirectoryStore(folder);
    works = await sampleWorks(store);
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  describe("spec", function () {
    it("comes back as it was stored, for every kind", async function () {
      for (const { name, spec } of works) {
        expect(await getWorkSpec(store, await putWorkSpec(store, spec)), name).to.deep.equal(spec);
      }
    });

    const wrong: [string, string[], unknown, RegExp][] = [
      ["labelling", ["kind"], "corex/task", /kind is "corex\/task"/],
      ["labelling", ["version"], 2, /version is 2/],
      ["labelling", ["work"], "mining", /work is "mining"/],
      ["labelling", ["work"], "constructor", /work is "constructor"/],
      ["labelling", ["maxResultBytes"], 0, /maxResultBytes is 0/],
      ["labelling", ["maxResultBytes"], 2 ** 24 + 1, /maxResultBytes is 16777217/],
      ["labelling", ["maxResultBytes"], -1, /maxResultBytes is -1/],
      ["labelling", ["classes"], ["a"], /2 to 64 elements/],
      ["labelling", ["classes"], ["a", "a"], /different names/],
      ["labelling", ["classes"], ["a", "b".repeat(65)], /at most 64 characters/],
      ["labelling", ["minScore"], 0, /minScore is 0/],
      ["labelling", ["minScore"], 101, /minScore is 101/],
      ["labelling", ["rule"], null, /rule is null/],
      ["inference, linear", ["model"], "model", /model is "model", expected a content id/],
      ["features, hash", ["method", "type"], "eval", /a method/],
      ["features, hash", ["method", "buckets"], 4097, /buckets is 4097/],
      ["features, product", ["method", "fraction"], 0, /fraction is 0/],
      ["features, product", ["method", "matrix"], undefined, /matrix is missing/],
      ["features, distances", ["method", "bits"], 49, /bits is 49/],
      ["preprocessing", ["fraction"], 16, /fraction is 16/],
      ["preprocessing", ["steps"], Array(17).fill({ type: "shuffle", seed: "" }), /0 to 16 elements/],
      ["preprocessing", ["steps", "0", "columns"], [-1], /columns\[0\] is -1/],
      ["preprocessing", ["steps", "1", "stds"], [1], /an array of 3 elements/],
      ["preprocessing", ["steps", "1", "stds"], [1, -1, 1], /deviations of at least zero/],
      ["preprocessing", ["steps", "2", "min"], 5, /max is 4, expected at least 5/],
      ["preprocessing", ["steps", "3", "seed"], "s".repeat(129), /at most 128 characters/],
      ["training", ["training", "epochs"], 0, /epochs is 0/],
      ["training", ["training", "epochs"], 1e9, /epochs is 1000000000/],
      ["training", ["training", "batchSize"], 0, /batchSize is 0/],
      ["training", ["training", "margin"], 0, /margin is 0/],
      ["training", ["training", "margin"], -1, /margin is -1/],
      ["training", ["training", "minAccuracy"], 1.5, /minAccuracy is 1\.5/],
      ["training", ["training", "tolerance", "absolute"], 0.5, /absolute is 0\.5/],
      ["training", ["training", "tolerance", "relative"], -0.1, /relative is -0\.1/],
      ["training", ["training", "tolerance", "hits"], 0.5, /hits is 0\.5/],
      ["training", ["training", "optimiser", "name"], "lbfgs", /an optimiser/],
      ["training", ["training", "optimiser", "learningRate"], 0, /learningRate is 0/],
      ["training", ["training", "architecture", "classes"], 1, /classes is 1/],
      ["training", ["training", "architecture", "hidden"], Array(9).fill({}), /0 to 8 elements/],
      ["training", ["training", "architecture", "hidden", "0", "activation"], "sin", /an activation/],
      ["training", ["training", "architecture", "hidden", "0", "units"], 2 ** 20, /units is 1048576/],
    ];
    for (const [name, path, change, message] of wrong) {
      it(`refuses ${name} with ${path.join(".")} ${JSON.stringify(change)?.slice(0, 40) ?? "missing"}`, async function () {
        const spec = works.find((work) => work.name === name)?.spec;
        const id = await putJson(store, changed({ kind: "corex/work-spec", version: 1, ...spec }, path, change));
        await expectCorexError(() => getWorkSpec(store, id), "WORK_SPEC_INVALID", message);
      });
    }

    it("refuses bytes that are large, deep or not canonical, before it reads them", async function () {
      const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
      for (const [bytes, message] of [
        [new Uint8Array(MAX_SPEC_BYTES + 1), /262145 bytes/],
        [encode("[".repeat(100_000)), /nested deeper/],
        [encode('{"a": 1}'), /canonical/],
        [encode('{"a":1e999}'), /canonical/],
        [encode('{"a":"\\ud800"}'), /canonical/],
      ] as const) {
        const id = await store.put(bytes);
        await expectCorexError(() => getWorkSpec(store, id), "WORK_SPEC_INVALID", message);
      }
    });
  });

  describe("manifest", function () {
    it("comes back as it was stored, and gives the input of each fragment", async function () {
      const inputs = [anId, contentIdOf(Uint8Array.of(1))];
      const manifest = await getWorkManifest(store, await putWorkManifest(store, { spec: anId, inputs }));
      expect(manifest).to.deep.equal({ spec: anId, inputs });
      expect([0, 1].map((fragment) => inputOf(manifest, fragment))).to.deep.equal(inputs);
      for (const fragment of [-1, 2, 0.5, NaN]) {
        expect(caught(() => inputOf(manifest, fragment)).code).to.equal("WORK_UNKNOWN_FRAGMENT");
      }
    });

    it("refuses no inputs, and what is no id", async function () {
      const put = (change: Json) => putJson(store, { kind: "corex/work-manifest", version: 1, spec: anId, ...change });
      for (const [change, message] of [
        [{ inputs: [] }, /1 to 65535 elements/],
        [{ inputs: ["x"] }, /inputs\[0\] is "x"/],
        [{ inputs: {} }, /an array/],
        [{ inputs: [anId], spec: 1 }, /spec is 1/],
      ] as const) {
        const id = await put(change);
        await expectCorexError(() => getWorkManifest(store, id), "WORK_MANIFEST_INVALID", message);
      }
    });
  });

  describe("inputs", function () {
    it("come back as they were written", function () {
      expect(
        readRows(
          writeRows([
            [0.1, -2],
            [1e300, 3],
          ]),
        ),
      ).to.deep.equal([
        [0.1, -2],
        [1e300, 3],
      ]);
      expect(readIntegerRows(writeRows([[-128, 127]]), 8, 2)).to.deep.equal([[-128n, 127n]]);
      expect(readItems(writeItems(sampleItems(4)))).to.deep.equal(sampleItems(4));
      const samples = sampleSamples("a", 5);
      expect(readSamples(writeSamples(samples), 3, 2)).to.deep.equal(samples);
    });

    const item = { id: "a", text: "", values: [] };
    const wrong: [string, () => unknown, RegExp][] = [
      ["no rows", () => readRows(writeRows([])), /1 to 65536 elements/],
      ["an empty row", () => readRows(writeRows([[]])), /1 to 4096 elements/],
      ["rows of different widths", () => readRows(writeRows([[1], [1, 2]])), /rows\[1\] .* expected an array of 1/],
      ["integers out of range", () => readIntegerRows(writeRows([[128]]), 8), /\[-128, 127\]/],
      ["an id twice", () => readItems(writeItems([item, item])), /different ids/],
      ["a long id", () => readItems(writeItems([{ ...item, id: "a".repeat(129) }])), /at most 128/],
      ["a long text", () => readItems(writeItems([{ ...item, text: "a".repeat(2 ** 16 + 1) }])), /at most 65536/],
      ["labels of fewer rows", () => readSamples(writeSamples({ rows: [[1]], labels: [] }), 1, 2), /an array of 1/],
      ["16 MiB and more", () => readRows(new Uint8Array(2 ** 24 + 1)), /16777217 bytes/],
    ];
    for (const [what, read, message] of wrong) {
      it(`refuse ${what}`, function () {
        const error = caught(read);
        expect(error.code).to.equal("WORK_INPUT_INVALID");
        expect(error.message).to.match(message);
      });
    }

    it("refuse arbitrary JSON by their own error alone", function () {
      const readers = [readRows, readItems, (bytes: Uint8Array) => readSamples(bytes, 2, 2)];
      fc.assert(
        fc.property(fc.json(), fc.constantFrom(...readers), (text, read) => {
          try {
            read(new TextEncoder().encode(text));
          } catch (error) {
            return error instanceof CorexError && error.code === "WORK_INPUT_INVALID";
          }
          return false;
        }),
      );
    });
  });
});
