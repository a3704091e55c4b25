import { expect } from "chai";

import { parseBlockCid, type BlockCid } from "@corex/sdk/store/block-cid";
import { contentIdOf } from "@corex/sdk/store/content-id";
import { addFile, readFile } from "@corex/sdk/store/unixfs-file";

import { expectCorexError } from "./support/expect-corex-error.ts";

/** A block store in memory that counts. */
class Blocks {
  readonly map = new Map<BlockCid, Uint8Array>();

  put(cid: BlockCid, bytes: Uint8Array): Promise<void> {
    this.map.set(cid, bytes);
    return Promise.resolve();
  }

  get(cid: BlockCid): Promise<Uint8Array> {
    const bytes = this.map.get(cid);
    return bytes === undefined ? Promise.reject(new Error(`no ${cid}`)) : Promise.resolve(bytes);
  }
}

const CHUNK = 256 * 1024;

// UnixFS files
// ├── addFile
// │   ├── it gives a small file the CID that every IPFS client gives it
// │   ├── it cuts a larger file into chunks of 256 KiB under one root
// │   └── equal chunks are stored once
// └── readFile
//     ├── it returns the bytes
//     ├── when the file has another size, it fails before reading
//     ├── when a block is missing, it fails with what the store says
//     └── when it is no file, it fails with STORE_NOT_A_FILE
describe("UnixFS files", function () {
  const bytesOf = (length: number): Uint8Array =>
    new Uint8Array(length).map((_, index) => (index * 7 + (index >> 9)) % 251);

  it("gives a small file the CID that every IPFS client gives it", async function () {
    const blocks = new Blocks();
    const hello = new TextEncoder().encode("hello world\n");
    const cid = await addFile(blocks, hello);
    expect(cid).to.equal("bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4");
    expect(cid).to.equal(contentIdOf(hello));
  });

  it("cuts a larger file into chunks of 256 KiB under one root", async function () {
    const blocks = new Blocks();
    const bytes = bytesOf(3 * CHUNK + 5);
    const cid = await addFile(blocks, bytes);
    expect([...blocks.map.values()].map(({ length }) => length).filter((length) => length === CHUNK)).to.have.lengthOf(
      3,
    );
    expect(blocks.map.size).to.equal(5);
    expect(blocks.map.has(contentIdOf(bytes.subarray(CHUNK, 2 * CHUNK)) as unknown as BlockCid)).to.equal(true);
    expect(cid.startsWith("bafybei")).to.equal(true);
    expect(await readFile(blocks, cid, bytes.length)).to.deep.equal(bytes);
  });

  it("stores equal chunks once", async function () {
    const blocks = new Blocks();
    await addFile(blocks, new Uint8Array(4 * CHUNK));
    expect(blocks.map.size).to.equal(2);
  });

  it("fails before reading when the file has another size", async function () {
    const blocks = new Blocks();
    const bytes = bytesOf(2 * CHUNK);
    const cid = await addFile(blocks, bytes);
    for (const leaf of [...blocks.map.keys()].filter((key) => key !== cid)) blocks.map.delete(leaf);
    await expectCorexError(() => readFile(blocks, cid, 5), "STORE_SIZE_MISMATCH", /has 524288 bytes, expected 5/);
  });

  it("fails when a block is missing", async function () {
    const blocks = new Blocks();
    const bytes = bytesOf(2 * CHUNK);
    const cid = await addFile(blocks, bytes);
    blocks.map.delete(contentIdOf(bytes.subarray(CHUNK)) as unknown as BlockCid);
    await expectCorexError(() => readFile(blocks, cid, bytes.length), "STORE_NOT_A_FILE", /no bafkrei/);
  });

  it("fails with STORE_NOT_A_FILE when it is a folder or nonsense", async function () {
    const blocks = new Blocks();
    const folder = parseBlockCid("bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354");
    await blocks.put(folder, new Uint8Array([0x0a, 0x02, 0x08, 0x01]));
    await expectCorexError(() => readFile(blocks, folder, 0), "STORE_NOT_A_FILE", /a directory/);
    await blocks.put(folder, new Uint8Array([1, 2, 3]));
    await expectCorexError(() => readFile(blocks, folder, 0), "STORE_NOT_A_FILE", /no UnixFS file/);
    await expectCorexError(() => readFile(blocks, "hello" as BlockCid, 0), "STORE_INVALID_ID", /no block id/);
  });
});
