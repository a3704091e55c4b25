import { expect } from "chai";
import fc from "fast-check";

import { CHARACTER_FEATURE_NAMES, characterFeatures } from "../../../packages/sdk/src/data/character-features.ts";

/** Value of one feature by its name. */
function feature(slice: string, name: string): number | undefined {
  return characterFeatures(slice)[CHARACTER_FEATURE_NAMES.indexOf(name)];
}

describe("characterFeatures", function () {
  it("has 15 features with different names", function () {
    expect(new Set(CHARACTER_FEATURE_NAMES).size).to.equal(15);
    expect(characterFeatures("x")).to.have.length(15);
  });

  it("is the root of the matches per 1024 bytes", function () {
    expect(feature(`${"#".repeat(4)}${"x".repeat(1020)}`, "#")).to.equal(2);
    expect(feature(`#${"x".repeat(255)}`, "#")).to.equal(2);
    // é has two bytes.
    expect(feature(`#${"é".repeat(127)}x`, "#")).to.equal(2);
  });

  const counts: [string, string, number][] = [
    ["four spaces", "        x     y", 3],
    ["semicolon at line end", "a;\nb; \nc;\n", 2],
    ["blank line", "a\n\nb\n\n\nc", 2],
    ["digit", "a1b22", 3],
    ["space star", "/* *\n * x", 2],
    ["three backticks", "```js\n````", 2],
    ["letter space letter", "a b c d", 2],
    ["star at line start", "* a\n* b\n *", 1],
  ];
  for (const [name, slice, count] of counts) {
    it(`counts "${name}" without overlap`, function () {
      expect(feature(slice, name)).to.equal(Math.sqrt((count * 1024) / slice.length));
    });
  }

  it("is finite and not negative for every text", function () {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "binary" }), (slice) => {
        for (const value of characterFeatures(slice)) expect(value).to.be.within(0, 32);
      }),
    );
  });
});
