import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { writeInput } from "./support/inputs.ts";

const ROWS = 250_000;
/** Of the old generation; each half of the young one may have a quarter of it. */
const HEAP_MEGABYTES = 24;
const PEAK_MEGABYTES = 250;

// prepareDataset, memory
// └── it prepares a file larger than its heap, far below the size of file and heap together with what a library brings
describe("prepareDataset, memory", function () {
  const folder = temporaryFolder();

  it("prepares a file of 13 MB, whose records would not fit into its heap of 24 MB", async function () {
    this.timeout(60_000);
    const row = (index: number): string =>
      `${index},${index * 7}.25,-${index % 1000}.5,${index % 97}.003,${index}.125,c${index % 5}`;
    const rows = Array.from({ length: ROWS }, (_, index) => row(index)).join("\n");
    const input = await writeInput(folder(), "large.csv", `a,b,c,d,e,class\n${rows}\n`);
    const child = join(import.meta.dirname, "support", "prepare-child.ts");
    const heap = [`--max-old-space-size=${HEAP_MEGABYTES}`, `--max-semi-space-size=${HEAP_MEGABYTES / 4}`];
    const args = [...heap, child, input, join(folder(), "store")];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { peak, rows: prepared } = JSON.parse(stdout) as { peak: number; rows: number };
    expect(prepared).to.equal(ROWS);
    expect(peak / 1e6).to.be.below(PEAK_MEGABYTES);
  });
});
