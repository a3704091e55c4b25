import { createHash } from "node:crypto";

import { expect } from "chai";
import fc from "fast-check";

import {
  bytes32ToContentId,
  contentIdOf,
  contentIdToBytes32,
  parseContentId,
} from "../../../packages/sdk/src/store/content-id.ts";
import { expectCorexError } from "./support/expect-corex-error.ts";

const HELLO = new TextEncoder().encode("hello world");
// base32(0x01 0x55 0x12 0x20 || sha-256), put together by hand from the CID specification.
const HELLO_ID = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

describe("contentIdOf", function () {
  it("returns the CIDv1 of raw bytes by sha-256 in base32", function () {
    expect(contentIdOf(HELLO)).to.equal(HELLO_ID);
  });
});

describe("contentIdToBytes32 and bytes32ToContentId", function () {
  it("return the sha-256 digest and back, for any bytes", function () {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const id = contentIdOf(bytes);
        const digest = contentIdToBytes32(id);
        expect(digest).to.equal(`0x${createHash("sha256").update(bytes).digest("hex")}`);
        expect(bytes32ToContentId(digest)).to.equal(id);
        expect(bytes32ToContentId(`0x${digest.slice(2).toUpperCase()}`)).to.equal(id);
      }),
    );
  });

  for (const digest of ["", "0x", "0x12", `0x${"g".repeat(64)}`, "a".repeat(66), `0x${"a".repeat(65)}`]) {
    it(`refuse "${digest}" with STORE_INVALID_ID`, async function () {
      await expectCorexError(
        () => bytes32ToContentId(digest),
        "STORE_INVALID_ID",
        `"${digest}" is no content id: it is not 0x and 64 hexadecimal digits`,
        "never",
      );
    });
  }
});

describe("parseContentId", function () {
  it("returns a canonical id unchanged", function () {
    expect(parseContentId(HELLO_ID)).to.equal(HELLO_ID);
  });

  const refused: [string, string, string][] = [
    ["a path", "../../etc/passwd", "it is not a CID"],
    ["nothing", "", "it is not a CID"],
    ["a CIDv0", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG", "it is not a CIDv1 of raw bytes by sha-256"],
    [
      "a CIDv1 of dag-pb",
      "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
      "it is not a CIDv1 of raw bytes by sha-256",
    ],
    ["a CIDv1 in base58", "zb2rhj7crUKTQYRGCRATFaQ6YFLTde2YzdqbbhAASkL9uRDXn", "it is not in canonical spelling"],
  ];
  for (const [what, text, reason] of refused) {
    it(`refuses ${what} with STORE_INVALID_ID`, async function () {
      await expectCorexError(() => parseContentId(text), "STORE_INVALID_ID", `"${text}" is no content id: ${reason}`);
    });
  }
});
