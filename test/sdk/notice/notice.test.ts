import { expect } from "chai";
import { getBytes, hexlify, SigningKey, Wallet } from "ethers";

import { decoyNotice } from "@corex/sdk/notice/decoy-notice";
import { openNotice } from "@corex/sdk/notice/open-notice";
import { decodePlantNotice, encodePlantNotice } from "@corex/sdk/notice/plant-notice";
import { MAX_NOTICE_MESSAGE, NOTICE_BYTES, sealNotice } from "@corex/sdk/notice/seal-notice";

import { expectCorexError } from "../store/support/expect-corex-error.ts";

const operator = Wallet.createRandom();
const key = operator.signingKey.publicKey;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

// sealNotice and openNotice
// ├── when the account is the one it was sealed for
// │   └── it returns the message, of any length up to the limit
// ├── when the account is another, the note is a decoy, or of another length
// │   └── it returns undefined
// ├── when any byte was changed
// │   └── it returns undefined
// ├── when the message is too long, or the key is none
// │   └── it throws NOTICE_TOO_LONG, NOTICE_INVALID_KEY
// └── notes and decoys have one length and one form, and no two are alike
describe("sealNotice and openNotice", function () {
  for (const length of [0, 1, 258, MAX_NOTICE_MESSAGE]) {
    it(`carries ${length} bytes`, function () {
      const message = new Uint8Array(length).fill(7);
      const opened = openNotice(operator, sealNotice(key, message));
      expect(opened).to.deep.equal(message);
    });
  }

  it("takes a compressed key too", function () {
    const note = sealNotice(operator.signingKey.compressedPublicKey, bytesOf("x"));
    expect(openNotice(operator, note)).to.deep.equal(bytesOf("x"));
  });

  it("says nothing to others", function () {
    expect(openNotice(Wallet.createRandom(), sealNotice(key, bytesOf("secret")))).to.equal(undefined);
    expect(openNotice(operator, decoyNotice())).to.equal(undefined);
    expect(openNotice(operator, "0x")).to.equal(undefined);
    expect(openNotice(operator, `${sealNotice(key, bytesOf("x"))}00`)).to.equal(undefined);
  });

  it("notices a changed byte, wherever it is", function () {
    const note = getBytes(sealNotice(key, bytesOf("secret")));
    for (const place of [0, 1, 32, 33, 200, NOTICE_BYTES - 17, NOTICE_BYTES - 16, NOTICE_BYTES - 1]) {
      const changed = Uint8Array.from(note);
      changed[place] = (changed[place] ?? 0) ^ 1;
      // The first byte only says which of two points with one x the key is: it must count all the same.
      expect(openNotice(operator, hexlify(changed)), `byte ${place}`).to.equal(undefined);
    }
  });

  it("refuses what does not fit", async function () {
    const long = new Uint8Array(MAX_NOTICE_MESSAGE + 1);
    await expectCorexError(() => sealNotice(key, long), "NOTICE_TOO_LONG", /462 bytes/);
    await expectCorexError(() => sealNotice(`0x02${"ff".repeat(32)}`, bytesOf("x")), "NOTICE_INVALID_KEY", /secp256k1/);
  });

  it("gives notes and decoys one form", function () {
    const notes = [
      sealNotice(key, bytesOf("")),
      sealNotice(key, bytesOf("x".repeat(400))),
      decoyNotice(),
      decoyNotice(),
    ];
    for (const note of notes) {
      const bytes = getBytes(note);
      expect(bytes.length).to.equal(NOTICE_BYTES);
      expect([2, 3]).to.include(bytes[0]);
      expect(() => SigningKey.computePublicKey(bytes.subarray(0, 33))).not.to.throw();
      // 479 bytes that look random: nowhere near as many zeros as a padded text has.
      expect(bytes.subarray(33).filter((byte) => byte === 0).length).to.be.below(16);
    }
    expect(new Set(notes).size).to.equal(notes.length);
    expect(sealNotice(key, bytesOf("x"))).not.to.equal(sealNotice(key, bytesOf("x")));
  });
});

describe("decodePlantNotice", function () {
  const word = (digit: string): string => `0x${digit.repeat(64)}`;

  it("returns what was encoded, with proofs of every length", function () {
    for (const proof of [[], [word("3")], ["4", "5", "6", "7", "8", "9"].map(word)]) {
      const plant = { fragment: 5, result: word("1"), salt: word("2"), proof };
      expect(decodePlantNotice(encodePlantNotice(plant), 5)).to.deep.equal(plant);
    }
  });

  it("finds no plant in other messages", function () {
    const whole = encodePlantNotice({ fragment: 0, result: word("1"), salt: word("2"), proof: [] });
    const others = [
      new Uint8Array(0),
      bytesOf("hello"),
      whole.subarray(0, 64),
      Uint8Array.of(2, ...whole.subarray(1)),
      Buffer.concat([whole, new Uint8Array(7 * 32)]),
    ];
    for (const message of others) expect(decodePlantNotice(message, 0)).to.equal(undefined);
  });
});
