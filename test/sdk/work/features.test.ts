import { expect } from "chai";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { characterFeatures } from "../../../packages/sdk/src/data/character-features.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { execute } from "../../../packages/sdk/src/work/execute.ts";
import {
  hashWords,
  normaliseRows,
  projectRows,
  quantizedCharacters,
  squaredDistances,
  squareRootDown,
} from "../../../packages/sdk/src/work/feature-maths.ts";
import type { FeatureMethod } from "../../../packages/sdk/src/work/feature-method.ts";
import { writeItems, writeRows } from "../../../packages/sdk/src/work/work-input.ts";
import { WORK_KIND } from "../../../packages/sdk/src/work/work-kind.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { rowsOf, sampleContext, sampleItems } from "./support/sample-work.ts";

const row = fc.array(fc.bigInt({ min: -32768n, max: 32767n }), { minLength: 3, maxLength: 3 });
const rows = fc.array(row, { minLength: 1, maxLength: 5 });

describe("work.hashWords", function () {
  it("counts words by their FNV-1a hash", function () {
    // FNV-1a of "a" is 0xe40c292c, of "foobar" 0xbf9cf968: the published vectors, both with bit 31 set.
    const expected = Array<bigint>(16).fill(0n);
    expected[0x640c292c % 16] = -2n;
    expected[0x3f9cf968 % 16] = (expected[0x3f9cf968 % 16] ?? 0n) - 1n;
    expect(hashWords("A foobar, a", 16)).to.deep.equal(expected);
  });

  it("does not depend on the order of words, and adds up over texts", function () {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z0-9_]{1,6}$/), { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (words, n) => {
          const forwards = hashWords(words.join(" "), n);
          expect(hashWords(words.toReversed().join("-"), n)).to.deep.equal(forwards);
          expect(hashWords(`${words.join(" ")} ${words.join(" ")}`, n)).to.deep.equal(forwards.map((x) => 2n * x));
        },
      ),
    );
  });
});

describe("work.quantizedCharacters", function () {
  it("is the description of texts, rounded half up", function () {
    const text = "const a = [1];\n\n# x | y\n";
    const exact = characterFeatures(text).map((x) => BigInt(Math.floor(x * 2 ** 16 + 0.5)));
    expect(quantizedCharacters(text, 16)).to.deep.equal(exact);
    expect(quantizedCharacters("", 16)).to.deep.equal(Array(15).fill(0n));
  });
});

describe("work.squareRootDown", function () {
  it("is the largest integer whose square is at most the value", function () {
    for (let value = 0n; value < 1000n; value++) {
      const root = squareRootDown(value);
      expect(root * root <= value && (root + 1n) * (root + 1n) > value, `${value}`).to.equal(true);
    }
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 160n }), (value) => {
        const root = squareRootDown(value);
        return root * root <= value && (root + 1n) * (root + 1n) > value;
      }),
    );
  });
});

describe("work.normaliseRows", function () {
  it("gives rows the length one, as doubles do", function () {
    fc.assert(
      fc.property(rows, (matrix) => {
        normaliseRows(matrix, 20).forEach((normalised, i) => {
          const real = (matrix[i] ?? []).map(Number);
          const length = Math.hypot(...real);
          normalised.forEach((value, j) => {
            // One for the quotient rounded down, one for the root rounded down.
            const expected = length === 0 ? 0 : ((real[j] ?? 0) / length) * 2 ** 20;
            expect(Number(value)).to.be.within(expected - 2.001, expected + 1.001);
          });
        });
      }),
    );
    expect(normaliseRows([[0n, 0n]], 8)).to.deep.equal([[0n, 0n]]);
    expect(normaliseRows([[3n, -4n]], 1)).to.deep.equal([[1n, -2n]]);
  });
});

describe("work.squaredDistances", function () {
  it("is symmetric with a diagonal of zeros, and what the definition says", function () {
    fc.assert(
      fc.property(rows, (matrix) => {
        const distances = squaredDistances(matrix);
        matrix.forEach((a, i) =>
          matrix.forEach((b, j) => {
            expect(distances[i]?.[j]).to.equal(a.reduce((sum, x, c) => sum + (x - (b[c] ?? 0n)) ** 2n, 0n));
          }),
        );
      }),
    );
  });
});

describe("work.projectRows", function () {
  it("rounds halves up, also below zero", function () {
    expect(projectRows([[1n], [-1n], [3n]], [[1n, 2n]], 1)).to.deep.equal([
      [1n, 1n],
      [0n, -1n],
      [2n, 3n],
    ]);
  });
});

// execute
// ├── when the input does not fit the method, it throws WORK_INPUT_INVALID
// └── when the result cannot fit, or takes too much work, it throws before it computes
describe("work.features", function () {
  let folder: string;
  let store: DirectoryStore;

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-features-"));
    store = new DirectoryStore(folder);
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (method: FeatureMethod, input: Uint8Array, maxResultBytes = 2 ** 24) =>
    execute(WORK_KIND.features, { work: "features", maxResultBytes, method }, input, sampleContext(store));

  it("refuses what does not fit the method", async function () {
    const matrix = await store.put(writeRows(rowsOf("m", 3, 2, 9)));
    const product = { type: "product", bits: 16, fraction: 8, matrix } as const;
    const wide = writeRows(rowsOf("r", 2, 4, 9));
    await expectCorexError(() => run(product, wide), "WORK_INPUT_INVALID", /4 columns do not fit a matrix of 3 rows/);
    const big = writeRows([[128]]);
    await expectCorexError(() => run({ type: "distances", bits: 8 }, big), "WORK_INPUT_INVALID", /\[-128, 127\]/);
    const hash = { type: "hash", buckets: 4 } as const;
    await expectCorexError(() => run(hash, wide), "WORK_INPUT_INVALID", /kind is "corex\/work-rows"/);
  });

  it("refuses before computing what cannot fit or takes too much work", async function () {
    const rowsMany = writeRows(rowsOf("r", 3000, 2, 9));
    await expectCorexError(
      () => run({ type: "distances", bits: 16 }, rowsMany),
      "WORK_RESULT_TOO_LARGE",
      /9000000 values/,
    );
    const texts = writeItems(sampleItems(40_000).map((item) => ({ ...item, text: "" })));
    await expectCorexError(() => run({ type: "hash", buckets: 4096 }, texts), "WORK_TOO_LARGE", /units/);
    await expectCorexError(
      () => run({ type: "distances", bits: 16 }, writeRows([[1], [2]]), 90),
      "WORK_RESULT_TOO_LARGE",
      /bytes do not fit/,
    );
  });
});
