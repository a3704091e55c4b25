import { expect } from "chai";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { standardize } from "../../../packages/sdk/src/data/standardize.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { execute } from "../../../packages/sdk/src/work/execute.ts";
import { applyRecipe, type RecipeStep } from "../../../packages/sdk/src/work/recipe.ts";
import { writeRows } from "../../../packages/sdk/src/work/work-input.ts";
import { WORK_KIND } from "../../../packages/sdk/src/work/work-kind.ts";
import { caught } from "../math/support/caught.ts";
import { sampleContext } from "./support/sample-work.ts";

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const rows = fc.array(fc.array(number, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 6 });

// applyRecipe
// ├── it standardises and clips as the preparation of datasets does
// ├── it selects columns, and shuffles rows by seed and fragment
// ├── it never makes a number that is none
// └── when the rows do not fit
//     └── it throws WORK_INPUT_INVALID
describe("work.applyRecipe", function () {
  it("standardises and clips as the preparation of datasets does", function () {
    const statistics = { means: [1.5, -2], stds: [0.1, 0] };
    const steps: RecipeStep[] = [
      { type: "standardise", ...statistics },
      { type: "clip", min: -4, max: 4 },
    ];
    fc.assert(
      fc.property(rows, (raw) => {
        expect(applyRecipe(raw, steps, 0)).to.deep.equal(raw.map((row) => standardize(row, statistics)));
      }),
    );
  });

  it("selects columns in the order asked for, also twice", function () {
    expect(applyRecipe([[1, 2, 3]], [{ type: "select", columns: [2, 0, 2] }], 0)).to.deep.equal([[3, 1, 3]]);
  });

  it("shuffles by seed and fragment, and loses no row", function () {
    const raw = Array.from({ length: 50 }, (_, i) => [i]);
    const order = (seed: string, fragment: number) => applyRecipe(raw, [{ type: "shuffle", seed }], fragment).flat();
    expect(order("a", 0)).to.deep.equal(order("a", 0));
    expect(order("a", 0)).to.not.deep.equal(order("a", 1));
    expect(order("a", 0)).to.not.deep.equal(order("b", 0));
    expect(order("a", 0).toSorted((x, y) => x - y)).to.deep.equal(raw.flat());
  });

  it("refuses rows without a column, or of another width than the statistics", function () {
    const select: RecipeStep = { type: "select", columns: [0, 5] };
    const standardise: RecipeStep = { type: "standardise", means: [0], stds: [1] };
    for (const [step, message] of [
      [select, /2 columns have no column 5/],
      [standardise, /2 columns do not fit statistics of 1/],
    ] as const) {
      const error = caught(() => applyRecipe([[1, 2]], [step], 0));
      expect(error.code).to.equal("WORK_INPUT_INVALID");
      expect(error.message).to.match(message);
    }
  });
});

// execute
// ├── it rounds half up
// └── it saturates whatever finite rows become
describe("work.preprocessing", function () {
  let folder: string;
  let store: DirectoryStore;

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "corex-preprocessing-"));
    store = new DirectoryStore(folder);
  });

  after(function () {
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(raw: number[][], steps: RecipeStep[]): Promise<string[][]> {
    const spec = { work: "preprocessing", maxResultBytes: 10_000, bits: 8, fraction: 2, steps } as const;
    const result = await execute(WORK_KIND.preprocessing, spec, writeRows(raw), sampleContext(store));
    return (JSON.parse(new TextDecoder().decode(result)) as { rows: string[][] }).rows;
  }

  it("rounds half up and saturates", async function () {
    const values = [0.125, -0.125, 0.124, 31.75, 31.9, 1e300, -32, -33, -1e300];
    expect(await run([values], [])).to.deep.equal([["1", "0", "0", "127", "127", "127", "-128", "-128", "-128"]]);
  });

  it("has a result for whatever finite rows and statistics there are", async function () {
    const std = fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 });
    const pair = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 2, maxLength: 2 });
    const noMinusZero = (x: number): number => x + 0;
    const property = fc.asyncProperty(rows, pair(number), pair(std), async (raw, means, stds) => {
      const steps: RecipeStep[] = [
        { type: "standardise", means, stds },
        { type: "standardise", means, stds },
      ];
      const values = await run(
        raw.map((row) => row.map(noMinusZero)),
        steps,
      );
      for (const value of values.flat()) expect(Number(value)).to.be.within(-128, 127);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
