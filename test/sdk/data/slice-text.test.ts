import { expect } from "chai";
import fc from "fast-check";

import { sliceText } from "../../../packages/sdk/src/data/slice-text.ts";

const encode = (text: string) => new TextEncoder().encode(text);

describe("sliceText", function () {
  it("cuts on code-point boundaries and drops a short end", function () {
    expect(sliceText(encode("aéé😀b"), { sliceBytes: 4, minSliceBytes: 2 })).to.deep.equal(["aé", "é", "😀"]);
  });

  it("gives the same slices with and without byte order mark and CRLF", function () {
    const sizes = { sliceBytes: 8, minSliceBytes: 1 };
    expect(sliceText(encode("\ufeffline one\r\nline two\r\n"), sizes)).to.deep.equal(
      sliceText(encode("line one\nline two\n"), sizes),
    );
  });

  it("takes bytes that are not UTF-8, or contain NUL, for no text", function () {
    const sizes = { sliceBytes: 8, minSliceBytes: 1 };
    expect(sliceText(Uint8Array.of(0x61, 0xc3), sizes)).to.deep.equal([]);
    expect(sliceText(encode("a\0b"), sizes)).to.deep.equal([]);
    expect(sliceText(new Uint8Array(), sizes)).to.deep.equal([]);
  });

  it("loses nothing but the short end and never exceeds the size", function () {
    const text = fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\n"), maxLength: 200 });
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 40 }), (whole, sliceBytes) => {
        const slices = sliceText(encode(whole), { sliceBytes, minSliceBytes: 1 });
        expect(slices.join("")).to.equal(whole);
        for (const [index, slice] of slices.entries()) {
          const bytes = encode(slice).length;
          expect(bytes).to.be.within(index < slices.length - 1 ? sliceBytes - 3 : 1, sliceBytes);
        }
      }),
    );
  });
});
