import { expect } from "chai";
import fc from "fast-check";

import { canonicalJson } from "../../../packages/sdk/src/store/canonical-json.ts";
import { expectCorexError } from "./support/expect-corex-error.ts";

describe("canonicalJson", function () {
  it("sorts keys by code unit, writes no white space and bigints as decimal strings", function () {
    const value = { b: [1, 0.1, -2.5e-7], a: { é: null, z: true, Z: false }, n: -(2n ** 70n) };
    expect(canonicalJson(value)).to.equal(
      '{"a":{"Z":false,"z":true,"é":null},"b":[1,0.1,-2.5e-7],"n":"-1180591620717411303424"}',
    );
  });

  it("is a round trip through JSON.parse for every JSON value", function () {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(JSON.parse(JSON.stringify(value)));
        expect(JSON.parse(text)).to.deep.equal(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).to.equal(text);
      }),
    );
  });

  it("does not depend on the order in which keys were added", function () {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (record) => {
        const reversed = Object.fromEntries(Object.entries(record).reverse());
        expect(canonicalJson(reversed)).to.equal(canonicalJson(record));
      }),
    );
  });

  const sparse: number[] = [];
  sparse[1] = 1;
  const refused: [string, unknown, string][] = [
    ["undefined", { a: undefined }, "cannot write $.a as canonical JSON: it is a value of type undefined"],
    ["a hole", [sparse], "cannot write $[0][0] as canonical JSON: it is a value of type undefined"],
    ["NaN", [Number.NaN], "cannot write $[0] as canonical JSON: it is the number NaN"],
    ["Infinity", -Infinity, "cannot write $ as canonical JSON: it is the number -Infinity"],
    ["-0", { x: [1, -0] }, "cannot write $.x[1] as canonical JSON: it is the number -0"],
    ["a date", { at: new Date(0) }, "cannot write $.at as canonical JSON: it is a Date"],
    ["a map", new Map(), "cannot write $ as canonical JSON: it is a Map"],
    ["bytes", new Uint8Array(2), "cannot write $ as canonical JSON: it is a Uint8Array"],
    ["a function", { f: () => 1 }, "cannot write $.f as canonical JSON: it is a value of type function"],
    ["a lone surrogate", ["\ud800"], "cannot write $[0] as canonical JSON: it is a string with a lone surrogate"],
  ];
  for (const [what, value, message] of refused) {
    it(`refuses ${what} with STORE_NOT_CANONICAL`, async function () {
      await expectCorexError(() => canonicalJson(value), "STORE_NOT_CANONICAL", message, "never");
    });
  }
});
