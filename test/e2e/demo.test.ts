import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createPrng } from "@corex/sdk/data/prng";

import { runScript } from "./support/run-script.ts";

// npm run demo
// ├── when the command line is wrong
// │   └── it names the option, shows the usage, and starts nothing
// ├── when the table is wrong
// │   └── it names line, column and value
// └── when given a table
//     └── it trains on chain through real processes, in chains and in rounds, checks every figure, and exits 0
describe("npm run demo", function () {
  let folder: string;

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "corex-demo-"));
  });

  after(async function () {
    await rm(folder, { recursive: true });
  });

  describe("when the command line is wrong", function () {
    const cases = [
      { args: ["--nodes", "0"], says: '--nodes is "0"' },
      { args: ["--steps", "many"], says: '--steps is "many"' },
      { args: ["--rounds", "51"], says: '--rounds is "51"' },
      { args: ["--data", "table.csv"], says: "--data FILE.csv and --target COLUMN belong together" },
      { args: ["--data", "nowhere.csv", "--target", "x"], says: "there is no file nowhere.csv" },
      { args: ["--scene", "opera"], says: '--scene is "opera", expected one or more of labelling' },
      { args: ["--speed"], says: "--speed" },
    ];
    for (const { args, says } of cases) {
      it(`says: ${says}`, async function () {
        const { code, output } = await runScript("scripts/demo/main.ts", args);
        expect(code).to.equal(1);
        expect(output).to.contain(says).and.to.contain("Usage: npm run demo");
        expect(output).not.to.contain("Compiling");
      });
    }
  });

  describe("when the table is wrong", function () {
    it("names line, column and value, and starts no chain", async function () {
      const file = join(folder, "bad.csv");
      await writeFile(file, "size,kind\n1,a\ntwo,b\n3,a\n");
      const { code, output } = await runScript("scripts/demo/main.ts", ["--data", file, "--target", "kind"]);
      expect(code).to.equal(1);
      expect(output).to.match(/line 3: "two" in column "size".*\[DATA_NOT_NUMERIC\]/);
      expect(output).not.to.contain("Starting chain");
    });
  });

  describe("when given a table", function () {
    it("trains on chain through real processes, in chains and in rounds, checks every figure, and exits 0", async function () {
      this.timeout(900_000);
      const file = join(folder, "plants.csv");
      await writeFile(file, plants());
      const table = ["--data", file, "--target", "species", "--ignore", "id"];
      const { code, output } = await runScript("scripts/demo/main.ts", [
        ...table,
        ...["--nodes", "2", "--steps", "1", "--rounds", "1"],
      ]);
      expect(code, output).to.equal(0);
      // 18 steps, 4 gradients, their step, 3 evaluations; on a slow machine a round may go on without one gradient.
      expect(output).to.match(/ 2[56]\/26 /);
      expect(output).to.match(/round 0: [34] gradients and the step over them computed again: the same commitments/);
      expect(output).to.match(
        /the registry's accuracy of the perceptron is the proved one: \d+ of 24 samples in 3 shards/,
      );
      expect(output).to.contain("2 classes (oak, rose), 2 features");
      expect(output).to.match(/All \d+ checks hold/);
      expect(output).not.to.contain("FAIL");
      for (const name of ["node 1", "node 2"]) {
        expect(output).to.contain(`${name}: what it holds, staked and sold is fees + rewards`);
      }
    });
  });
});

/** Two species that two measurements tell apart; the same table every time. */
function plants(): string {
  const prng = createPrng("plants");
  const noise = () => (prng.below(2_001) - 1_000) / 1_000;
  const rows = Array.from({ length: 96 }, (_, id) => {
    const oak = id % 2 === 0;
    const height = (oak ? 12 : 4) + 3 * noise();
    const width = (oak ? 3 : 2) + noise();
    return `${id},${height.toFixed(3)},${width.toFixed(3)},${oak ? "oak" : "rose"}`;
  });
  return ["id,height,width,species", ...rows, ""].join("\n");
}
