import { expect } from "chai";
import fc from "fast-check";

import { parseCsv } from "../../../packages/sdk/src/data/csv.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

function quote(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

describe("parseCsv", function () {
  it("reads a byte order mark, CRLF, blank lines and quoted cells with commas, quotes and line breaks", function () {
    const table = parseCsv('\ufeffname,"a, b",c\r\n"x ""y""", 1 ,2\r\n\r\n"two\r\nlines",3," kept "\r\nlast,4,5');
    expect(table).to.deep.equal({
      columns: ["name", "a, b", "c"],
      rows: [
        { line: 2, cells: ['x "y"', "1", "2"] },
        { line: 4, cells: ["two\nlines", "3", " kept "] },
        { line: 6, cells: ["last", "4", "5"] },
      ],
    });
  });

  for (const [name, delimiter] of [
    ["comma", ","],
    ["semicolon", ";"],
    ["tab", "\t"],
  ] as const) {
    it(`detects ${name} as delimiter`, function () {
      const { columns, rows } = parseCsv(
        ["a", '"b,;\t"', "c"].join(delimiter) + "\n" + ["1", "2", "3"].join(delimiter),
      );
      expect(columns).to.deep.equal(["a", "b,;\t", "c"]);
      expect(rows).to.deep.equal([{ line: 2, cells: ["1", "2", "3"] }]);
    });
  }

  it("is the inverse of writing quoted cells, up to CRLF, and knows the line of every record", function () {
    const cell = fc.string({ unit: fc.constantFrom("a", "é", "1", ",", ";", '"', " ", "\n", "\r\n", "\t") });
    const cells = fc.tuple(cell, cell, cell);
    fc.assert(
      fc.property(
        fc.array(cells, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(",", ";", "\t"),
        (rows, delimiter) => {
          const lines = [["h1", "h2", "h3"], ...rows].map((row) => row.map(quote).join(delimiter));
          const table = parseCsv(new TextEncoder().encode(lines.join("\r\n")));
          expect(table.columns).to.deep.equal(["h1", "h2", "h3"]);
          const expected = rows.map((row) => row.map((text) => text.replaceAll("\r\n", "\n")));
          expect(table.rows.map((row) => row.cells)).to.deep.equal(expected);
          let line = 2;
          for (const [index, row] of rows.entries()) {
            expect(table.rows[index]?.line).to.equal(line);
            line += 1 + (row.join("|").match(/\n/g)?.length ?? 0);
          }
        },
      ),
    );
  });

  const refused: [string, string | Uint8Array, string, string | RegExp][] = [
    ["nothing", "", "DATA_EMPTY", "the CSV is empty: it has no header line"],
    ["a header alone", "a,b\n", "DATA_EMPTY", "the CSV has a header of 2 columns but no record"],
    ["bytes that are not UTF-8", Uint8Array.of(0x61, 0xff), "DATA_NOT_UTF8", "the CSV (2 bytes) is not UTF-8 text"],
    ["a repeated column", "a,b,a\n1,2,3", "DATA_DUPLICATE_COLUMN", 'line 1: columns 1 and 3 are both named "a"'],
    ["a column without name", "a,,c\n1,2,3", "DATA_MISSING_CELL", "line 1: column 2 has no name"],
    [
      "a record with too few cells",
      "a,b,c\n1,2,3\n4,5\n",
      "DATA_MISSING_CELL",
      'line 3: no cell for column "c" (2 of 3 cells)',
    ],
    [
      "a record with too many cells",
      "a,b\n1,2\n\n3,4,5\n",
      "DATA_MALFORMED_CSV",
      'line 4: 3 cells for 2 columns, the first one too many is "5"',
    ],
    ["an open quote", 'a,b\n1,"2', "DATA_MALFORMED_CSV", /the CSV is malformed: Quote Not Closed.*line 2/],
    ["text after a quote", 'a,b\n"1"x,2', "DATA_MALFORMED_CSV", /the CSV is malformed: Invalid Closing Quote.*line 2/],
  ];
  for (const [what, input, code, message] of refused) {
    it(`refuses ${what} with ${code}`, async function () {
      await expectCorexError(() => parseCsv(input), code, message);
    });
  }
});
