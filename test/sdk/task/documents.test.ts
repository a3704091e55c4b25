import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { commitModel } from "../../../packages/sdk/src/commit/commit-model.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { putJson } from "../../../packages/sdk/src/store/json.ts";
import type { JsonValue } from "../../../packages/sdk/src/store/canonical-json.ts";
import { getTaskManifest, putTaskManifest } from "../../../packages/sdk/src/task/manifest.ts";
import { commitOpening, getWeightsOpening, putWeightsOpening } from "../../../packages/sdk/src/task/weights-opening.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

describe("the documents of a task", function () {
  let folder: string;
  let store: DirectoryStore;

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-documents-"));
    store = new DirectoryStore(folder);
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  describe("weights opening", function () {
    const opening = { rows: 3, cols: 1, bits: 16, fraction: 8, values: [-(2n ** 15n), 0n, 2n ** 15n - 1n], salt: 5n };
    const document = { kind: "corex/weights", version: 1, ...opening };

    it("comes back as it was stored, and is checked against its commitment", async function () {
      const id = await putWeightsOpening(store, opening);
      const commitment = await commitOpening(opening);
      expect(await getWeightsOpening(store, id, commitment)).to.deep.equal(opening);
      await expectCorexError(
        () => getWeightsOpening(store, id, commitment + 1n),
        "WEIGHTS_COMMITMENT_MISMATCH",
        new RegExp(`opens ${commitment}, expected ${commitment + 1n}`),
      );
    });

    it("holds both layers of a perceptron, by its depth", async function () {
      const perceptron = { ...opening, rows: 1, cols: 1, depth: 2 };
      const commitment = await commitOpening(perceptron);
      const id = await putWeightsOpening(store, perceptron);
      expect(await getWeightsOpening(store, id, commitment)).to.deep.equal(perceptron);
      const shape = { kind: "mlp", d: 1, h: 1, k: 2 } as const;
      const format = { B: opening.bits, F: opening.fraction };
      expect(await commitModel({ values: opening.values, salt: opening.salt, shape, format })).to.equal(commitment);
    });

    const wrong: [string, Record<string, JsonValue>, RegExp][] = [
      ["a depth of zero", { depth: 0 }, /\.depth is 0, expected an integer in \[1,/],
      ["a depth that asks for more values", { depth: 1 }, /\.values .*3 elements, expected an array of 4/],
      ["another kind", { kind: "corex/task" }, /\.kind is "corex\/task"/],
      ["another version", { version: 2 }, /\.version is 2, expected 1/],
      [
        "a value out of range",
        { values: ["0", "0", "32768"] },
        /\.values\[2\] is "32768", expected in \[-32768, 32767\]/,
      ],
      ["a value that is a number", { values: ["0", "0", 1] }, /\.values\[2\] is 1, expected a string/],
      ["too few values", { values: ["0"] }, /\.values .*1 elements, expected an array of 3 elements/],
      ["no rows", { rows: 0 }, /\.rows is 0/],
      ["a salt outside the field", { salt: String(2n ** 254n) }, /\.salt is/],
    ];
    for (const [what, change, message] of wrong) {
      it(`refuses ${what}`, async function () {
        const id = await putJson(store, { ...document, ...change });
        await expectCorexError(() => getWeightsOpening(store, id, 1n), "WEIGHTS_OPENING_INVALID", message);
      });
    }
  });

  describe("task manifest", function () {
    it("comes back as it was stored, and refuses what does not fit together", async function () {
      const id = await putWeightsOpening(store, { rows: 1, cols: 1, bits: 16, fraction: 8, values: [1n], salt: 2n });
      const manifest = {
        circuit: "linear-step-16x16",
        dataset: id,
        modelSalt: 2n ** 253n,
        initialHeads: [1n, 2n],
        initialWeights: [id, id],
        labels: ["a", "b"],
      };
      expect(await getTaskManifest(store, await putTaskManifest(store, manifest))).to.deep.equal(manifest);

      const short = await putTaskManifest(store, { ...manifest, initialWeights: [id] });
      await expectCorexError(
        () => getTaskManifest(store, short),
        "TASK_MANIFEST_INVALID",
        /initialWeights .*1 elements, expected an array of 2/,
      );
      const other = await putJson(store, { kind: "corex/dataset", version: 1 });
      await expectCorexError(
        () => getTaskManifest(store, other),
        "TASK_MANIFEST_INVALID",
        /\.kind is "corex\/dataset"/,
      );
    });
  });
});
