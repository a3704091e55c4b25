import { mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { parseBlockCid, type BlockCid } from "@corex/sdk/store/block-cid";
import { MAX_BLOCK_BYTES, type BlockStore } from "@corex/sdk/store/block-store";
import { contentIdOf } from "@corex/sdk/store/content-id";
import { DirectoryBlockStore } from "@corex/sdk/store/directory-block-store";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { IpfsHttpBlockStore } from "@corex/sdk/store/ipfs-http-block-store";
import { IpfsHttpStore } from "@corex/sdk/store/ipfs-http-store";
import { openStore } from "@corex/sdk/store/open-store";

import { IpfsServer } from "../../support/ipfs-server.ts";
import { expectCorexError } from "./support/expect-corex-error.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const HELLO = new TextEncoder().encode("hello world\n");
/** What `ipfs add --cid-version=1` answers for it, everywhere. */
const HELLO_CID = parseBlockCid("bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4");
/** The empty UnixFS directory: two bytes of dag-pb. */
const EMPTY_DIRECTORY = new Uint8Array([0x0a, 0x02, 0x08, 0x01]);
const EMPTY_DIRECTORY_CID = parseBlockCid("bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354");

// Block stores
// ├── shared behaviour of DirectoryBlockStore and IpfsHttpBlockStore
// │   ├── it keeps raw and dag-pb blocks under the CIDs that IPFS gives them
// │   ├── it refuses bytes that are not those of the CID, and stores nothing
// │   ├── it refuses a block above the limit
// │   ├── it fails with STORE_NOT_FOUND for a block that is not there
// │   └── it refuses what is no CID of a block
// ├── DirectoryBlockStore
// │   ├── when a file is corrupted or cut, get fails and leaves it; put replaces it
// │   ├── when a file is larger than a block, get fails before reading it
// │   └── when the folder cannot be written, put fails with STORE_WRITE_FAILED
// ├── IpfsHttpBlockStore
// │   ├── when the server serves other bytes, get fails with STORE_DIGEST_MISMATCH
// │   ├── when the server answers another key, put fails with STORE_DIGEST_MISMATCH
// │   ├── when the answer is too large, it is cut off
// │   ├── when the server does not answer, it gives up
// │   ├── when the server refuses, it says why
// │   └── when there is no server, it fails with STORE_UNREACHABLE
// ├── IpfsHttpStore: put, get and has with checks
// └── openStore: a folder, a URL, or CONFIG_INVALID
describe("Block stores", function () {
  const folder = temporaryFolder();
  let server: IpfsServer;

  beforeEach(async function () {
    server = await IpfsServer.start(join(folder(), "server"));
  });

  afterEach(async function () {
    await server.stop();
  });

  function shouldBehaveLikeBlockStore(open: () => BlockStore): void {
    it("keeps raw and dag-pb blocks under the CIDs that IPFS gives them", async function () {
      const store = open();
      for (const [cid, bytes] of [
        [HELLO_CID, HELLO],
        [EMPTY_DIRECTORY_CID, EMPTY_DIRECTORY],
      ] as const) {
        expect(await store.has(cid)).to.equal(false);
        await store.put(cid, bytes);
        await store.put(cid, bytes);
        expect(await store.has(cid)).to.equal(true);
        expect(await store.get(cid)).to.deep.equal(bytes);
      }
    });

    it("refuses bytes that are not those of the CID, and stores nothing", async function () {
      const store = open();
      await expectCorexError(() => store.put(HELLO_CID, EMPTY_DIRECTORY), "STORE_DIGEST_MISMATCH", /corrupted/);
      expect(await store.has(HELLO_CID)).to.equal(false);
    });

    it("refuses a block above the limit", async function () {
      const bytes = new Uint8Array(MAX_BLOCK_BYTES + 1);
      const cid = parseBlockCid(contentIdOf(bytes));
      await expectCorexError(() => open().put(cid, bytes), "STORE_TOO_LARGE", /at most 2097152/);
    });

    it("fails with STORE_NOT_FOUND for a block that is not there", async function () {
      await expectCorexError(() => open().get(HELLO_CID), "STORE_NOT_FOUND", /bafkreifjj/, "later");
    });

    it("refuses what is no CID of a block", async function () {
      const escape = "../../etc/passwd" as BlockCid;
      for (const action of [(s: BlockStore) => s.get(escape), (s: BlockStore) => s.has(escape)]) {
        await expectCorexError(() => action(open()), "STORE_INVALID_ID", /no block id/);
      }
      await expectCorexError(() => open().put(escape, HELLO), "STORE_INVALID_ID", /no block id/);
    });
  }

  describe("DirectoryBlockStore", function () {
    const open = (): DirectoryBlockStore => new DirectoryBlockStore(join(folder(), "blocks"));
    const path = (cid: string): string => join(folder(), "blocks", cid.slice(-3, -1), cid);
    shouldBehaveLikeBlockStore(open);

    it("leaves a corrupted file as evidence, and replaces it with the right bytes", async function () {
      await open().put(HELLO_CID, HELLO);
      await writeFile(path(HELLO_CID), "jello world\n");
      await expectCorexError(() => open().get(HELLO_CID), "STORE_DIGEST_MISMATCH", /hash to bafkrei/, "after-change");
      expect(await readFile(path(HELLO_CID), "utf8")).to.equal("jello world\n");
      await open().put(HELLO_CID, HELLO);
      await truncate(path(HELLO_CID), 4);
      await expectCorexError(() => open().get(HELLO_CID), "STORE_DIGEST_MISMATCH", /hash to bafkrei/);
      await open().put(HELLO_CID, HELLO);
      expect(await open().get(HELLO_CID)).to.deep.equal(HELLO);
      expect(await readdir(join(folder(), "blocks", ".incoming"))).to.deep.equal([]);
    });

    it("does not read a file that is larger than a block", async function () {
      await open().put(HELLO_CID, HELLO);
      await truncate(path(HELLO_CID), MAX_BLOCK_BYTES + 1);
      await expectCorexError(() => open().get(HELLO_CID), "STORE_TOO_LARGE", /at most 2097152 are read/);
    });

    it("fails with STORE_WRITE_FAILED when the folder cannot be written", async function () {
      await mkdir(join(folder(), "blocks"), { recursive: true });
      await writeFile(join(folder(), "blocks", ".incoming"), "a file where the folder should be");
      await expectCorexError(() => open().put(HELLO_CID, HELLO), "STORE_WRITE_FAILED", /cannot store bafkrei/, "later");
    });
  });

  describe("IpfsHttpBlockStore", function () {
    const open = (): IpfsHttpBlockStore => new IpfsHttpBlockStore(`${server.url}/`, { timeoutMs: 2_000 });
    shouldBehaveLikeBlockStore(open);

    it("fails with STORE_DIGEST_MISMATCH when the server serves other bytes", async function () {
      await open().put(HELLO_CID, HELLO);
      server.fault = "corrupt";
      await expectCorexError(() => open().get(HELLO_CID), "STORE_DIGEST_MISMATCH", /127\.0\.0\.1.*corrupted/);
    });

    it("fails with STORE_DIGEST_MISMATCH when the server answers another key", async function () {
      server.fault = "lie";
      await expectCorexError(() => open().put(HELLO_CID, HELLO), "STORE_DIGEST_MISMATCH", /stored the block .* under/);
    });

    it("cuts off an answer that is larger than a block", async function () {
      server.fault = "huge";
      await expectCorexError(() => open().get(HELLO_CID), "STORE_TOO_LARGE", /more than 2097152 bytes/);
    });

    it("gives up when the server does not answer", async function () {
      server.fault = "silent";
      const store = new IpfsHttpBlockStore(server.url, { timeoutMs: 50 });
      await expectCorexError(() => store.get(HELLO_CID), "STORE_UNREACHABLE", /no answer within 50 ms/, "later");
    });

    it("says why the server refuses", async function () {
      server.fault = "refuse";
      await expectCorexError(
        () => open().put(HELLO_CID, HELLO),
        "STORE_WRITE_FAILED",
        /500 .*the disk is full/,
        "later",
      );
      await expectCorexError(() => open().get(HELLO_CID), "STORE_READ_FAILED", /the disk is full/, "later");
      await expectCorexError(() => open().has(HELLO_CID), "STORE_READ_FAILED", /the disk is full/, "later");
    });

    it("fails with STORE_UNREACHABLE when there is no server", async function () {
      const store = new IpfsHttpBlockStore("http://127.0.0.1:1");
      await expectCorexError(() => store.has(HELLO_CID), "STORE_UNREACHABLE", /cannot reach/, "later");
    });
  });

  describe("IpfsHttpStore", function () {
    it("puts, gets and finds content, with the checks of the block store", async function () {
      const store = new IpfsHttpStore(server.url);
      const id = await store.put(HELLO);
      expect(id).to.equal(HELLO_CID);
      expect(await store.has(id)).to.equal(true);
      expect(await store.get(id)).to.deep.equal(HELLO);
      await expectCorexError(() => store.get(id, 11), "STORE_TOO_LARGE", /12 bytes, at most 11/);
      server.fault = "corrupt";
      await expectCorexError(() => store.get(id), "STORE_DIGEST_MISMATCH", /corrupted/);
      expect(server.requests).to.include("/api/v0/block/put");
    });
  });

  describe("openStore", function () {
    it("opens a folder, with the blocks in a folder of their own", async function () {
      const { content, blocks } = openStore(`dir:${folder()}/store`);
      expect(content).to.be.instanceOf(DirectoryStore);
      await blocks.put(HELLO_CID, HELLO);
      expect(await readdir(join(folder(), "store", "blocks"))).to.include(HELLO_CID.slice(-3, -1));
      const id = await content.put(HELLO);
      await expectCorexError(() => content.get(id, 11), "STORE_TOO_LARGE", /12 bytes, at most 11/);
    });

    it("opens the HTTP API of an IPFS node", async function () {
      const { content, blocks } = openStore(server.url);
      await blocks.put(HELLO_CID, HELLO);
      expect(await content.get(contentIdOf(HELLO))).to.deep.equal(HELLO);
    });

    for (const location of ["", "dir:", "/tmp/store", "ftp://host/", "http:"]) {
      it(`refuses "${location}"`, async function () {
        await expectCorexError(() => openStore(location), "CONFIG_INVALID", /no store/, "after-change");
      });
    }
  });
});
