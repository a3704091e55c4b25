import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import fc from "fast-check";

import { contentIdOf, type ContentId } from "../../../packages/sdk/src/store/content-id.ts";
import { DirectoryStore } from "../../../packages/sdk/src/store/directory-store.ts";
import { blob } from "./support/blob.ts";
import { expectCorexError } from "./support/expect-corex-error.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const BYTES = new TextEncoder().encode("one batch of samples");

function pathOf(root: string, id: ContentId): string {
  return join(root, id.slice(-3, -1), id);
}

// DirectoryStore
// ├── put
// │   ├── it stores the bytes under their id and leaves no temporary file
// │   ├── when the bytes are stored already, it leaves the file alone
// │   ├── when the stored file is corrupted, it replaces the file
// │   ├── when the store cannot be written, it fails with STORE_WRITE_FAILED
// │   └── when processes write the same bytes at once, every one succeeds
// ├── get
// │   ├── when nothing is stored, it fails with STORE_NOT_FOUND
// │   ├── when the file is corrupted or cut, it fails with STORE_DIGEST_MISMATCH and leaves the file
// │   └── when the id is not an id, it fails with STORE_INVALID_ID
// └── has
//     └── it says whether something is stored
describe("DirectoryStore", function () {
  const folder = temporaryFolder();

  describe("put", function () {
    it("stores any bytes under their id", async function () {
      const store = new DirectoryStore(folder());
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
          const id = await store.put(bytes);
          expect(id).to.equal(contentIdOf(bytes));
          expect(await store.get(id)).to.deep.equal(bytes);
        }),
        { numRuns: 30 },
      );
      expect(await readdir(join(folder(), ".incoming"))).to.deep.equal([]);
    });

    it("leaves the file alone when the bytes are stored already", async function () {
      const store = new DirectoryStore(folder());
      const id = await store.put(BYTES);
      const before = await stat(pathOf(folder(), id), { bigint: true });
      expect(await new DirectoryStore(folder()).put(BYTES)).to.equal(id);
      const after = await stat(pathOf(folder(), id), { bigint: true });
      expect([after.ino, after.mtimeNs]).to.deep.equal([before.ino, before.mtimeNs]);
    });

    it("replaces a corrupted file", async function () {
      const store = new DirectoryStore(folder());
      const id = await store.put(BYTES);
      await writeFile(pathOf(folder(), id), "something else");
      expect(await store.put(BYTES)).to.equal(id);
      expect(await store.get(id)).to.deep.equal(BYTES);
    });

    it("fails with STORE_READ_FAILED when a folder lies in the place of the file", async function () {
      const store = new DirectoryStore(folder());
      const id = contentIdOf(BYTES);
      // A folder in the place of the file: no rename can replace it.
      await mkdir(join(pathOf(folder(), id), "occupied"), { recursive: true });
      const error = await expectCorexError(
        () => store.put(BYTES),
        "STORE_READ_FAILED",
        /cannot read .*EISDIR/,
        "later",
      );
      expect(error.details.path).to.equal(pathOf(folder(), id));
    });

    it("accepts concurrent writers from several processes", async function () {
      this.timeout(30_000);
      const count = 12;
      const script = join(import.meta.dirname, "support", "put-many.ts");
      const runs = await Promise.all(
        Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, [script, folder(), String(count)])),
      );
      const expected = Array.from({ length: count }, (_, index) => contentIdOf(blob(index)));
      for (const { stdout } of runs) expect(JSON.parse(stdout)).to.deep.equal(expected);

      const store = new DirectoryStore(folder());
      for (const [index, id] of expected.entries()) expect(await store.get(id)).to.deep.equal(blob(index));
      expect(await readdir(join(folder(), ".incoming"))).to.deep.equal([]);
    });

    it("never shows a reader half a file", async function () {
      const store = new DirectoryStore(folder());
      const bytes = blob(7);
      const id = contentIdOf(bytes);
      const writing = Promise.all(Array.from({ length: 8 }, () => new DirectoryStore(folder()).put(bytes)));
      let done = false;
      void writing.then(() => (done = true));
      while (!done) {
        if (await store.has(id)) expect((await store.get(id)).length).to.equal(bytes.length);
        else await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await writing).to.deep.equal(Array<ContentId>(8).fill(id));
    });
  });

  describe("get", function () {
    it("fails with STORE_NOT_FOUND when nothing is stored", async function () {
      const id = contentIdOf(BYTES);
      const error = await expectCorexError(
        () => new DirectoryStore(folder()).get(id),
        "STORE_NOT_FOUND",
        `nothing is stored under ${id} (looked at ${pathOf(folder(), id)})`,
        "later",
      );
      expect(error.details).to.deep.equal({ id, path: pathOf(folder(), id) });
    });

    for (const [what, corrupt] of [
      [
        "one flipped bit",
        async (path: string) => {
          const bytes = await readFile(path);
          bytes[3] = (bytes[3] ?? 0) ^ 1;
          await writeFile(path, bytes);
        },
      ],
      ["a cut end", (path: string) => truncate(path, 5)],
      ["no bytes at all", (path: string) => truncate(path, 0)],
    ] as const) {
      it(`fails with STORE_DIGEST_MISMATCH on ${what} and leaves the file in place`, async function () {
        const store = new DirectoryStore(folder());
        const id = await store.put(BYTES);
        const path = pathOf(folder(), id);
        await corrupt(path);
        const actual = contentIdOf(await readFile(path));

        await expectCorexError(
          () => store.get(id),
          "STORE_DIGEST_MISMATCH",
          `${path} is corrupted: expected ${id}, its bytes hash to ${actual}`,
          "after-change",
        );
        expect(contentIdOf(await readFile(path))).to.equal(actual);
      });
    }

    it("refuses text that is not an id before it touches the disk", async function () {
      const store = new DirectoryStore(folder());
      await expectCorexError(
        () => store.get("../secret" as ContentId),
        "STORE_INVALID_ID",
        /"\.\.\/secret" is no content id/,
      );
    });

    it("fails with STORE_READ_FAILED when the file cannot be read", async function () {
      const store = new DirectoryStore(folder());
      const id = contentIdOf(BYTES);
      await mkdir(pathOf(folder(), id), { recursive: true });
      await expectCorexError(() => store.get(id), "STORE_READ_FAILED", /cannot read .*EISDIR/, "later");
    });
  });

  describe("has", function () {
    it("says whether something is stored", async function () {
      const store = new DirectoryStore(folder());
      expect(await store.has(contentIdOf(BYTES))).to.equal(false);
      expect(await store.has(await store.put(BYTES))).to.equal(true);
    });
  });

  describe("when the store cannot be written", function () {
    it("put fails with STORE_WRITE_FAILED and names the target", async function () {
      // A file where the store needs a folder: refused for every user, root included.
      await writeFile(join(folder(), ".incoming"), "");
      const id = contentIdOf(BYTES);
      const path = pathOf(folder(), id);
      const error = await expectCorexError(
        () => new DirectoryStore(folder()).put(BYTES),
        "STORE_WRITE_FAILED",
        /^cannot store bafkrei\w+ at .*: (EEXIST|ENOTDIR)/,
        "later",
      );
      expect(error.details).to.deep.equal({ id, path, bytes: BYTES.length });
    });
  });
});
