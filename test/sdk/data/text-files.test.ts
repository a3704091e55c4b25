import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { listTextFiles } from "../../../packages/sdk/src/data/text-files.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { temporaryFolder } from "../store/support/temporary-folder.ts";
import { writeFiles } from "./support/write-files.ts";

const CLASSES = [
  { name: "script", extensions: [".js", ".ts"], excluded: [".min.js"] },
  { name: "markdown", extensions: [".md"] },
];

describe("listTextFiles", function () {
  const folder = temporaryFolder();

  async function list(limits: { minBytes?: number; maxBytes?: number; excludedFolders?: string[] } = {}) {
    const lists = await listTextFiles([folder()], CLASSES, { minBytes: 0, maxBytes: 100, ...limits });
    return lists.map((files) => files.map(({ path }) => path));
  }

  it("lists by class in code-unit order of the paths, with / on every system", async function () {
    writeFiles(folder(), { "b/a.js": "", "b.ts": "", "B/z.JS": "", "b/README.md": "", "b/x.json": "", "c.min.js": "" });
    expect(await list()).to.deep.equal([["B/z.JS", "b.ts", "b/a.js"], ["b/README.md"]]);
  });

  it("leaves out hidden entries, links, excluded folders and packages bound to a platform", async function () {
    writeFiles(folder(), {
      "kept/a.js": "",
      "kept/package.json": '{"name":"os","dependencies":{"cpu":"1"}}',
      "broken/a.js": "",
      "broken/package.json": "{",
      "native/a.js": "",
      "native/package.json": '{"os":["linux"]}',
      "native/deep/b.js": "",
      ".cache/a.js": "",
      ".hidden.js": "",
      "node/bin/a.js": "",
      "other/node/a.js": "",
    });
    symlinkSync(join(folder(), "kept"), join(folder(), "link"), "junction");
    expect((await list({ excludedFolders: ["node"] }))[0]).to.deep.equal([
      "broken/a.js",
      "kept/a.js",
      "other/node/a.js",
    ]);
  });

  it("keeps files whose size lies within the limits, both included", async function () {
    writeFiles(folder(), { "1.md": "1", "2.md": "22", "3.md": "333", "4.md": "4444" });
    expect((await list({ minBytes: 2, maxBytes: 3 }))[1]).to.deep.equal(["2.md", "3.md"]);
  });

  it("fails with DATA_MISSING_ROOT when a root is no folder", async function () {
    const missing = join(folder(), "nowhere");
    await expectCorexError(
      () => listTextFiles([missing], CLASSES, { minBytes: 0, maxBytes: 1 }),
      "DATA_MISSING_ROOT",
      `cannot list the text files of ${missing}: it is not a readable folder`,
      "after-change",
    );
  });
});
