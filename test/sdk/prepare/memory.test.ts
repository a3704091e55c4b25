import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import { parquetWriteBuffer } from "hyparquet-writer";

import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { writeInput } from "./support/inputs.ts";

const ROWS = 150_000;
/** Of the old generation; each half of the young one may have a quarter of it. */
const HEAP_MEGABYTES = 24;
/** What the libraries take before anything is read is about 125 MB of it. */
const PEAK_MEGABYTES = 200;

// prepareDataset, memory
// ├── CSV: it prepares a file of which the records would not fit into its heap
// └── Parquet: it prepares a file in the same memory, one group at a time
describe("prepareDataset, memory", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  async function prepareInChild(format: string, input: string): Promise<{ peak: number; rows: number }> {
    const child = join(import.meta.dirname, "support", "prepare-child.ts");
    const heap = [`--max-old-space-size=${HEAP_MEGABYTES}`, `--max-semi-space-size=${HEAP_MEGABYTES / 4}`];
    const args = [...heap, child, format, input, join(folder(), "store")];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return JSON.parse(stdout) as { peak: number; rows: number };
  }

  it("prepares a CSV of 8 MB, whose records would not fit into its heap of 24 MB", async function () {
    const row = (index: number): string =>
      `${index},${index * 7}.25,-${index % 1000}.5,${index % 97}.003,${index}.125,c${index % 5}`;
    const rows = Array.from({ length: ROWS }, (_, index) => row(index)).join("\n");
    const input = await writeInput(folder(), "large.csv", `a,b,c,d,e,class\n${rows}\n`);
    const { peak, rows: prepared } = await prepareInChild("csv", input);
    expect(prepared).to.equal(ROWS);
    expect(peak / 1e6).to.be.below(PEAK_MEGABYTES);
  });

  it("prepares a Parquet file of 10 MB, in groups of 5 MB, in the same memory", async function () {
    const names = [..."abcdefgh"];
    const data = Float64Array.from({ length: ROWS }, (_, row) => Math.sqrt(row));
    const kind = Array.from({ length: ROWS }, (_, row) => `c${row % 5}`);
    const columnData = [
      ...names.map((name) => ({ name, data, type: "DOUBLE" as const })),
      { name: "class", data: kind, type: "STRING" as const },
    ];
    const bytes = parquetWriteBuffer({ columnData, rowGroupSize: ROWS / 2 });
    const input = await writeInput(folder(), "large.parquet", new Uint8Array(bytes));
    const { peak, rows } = await prepareInChild("parquet", input);
    expect(rows).to.equal(ROWS);
    expect(peak / 1e6).to.be.below(PEAK_MEGABYTES);
  });
});
