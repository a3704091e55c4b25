import { expect } from "chai";
import fc from "fast-check";

import { parseCsv, type TableRow } from "@corex/sdk/data/csv";
import { csvRecords } from "@corex/sdk/data/prepare/csv-records";
import { decodeUtf8 } from "@corex/sdk/data/prepare/decode-utf8";
import { fnv1a, hashFeatures, tokenize } from "@corex/sdk/data/prepare/hash-features";
import { mapInOrder } from "@corex/sdk/data/prepare/map-in-order";
import { writePlainDecimal } from "@corex/sdk/data/prepare/plain-decimal";
import { RunningStatistics } from "@corex/sdk/data/prepare/running-statistics";
import { sliceStream } from "@corex/sdk/data/prepare/slice-stream";
import { sliceText } from "@corex/sdk/data/slice-text";
import { fitStandardizer } from "@corex/sdk/data/standardize";
import { CorexError } from "@corex/sdk/errors";

import { expectCorexError } from "../store/support/expect-corex-error.ts";

/** Text with what matters: line ends, code points of every length, a byte order mark. */
const TEXT = fc.string({
  unit: fc.constantFrom("a", "Z", " ", "\n", "\r\n", "\r", "é", "€", "😀", "\ufeff"),
  maxLength: 200,
});

/** Cells as people write them, with what needs care. */
const CSV_TEXT = fc.string({
  unit: fc.constantFrom("a", "1", ".", " ", "\t", ",", ";", "\n", "\r\n", '"', '""', '"a\nb"', ',"x,y",', "é"),
  maxLength: 60,
});

/** Pieces of `bytes`, cut where `cuts` say (modulo the length). */
async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  for (const [index, place] of places.entries()) {
    const next = places[index + 1];
    if (next !== undefined) yield await Promise.resolve(bytes.subarray(place, next));
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const CUTS = fc.array(fc.nat(1000), { maxLength: 8 });

// Streams
// ├── decodeUtf8 gives the text of the whole, wherever it is cut; fails with DATA_NOT_UTF8
// ├── sliceStream gives the slices of sliceText, wherever the text is cut
// ├── csvRecords gives the records of parseCsv, or its error, wherever the text is cut
// ├── writePlainDecimal writes what Number gives, or nothing, wherever in a text the number is
// ├── RunningStatistics agrees with the two-pass fit, and is exact for constant columns
// ├── hashFeatures counts words with a sign, in the buckets that the published hash says
// └── mapInOrder keeps the order, never runs more than the limit, and fails with the first failure
describe("Streams of preparation", function () {
  it("decodeUtf8 gives the text of the whole, wherever it is cut", async function () {
    await fc.assert(
      fc.asyncProperty(TEXT, CUTS, async (text, cuts) => {
        const bytes = Buffer.from(text, "utf8");
        const decoded = (await collect(decodeUtf8(pieces(bytes, cuts), "x"))).join("");
        expect(decoded).to.equal(new TextDecoder("utf-8").decode(bytes).replaceAll("\r\n", "\n"));
      }),
    );
  });

  it("decodeUtf8 fails with DATA_NOT_UTF8 for other bytes, also at the very end", async function () {
    for (const bytes of [
      [0xff, 0x41],
      [0x41, 0xe2, 0x82],
    ]) {
      const run = () => collect(decodeUtf8(pieces(Uint8Array.from(bytes), [1]), "file"));
      await expectCorexError(run, "DATA_NOT_UTF8", /file is not UTF-8/, "after-change");
    }
  });

  it("sliceStream gives the slices of sliceText, wherever the text is cut", async function () {
    const sizes = fc.record({
      sliceBytes: fc.integer({ min: 4, max: 20 }),
      minSliceBytes: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(TEXT, CUTS, sizes, async (text, cuts, limits) => {
        const bytes = Buffer.from(text, "utf8");
        const slices = await collect(sliceStream(decodeUtf8(pieces(bytes, cuts), "x"), limits));
        expect(slices).to.deep.equal(sliceText(bytes, limits));
        for (const slice of slices)
          expect(Buffer.byteLength(slice)).to.be.within(limits.minSliceBytes, limits.sliceBytes);
      }),
    );
  });

  it("csvRecords gives the records of parseCsv, or its error, wherever the text is cut", async function () {
    await fc.assert(
      fc.asyncProperty(CSV_TEXT, CUTS, async (text, cuts) => {
        // Only the header's delimiter counts, which the reader looks for in the first 64 KiB.
        const bytes = Buffer.from(text, "utf8");
        const expected = outcome(() => {
          const { columns, rows } = parseCsv(bytes);
          return [columns, ...rows.map(({ cells }) => cells)];
        });
        const lines = outcome(() => parseCsv(bytes).rows.map(({ line }) => line));
        const records: TableRow[] = [];
        let code: unknown;
        try {
          for await (const cursor of csvRecords(decodeUtf8(pieces(bytes, cuts), "x"), "x")) {
            while (cursor.next()) {
              const record = cursor.record();
              expect(record.cells.map((_, index) => cursor.cell(index))).to.deep.equal(record.cells);
              expect(cursor.width).to.equal(record.cells.length);
              records.push(record);
            }
          }
        } catch (error) {
          code = error instanceof CorexError ? error.code : error;
        }
        if (expected instanceof CorexError) {
          // The whole file is parsed before it is checked; in a stream an earlier record may be short before a later quote is open.
          if (expected.code === "DATA_MALFORMED_CSV") expect(code).to.match(/^DATA_/);
          else expect(code).to.equal(expected.code);
        } else {
          expect(records.map(({ cells }) => cells)).to.deep.equal(expected);
          expect(records.slice(1).map(({ line }) => line)).to.deep.equal(lines);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("writePlainDecimal writes what Number gives, or nothing, wherever in a text the number is", function () {
    const read = (cell: string, around = ""): number | undefined => {
      const target = Float64Array.of(1, 2, 3);
      const text = `${around}${cell}${around}`;
      const isPlain = writePlainDecimal(text, around.length, around.length + cell.length, target, 1);
      expect([target[0], target[2]]).to.deep.equal([1, 3]);
      if (!isPlain) expect(target[1]).to.equal(2);
      return isPlain ? target[1] : undefined;
    };
    const decimal = fc.stringMatching(/^-?[0-9]{0,17}\.?[0-9]{0,17}$/);
    const cells = fc.oneof(decimal, fc.double().map(String), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(cells, fc.constantFrom("", "-", "7", ".5,"), (cell, around) => {
        const value = read(cell, around);
        if (value !== undefined) expect(Object.is(value, Number(cell))).to.equal(true);
      }),
      { numRuns: 2000 },
    );
    const plain = ["0.1", "-12.5", "123456789.012345", "7", ".5", "5."];
    expect(plain.map((cell) => read(cell))).to.deep.equal([0.1, -12.5, 123456789.012345, 7, 0.5, 5]);
    const other = ["", "-", ".", "1e5", "+1", "0x1", "1234567890123456"];
    expect(other.map((cell) => read(cell, "1"))).to.deep.equal(Array(7).fill(undefined));
  });

  it("RunningStatistics agrees with the two-pass fit, and is exact for constant columns", function () {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 50 }), fc.nat(50), (rows, cut) => {
        const statistics = new RunningStatistics(3);
        const flat = rows.map(([a, b]) => [a, b, 0.1]);
        for (const part of [flat.slice(0, cut), flat.slice(cut)]) {
          statistics.add(Float64Array.from(part.flat()), part.length, 3);
        }
        const { means, stds } = statistics.result(3);
        const expected = fitStandardizer(flat);
        for (const column of [0, 1]) {
          expect(means[column]).to.be.within(
            (expected.means[column] ?? NaN) - 1e-6,
            (expected.means[column] ?? NaN) + 1e-6,
          );
          expect(stds[column]).to.be.within(
            (expected.stds[column] ?? NaN) - 1e-3,
            (expected.stds[column] ?? NaN) + 1e-3,
          );
        }
        expect([means[2], stds[2]]).to.deep.equal([0.1, 0]);
      }),
    );
  });

  it("RunningStatistics counts every pixel of a channel", function () {
    const statistics = new RunningStatistics(2);
    statistics.add(Float64Array.of(1, 10, 3, 30, 5, 50, 7, 70), 2, 4);
    const { means, stds } = statistics.result(4);
    expect(means).to.deep.equal([4, 40]);
    expect(stds[0]).to.be.within(Math.sqrt(5) - 1e-12, Math.sqrt(5) + 1e-12);
  });

  it("hashFeatures counts words with a sign, in the buckets that the published hash says", function () {
    // Test vectors of FNV-1a (32 bits) by its authors.
    expect(["", "a", "foobar"].map(fnv1a)).to.deep.equal([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
    const target = new Float64Array(3 + 16);
    hashFeatures(["cat", "dog", "cat", "été"], target, 3, 16);
    expect([...target.subarray(0, 3)]).to.deep.equal([0, 0, 0]);
    const counts = new Float64Array(16);
    for (const word of ["cat", "cat", "dog", "été"]) {
      let hash = fnv1a(word);
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
      const mixed = (hash ^ (hash >>> 16)) >>> 0;
      const column = (mixed % 2 ** 31) % 16;
      counts[column] = (counts[column] ?? 0) + (mixed >= 2 ** 31 ? -1 : 1);
    }
    expect([...target.subarray(3)]).to.deep.equal([...counts]);
  });

  it("tokenize lowers letters and keeps digits and underscores", function () {
    expect(tokenize("Été-2024, snake_case; ΣΑΣ 😀 don't")).to.deep.equal([
      "été",
      "2024",
      "snake_case",
      "σας",
      "don",
      "t",
    ]);
    expect(tokenize(" \n;")).to.deep.equal([]);
  });

  it("mapInOrder keeps the order and never runs more than the limit", async function () {
    let running = 0;
    let most = 0;
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5 - (item % 5)));
      running -= 1;
      return item;
    };
    const items = Array.from({ length: 20 }, (_, index) => index);
    expect(await collect(mapInOrder(items, 4, work))).to.deep.equal(items);
    expect(most).to.equal(4);
  });

  it("mapInOrder fails with the first failure", async function () {
    const work = (item: number): Promise<number> =>
      item >= 3 ? Promise.reject(new CorexError("TEST", `item ${item}`)) : Promise.resolve(item);
    await expectCorexError(() => collect(mapInOrder([1, 2, 3, 4, 5], 3, work)), "TEST", "item 3");
  });
});

/** What a function returns, or the error that it throws. */
function outcome<T>(run: () => T): T | CorexError {
  try {
    return run();
  } catch (error) {
    if (error instanceof CorexError) return error;
    throw error;
  }
}
