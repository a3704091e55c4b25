import { expect } from "chai";
import fc from "fast-check";

import { MAX_PATTERN, PATTERN_SLICE, safePattern } from "../../../packages/sdk/src/work/safe-pattern.ts";
import { caught } from "../math/support/caught.ts";

const matches = (pattern: string, text: string): boolean => safePattern(pattern).test(text);

// safePattern
// ├── when the pattern is of the language
// │   └── it matches as the regular expression does
// ├── when it is not
// │   └── it throws WORK_PATTERN_UNSAFE naming the place
// └── when text and pattern are made to take long
//     └── it does not
describe("work.safePattern", function () {
  const cases: [string, string, boolean][] = [
    ["abc", "xabcx", true],
    ["abc", "xabx", false],
    ["a.c", "a\nc", true],
    ["^a|b$", "xb", true],
    ["^(?:a|b)$", "ab", false],
    ["colou?r", "color", true],
    ["\\d{2,3}-\\d", "12-3", true],
    ["^\\d{2}$", "123", false],
    ["[a-f0-9]+;", "zz09;", true],
    ["[^a-z]", "abc", false],
    ["[\\d_]x", "_x", true],
    ["\\bfoo\\b", "a foo b", true],
    ["\\bfoo\\b", "afoob", false],
    ["\\w+\\s\\w+", "hello world", true],
    ["\\.\\*\\(", "x.*(", true],
    ["^a*$", "a".repeat(24), true],
    ["^a*$", "a".repeat(25), false],
    ["a{0,64}$", "a".repeat(64), true],
  ];
  for (const [pattern, text, expected] of cases) {
    it(`${pattern} ${expected ? "matches" : "does not match"} ${JSON.stringify(text)}`, function () {
      expect(matches(pattern, text)).to.equal(expected);
    });
  }

  it("looks at the start of a text only", function () {
    expect(matches("b", `${"a".repeat(PATTERN_SLICE - 1)}b`)).to.equal(true);
    expect(matches("b", `${"a".repeat(PATTERN_SLICE)}b`)).to.equal(false);
  });

  const unsafe: [string, RegExp][] = [
    ["", /0 characters/],
    ["a".repeat(MAX_PATTERN + 1), /201 characters/],
    ["(?:a+)+", /"\+" at 6/],
    ["(?:a|a)*", /"\*" at 7/],
    ["(?:a|b){2,3}", /"\{" at 7/],
    ["a**", /"\*" at 2/],
    ["a+?", /"\?" at 2/],
    ["(a)", /"\(" at 0/],
    ["(?=a)", /"\(" at 0/],
    ["(?<=a)", /"\(" at 0/],
    ["(?:a", /the end at 4/],
    ["a)", /"\)" at 1/],
    ["*a", /"\*" at 0/],
    ["\\1", /"\\\\" at 0/],
    ["\\u0041", /"\\\\" at 0/],
    ["\\p{L}", /"\\\\" at 0/],
    ["a\\", /"\\\\" at 1/],
    ["[a", /the end at 2/],
    ["[z-a]", /not allowed/],
    ["a{65}", /not allowed/],
    ["a{3,2}", /not allowed/],
    ["a{1,}", /"\{" at 1/],
    ["é", /"é" at 0/],
    ["a*b*c*d*", /steps from one position/],
    ["(?:a|a)".repeat(20), /steps from one position/],
    [`${"(?:".repeat(60)}a`, /the end/],
  ];
  for (const [pattern, message] of unsafe) {
    it(`refuses ${pattern === "" ? "the empty pattern" : pattern.slice(0, 24)}`, function () {
      const error = caught(() => safePattern(pattern));
      expect(error.code).to.equal("WORK_PATTERN_UNSAFE");
      expect(error.message).to.match(message);
      expect(error.message.length).to.be.below(600);
    });
  }

  it("refuses 10 MB of pattern at once", function () {
    const started = performance.now();
    expect(caught(() => safePattern("(?:a+".repeat(2_000_000))).code).to.equal("WORK_PATTERN_UNSAFE");
    expect(performance.now() - started).to.be.below(5000);
  });

  it("takes no longer than its bound on the worst texts", function () {
    const started = performance.now();
    for (const pattern of [
      "a*a*b",
      "(?:a|a|a)(?:a|a|a)(?:a|a|a)(?:a|a|a)(?:a|a|a)(?:a|a|a)b",
      "[a-z]{0,30}\\w{0,30}!",
    ]) {
      expect(matches(pattern, "a".repeat(100_000))).to.equal(false);
    }
    expect(performance.now() - started).to.be.below(10_000);
  });

  it("never throws anything but its own error, and never matches differently from the expression it stands for", function () {
    const piece = fc.constantFrom(
      "a",
      "b",
      ".",
      "\\d",
      "[ab]",
      "(?:a|b)",
      "a?",
      "b{1,3}",
      "|",
      "^",
      "$",
      "*",
      "(",
      "{",
      "\\",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
        fc.string(),
        (pattern, text) => {
          let compiled;
          try {
            compiled = safePattern(pattern);
          } catch (error) {
            expect(error).to.have.property("code", "WORK_PATTERN_UNSAFE");
            return;
          }
          const plain = new RegExp(pattern, "s");
          for (const sample of [text, "ab", "aabbb1", ""]) expect(compiled.test(sample)).to.equal(plain.test(sample));
        },
      ),
      { numRuns: 500 },
    );
  });
});
