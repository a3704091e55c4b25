import { expect } from "chai";

import { parseCsv } from "../../../packages/sdk/src/data/csv.ts";
import { tableSamples } from "../../../packages/sdk/src/data/table-samples.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

describe("tableSamples", function () {
  it("takes numeric columns in file order and sorts the classes", function () {
    const table = parseCsv("id,len,kind,wide\nx,1,pear,-2.5e1\ny,+.5,apple,3.\nz,0,pear,1E-2\n");
    expect(tableSamples(table, { target: "kind", ignore: ["id"] })).to.deep.equal({
      featureNames: ["len", "wide"],
      classes: ["apple", "pear"],
      samples: [
        { features: [1, -25], label: 1 },
        { features: [0.5, 3], label: 0 },
        { features: [0, 0.01], label: 1 },
      ],
    });
  });

  const refused: [string, string, { target: string; ignore?: string[] }, string, string][] = [
    [
      "an unknown target",
      "a,b\n1,2",
      { target: "c" },
      "DATA_UNKNOWN_TARGET",
      'there is no column "c"; the columns are "a", "b"',
    ],
    [
      "an unknown ignored column",
      "a,b\n1,2",
      { target: "b", ignore: ["id"] },
      "DATA_UNKNOWN_COLUMN",
      'there is no column "id"; the columns are "a", "b"',
    ],
    [
      "no feature column",
      "a,b\n1,2",
      { target: "b", ignore: ["a"] },
      "DATA_EMPTY",
      'no feature column is left beside the target "b"',
    ],
    [
      "an empty feature",
      "a,b\n1,x\n,y",
      { target: "b" },
      "DATA_MISSING_CELL",
      'line 3: the cell of column "a" is empty',
    ],
    [
      "an empty target",
      "a,b\n1,x\n2,",
      { target: "b" },
      "DATA_MISSING_CELL",
      'line 3: the cell of column "b" is empty',
    ],
    ["one class", "a,b\n1,x\n2,x", { target: "b" }, "DATA_SINGLE_CLASS", 'every row has the same "b": "x"'],
    [
      "65 classes",
      `a,b\n${Array.from({ length: 65 }, (_, i) => `1,c${i}`).join("\n")}`,
      { target: "b" },
      "DATA_TOO_MANY_CLASSES",
      'column "b" has 65 different values, at most 64 can be classes',
    ],
  ];
  for (const [what, csv, columns, code, message] of refused) {
    it(`refuses ${what} with ${code}`, async function () {
      await expectCorexError(() => tableSamples(parseCsv(csv), columns), code, message, "after-change");
    });
  }

  for (const cell of ["abc", "NaN", "1e999", "-Infinity", "0x10", "1_000", "1 000", "?", "1e", ".", "+", "12%"]) {
    it(`refuses the feature "${cell}" with DATA_NOT_NUMERIC`, async function () {
      const error = await expectCorexError(
        () => tableSamples(parseCsv(`a,b\n1,x\n${cell},y`), { target: "b" }),
        "DATA_NOT_NUMERIC",
        `line 3: "${cell}" in column "a" is not a finite decimal number; ignore the column or correct the cell`,
        "after-change",
      );
      expect(error.details).to.deep.equal({ line: 3, column: "a", value: cell });
    });
  }

  it("accepts 64 classes", function () {
    const csv = `a,b\n${Array.from({ length: 64 }, (_, i) => `1,c${i}`).join("\n")}`;
    expect(tableSamples(parseCsv(csv), { target: "b" }).classes).to.have.length(64);
  });
});
