import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { repositoryRoot } from "@corex/sdk/circuits/manifest";
import { contentIdToBytes32, parseContentId } from "@corex/sdk/store/content-id";

import { temporaryFolder } from "../sdk/store/support/temporary-folder.ts";
import { CSV, writeInput } from "../sdk/prepare/support/inputs.ts";
import { IpfsServer } from "../support/ipfs-server.ts";

const CLI = join(repositoryRoot(), "packages/cli/src/cli.ts");
const RECIPE = { kind: "corex/recipe", version: 1, seed: "cli", data: "table", format: "csv", target: "kind" };

interface Result {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

// corex data
// ├── prepare: prints the manifest and progress; with --quiet nothing else; 2 for a bad recipe, 1 for bad input
// ├── prepare, interrupted: exit code 1 and no manifest; the same command finishes it
// ├── verify: accepts what is stored and the raw input; 1 and the file for another input
// └── publish: copies to an IPFS node, reads back, and prints the terms; 2 for a bad price, licence or parent
describe("corex data", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let input: string;
  let recipeFile: string;

  beforeEach(async function () {
    input = await writeInput(folder(), "a.csv", CSV);
    recipeFile = await writeInput(folder(), "recipe.json", JSON.stringify(RECIPE));
    await writeInput(folder(), "LICENCE", "Everyone may use it.\n");
  });

  function corex(...args: readonly string[]): Promise<Result> {
    return new Promise((resolve) => {
      const options = { cwd: folder() };
      execFile(process.execPath, [CLI, "data", ...args], options, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
  }

  async function prepare(): Promise<string> {
    const { stdout } = await corex(
      "prepare",
      "--recipe",
      recipeFile,
      "--input",
      input,
      "--store",
      "dir:store",
      "--quiet",
    );
    return (JSON.parse(stdout) as { manifest: string }).manifest;
  }

  it("prepare prints the manifest on standard output and progress on standard error", async function () {
    const loud = await corex("prepare", "--recipe", recipeFile, "--input", input, "--store", "dir:store");
    expect(loud.code).to.equal(0);
    expect(JSON.parse(loud.stdout)).to.include({ event: "prepared", rows: 4, width: 2, shards: 1 });
    expect(loud.stderr).to.match(/^measuring: 50 %.*\nworking: 100 %.*\n$/);
    const quiet = await corex("prepare", "--recipe", recipeFile, "--input", input, "--store", "dir:store", "--quiet");
    expect(quiet).to.deep.equal({ code: 0, stdout: loud.stdout, stderr: "" });
  });

  it("prepare exits with 2 for a bad recipe and with 1 for bad input", async function () {
    await writeFile(recipeFile, JSON.stringify({ ...RECIPE, shards: 3 }));
    const misconfigured = await corex("prepare", "--recipe", recipeFile, "--input", input);
    expect(misconfigured).to.include({ code: 2, stdout: "" });
    expect(misconfigured.stderr).to.match(/recipe\.shards is 3, expected no such field.*DATA_RECIPE_INVALID/);
    const missing = await corex("prepare", "--recipe", "nothing.json", "--input", input);
    expect(missing).to.include({ code: 2 });
    await writeFile(recipeFile, JSON.stringify(RECIPE));
    await writeFile(input, "height,kind\n1\n");
    const bad = await corex("prepare", "--recipe", recipeFile, "--input", input);
    expect(bad).to.include({ code: 1, stdout: "" });
    expect(bad.stderr).to.match(/line 2: no cell for column "kind".*DATA_MISSING_CELL/);
  });

  it("prepare stops at SIGINT without a manifest, and the same command finishes", async function () {
    const rows = Array.from({ length: 400_000 }, (_, row) => `${row},${row}.5,${row % 2 === 0 ? "cat" : "dog"}`).join(
      "\n",
    );
    await writeFile(input, `height,weight,kind\n${rows}\n`);
    const args = [CLI, "data", "prepare", "--recipe", recipeFile, "--input", input, "--store", `dir:${folder()}/store`];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (stderr === "") child.kill("SIGINT");
      stderr += text;
    });
    const [code] = (await once(child, "close")) as [number];
    expect(code).to.equal(1);
    expect(stderr).to.match(/DATA_ABORTED, retry: later/);
    const stored = await readdir(join(folder(), "store")).catch(() => []);
    expect(stored.filter((name) => name !== "blocks")).to.deep.equal([]);
    expect(await corex("verify", await prepare(), "--store", "dir:store", "--input", input, "--quiet")).to.include({
      code: 0,
    });
  });

  it("verify accepts what is stored and the raw input, and names another input", async function () {
    const manifest = await prepare();
    const verified = await corex("verify", manifest, "--store", "dir:store", "--input", input);
    expect(verified.code).to.equal(0);
    expect(JSON.parse(verified.stdout)).to.include({ event: "verified", manifest, fromRaw: true });
    await writeFile(input, CSV.replace("40", "41"));
    const other = await corex("verify", manifest, "--store", "dir:store", "--input", input);
    expect(other).to.include({ code: 1, stdout: "" });
    expect(other.stderr).to.match(/raw file input has the SHA-256.*DATA_VERIFY_MISMATCH/);
    expect(await corex("verify", "hello", "--store", "dir:store")).to.include({ code: 1 });
  });

  it("publish copies to an IPFS node, reads back, and prints the terms", async function () {
    const server = await IpfsServer.start(join(folder(), "server"));
    try {
      const manifest = await prepare();
      const terms = ["--licence", "LICENCE", "--price", "1.5"];
      const published = await corex(
        "publish",
        manifest,
        ...terms,
        "--store",
        "dir:store",
        "--to",
        server.url,
        "--quiet",
      );
      expect(published).to.include({ code: 0, stderr: "" });
      const line = JSON.parse(published.stdout) as { licence: string; terms: Record<string, unknown> };
      expect(line.terms).to.include({
        manifest: contentIdToBytes32(parseContentId(manifest)),
        licence: contentIdToBytes32(parseContentId(line.licence)),
        price: "1500000000000000000",
        shards: 1,
        rows: "4",
        parent: `0x${"0".repeat(64)}`,
      });
      expect(await corex("verify", manifest, "--store", server.url, "--quiet")).to.include({ code: 0 });
      server.fault = "corrupt";
      const lied = await corex("publish", manifest, ...terms, "--store", server.url, "--quiet");
      expect(lied).to.include({ code: 1, stdout: "" });
    } finally {
      await server.stop();
    }
  });

  it("publish exits with 2 for a bad price, licence or parent", async function () {
    const manifest = await prepare();
    for (const [flags, message] of [
      [["--licence", "LICENCE", "--price", "-1"], /--price is "-1"/],
      [["--licence", "LICENCE", "--price", "99999999999999"], /--price/],
      [["--licence", "nothing", "--price", "1"], /cannot read the licence nothing/],
      [["--licence", "LICENCE", "--price", "1", "--parent", "0x12"], /--parent is "0x12"/],
    ] as const) {
      const refused = await corex("publish", manifest, ...flags, "--store", "dir:store");
      expect(refused).to.include({ code: 2, stdout: "" });
      expect(refused.stderr).to.match(message);
    }
  });
});
