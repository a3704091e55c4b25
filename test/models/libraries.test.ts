import { randomBytes } from "node:crypto";

import { expect } from "chai";
import { hexlify, ZeroHash, type Contract } from "ethers";

import { bytes32ToContentId, contentIdOf, contentIdToBytes32 } from "../../packages/sdk/src/store/content-id.ts";
import { contributionsRoot, type Contribution } from "../../packages/sdk/src/models/contribution-tree.ts";
import { ethers } from "../support/fixtures.ts";

async function libraries(): Promise<Contract> {
  return ethers.deployContract("ModelLibraries");
}

// ContentId.toText, against the SDK
// └── it spells digests as the store does
describe("ContentId.toText", function () {
  it("spells digests as the store of the SDK does", async function () {
    const contract = await libraries();
    const digests = [ZeroHash, `0x${"ff".repeat(32)}`, ...Array.from({ length: 50 }, () => hexlify(randomBytes(32)))];
    for (const digest of digests) expect(await contract["toText"]!(digest)).to.equal(bytes32ToContentId(digest));
    // A well-known one: the file "hello world\n".
    const known = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";
    const hello = contentIdOf(Buffer.from("hello world\n"));
    expect(await contract["toText"]!(contentIdToBytes32(hello))).to.equal(known);
  });
});

// ContributionTree.rootOf, against @openzeppelin/merkle-tree
// └── it computes the same root for every length
describe("ContributionTree.rootOf", function () {
  it("computes the root that the SDK computes", async function () {
    const contract = await libraries();
    for (const length of [1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 100]) {
      const list = Array.from({ length }, (_, index): Contribution => ({
        node: BigInt(index * 3 + 1),
        fragments: BigInt(index * index + 1),
      }));
      expect(await contract["rootOf"]!(list), `${length} nodes`).to.equal(contributionsRoot(list));
    }
  });
});
