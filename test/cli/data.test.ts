import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { repositoryRoot } from "@corex/sdk/circuits/manifest";
import { contentIdToBytes32, parseContentId } from "@corex/sdk/store/content-id";

import { temporaryFolder } from "../sdk/store/support/temporary-folder.ts";
import { CSV, writeInput } from "../sdk/prepare/support/inputs.ts";
import { IpfsServer } from "../support/ipfs-server.ts";
import { withInterrupt } from "./support/interrupt.ts";
import { runMain, type Result } from "./support/run-main.ts";

const CLI = join(repositoryRoot(), "packages/cli/src/cli.ts");
const RECIPE = { kind: "corex/recipe", version: 1, seed: "cli", data: "table", format: "csv", target: "kind" };

// corex data
// ├── as a process: prepares, verifies and publishes with exit code 0; 1 for bad input
// ├── prepare: prints the manifest and progress; with --quiet nothing else; 2 for a bad recipe, 1 for bad input
// ├── prepare, interrupted: exit code 1 and no manifest; the same command finishes it
// ├── verify: accepts what is stored and the raw input; 1 and the file for another input
// └── publish: copies to an IPFS node, reads back, and prints the terms; 2 for a bad price, licence or parent
describe("corex data", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let input: string;
  let recipeFile: string;
  let licence: string;
  let store: string;

  beforeEach(async function () {
    input = await writeInput(folder(), "a.csv", CSV);
    recipeFile = await writeInput(folder(), "recipe.json", JSON.stringify(RECIPE));
    licence = await writeInput(folder(), "LICENCE", "Everyone may use it.\n");
    store = `dir:${join(folder(), "store")}`;
  });

  const corex = (...args: readonly string[]): Promise<Result> => runMain(["data", ...args, "--store", store]);
  const prepareArgs = (): string[] => ["prepare", "--recipe", recipeFile, "--input", input];

  async function prepare(): Promise<string> {
    return manifestOf(await corex(...prepareArgs(), "--quiet"));
  }

  describe("as a process", function () {
    function start(...args: readonly string[]): Promise<{ code: number | string; stdout: string; stderr: string }> {
      return new Promise((resolve) => {
        execFile(process.execPath, [CLI, "data", ...args], { cwd: folder() }, (error, stdout, stderr) =>
          resolve({ code: error?.code ?? 0, stdout, stderr }),
        );
      });
    }

    it("prepares, verifies and publishes in the folder it is started in, each with exit code 0", async function () {
      const prepared = await start("prepare", "--recipe", "recipe.json", "--input", "a.csv", "--store", "dir:store");
      expect(prepared.code).to.equal(0);
      expect(prepared.stderr).to.match(/^measuring: 50 %.*\nworking: 100 %.*\n$/);
      const manifest = manifestOf(prepared);
      const verified = await start("verify", manifest, "--input", "a.csv", "--store", "dir:store", "--quiet");
      expect(verified).to.include({ code: 0, stderr: "" });
      expect(JSON.parse(verified.stdout)).to.include({ event: "verified", manifest, fromRaw: true });
      const terms = ["--licence", "LICENCE", "--price", "1.5"];
      const published = await start("publish", manifest, ...terms, "--store", "dir:store", "--quiet");
      expect(published).to.include({ code: 0, stderr: "" });
      expect(JSON.parse(published.stdout)).to.include({ event: "stored", manifest });
    });

    it("exits with 1 for bad input", async function () {
      await writeFile(input, "height,kind\n1\n");
      const bad = await start("prepare", "--recipe", "recipe.json", "--input", "a.csv", "--store", "dir:store");
      expect(bad).to.include({ code: 1, stdout: "" });
      expect(bad.stderr).to.match(/line 2: no cell for column "kind".*DATA_MISSING_CELL/);
    });
  });

  it("prepare prints the manifest on standard output and progress on standard error", async function () {
    const loud = await corex(...prepareArgs());
    expect(loud.code).to.equal(0);
    expect(JSON.parse(loud.stdout)).to.include({ event: "prepared", rows: 4, width: 2, shards: 1 });
    expect(loud.stderr).to.match(/^measuring: 50 %.*\nworking: 100 %.*\n$/);
    expect(await corex(...prepareArgs(), "--quiet")).to.deep.equal({ code: 0, stdout: loud.stdout, stderr: "" });
  });

  it("prepare exits with 2 for a bad recipe and with 1 for bad input", async function () {
    await writeFile(recipeFile, JSON.stringify({ ...RECIPE, shards: 3 }));
    const misconfigured = await corex(...prepareArgs());
    expect(misconfigured).to.include({ code: 2, stdout: "" });
    expect(misconfigured.stderr).to.match(/recipe\.shards is 3, expected no such field.*DATA_RECIPE_INVALID/);
    const missing = await corex("prepare", "--recipe", join(folder(), "nothing.json"), "--input", input);
    expect(missing).to.include({ code: 2 });
    await writeFile(recipeFile, JSON.stringify(RECIPE));
    await writeFile(input, "height,kind\n1\n");
    const bad = await corex(...prepareArgs());
    expect(bad).to.include({ code: 1, stdout: "" });
    expect(bad.stderr).to.match(/line 2: no cell for column "kind".*DATA_MISSING_CELL/);
  });

  it("prepare stops at SIGINT without a manifest, and the same command finishes", async function () {
    const rows = Array.from({ length: 40_000 }, (_, row) => `${row},${row}.5,${row % 2 === 0 ? "cat" : "dog"}`);
    await writeFile(input, `height,weight,kind\n${rows.join("\n")}\n`);
    const listeners = process.listenerCount("SIGINT");
    const stopped = await withInterrupt((interrupt) =>
      runMain(["data", ...prepareArgs(), "--store", store], { onStderr: interrupt }),
    );
    expect(stopped).to.include({ code: 1, stdout: "" });
    expect(stopped.stderr).to.match(/^measuring: 5 %.*\n.*DATA_ABORTED, retry: later/);
    expect(process.listenerCount("SIGINT")).to.equal(listeners);
    const stored = await readdir(join(folder(), "store")).catch(() => []);
    expect(stored.filter((name) => name !== "blocks")).to.deep.equal([]);
    expect(await corex("verify", await prepare(), "--input", input, "--quiet")).to.include({ code: 0 });
  });

  it("verify accepts what is stored and the raw input, and names another input", async function () {
    const manifest = await prepare();
    const verified = await corex("verify", manifest, "--input", input);
    expect(verified.code).to.equal(0);
    expect(JSON.parse(verified.stdout)).to.include({ event: "verified", manifest, fromRaw: true });
    await writeFile(input, CSV.replace("40", "41"));
    const other = await corex("verify", manifest, "--input", input);
    expect(other).to.include({ code: 1, stdout: "" });
    expect(other.stderr).to.match(/raw file input has the SHA-256.*DATA_VERIFY_MISMATCH/);
    expect(await corex("verify", "hello")).to.include({ code: 1 });
  });

  it("publish copies to an IPFS node, reads back, and prints the terms", async function () {
    const server = await IpfsServer.start(join(folder(), "server"));
    try {
      const manifest = await prepare();
      const terms = ["--licence", licence, "--price", "1.5"];
      const published = await corex("publish", manifest, ...terms, "--to", server.url, "--quiet");
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
      store = server.url;
      expect(await corex("verify", manifest, "--quiet")).to.include({ code: 0 });
      server.fault = "corrupt";
      expect(await corex("publish", manifest, ...terms, "--quiet")).to.include({ code: 1, stdout: "" });
    } finally {
      await server.stop();
    }
  });

  it("publish exits with 2 for a bad price, licence or parent", async function () {
    const manifest = await prepare();
    for (const [flags, message] of [
      [["--licence", licence, "--price", "-1"], /--price is "-1"/],
      [["--licence", licence, "--price", "99999999999999"], /--price/],
      [["--licence", join(folder(), "nothing"), "--price", "1"], /cannot read the licence .*nothing/],
      [["--licence", licence, "--price", "1", "--parent", "0x12"], /--parent is "0x12"/],
    ] as const) {
      const refused = await corex("publish", manifest, ...flags);
      expect(refused).to.include({ code: 2, stdout: "" });
      expect(refused.stderr).to.match(message);
    }
  });
});

function manifestOf({ stdout }: { readonly stdout: string }): string {
  return (JSON.parse(stdout) as { manifest: string }).manifest;
}
