import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { expect } from "chai";

import { type SpectFinding, unexplained } from "../../scripts/circuits/lib/circomspect.ts";
import { lintCircuit } from "../../scripts/circuits/lib/lint.ts";
import { lintSources } from "../../scripts/circuits/lib/lint-sources.ts";
import { projectSources } from "../../scripts/circuits/lib/sources.ts";

const HEADER = "// Preconditions: none.\n// Soundness: none.\n// Constraints: none.\n";

/** A template with everything in place; each case below breaks one rule. */
function template(body: string, header = HEADER): string {
  return `${header}template Broken(N) {\n    signal input in;\n    signal output out;\n${body}\n}\n`;
}

// lintCircuit
// ├── it accepts every source of the project
// └── when a rule is broken
//     └── it names line and rule
describe("lintCircuit", function () {
  for (const file of projectSources()) {
    it(`accepts ${basename(file)}`, function () {
      expect(lintCircuit(readFileSync(file, "utf8"))).to.deep.equal([]);
    });
  }

  it("accepts comments that mention what is forbidden", function () {
    expect(lintCircuit(template("    // out <-- in; LessThan(252)\n    /* assert(in == 1); */"))).to.deep.equal([]);
  });

  const range = readFileSync(projectSources().find((file) => basename(file) === "range.circom") ?? "", "utf8");
  const cases: [string, string, string][] = [
    ["a hint that is not a bit", template("    out <-- in / N;"), "not a bit"],
    ["a hint to the right", template("    in --> out;"), "not a bit"],
    ["a bit without its constraint", range.replace("bit[k] * (bit[k] - 1) === 0;", ""), "boolean constraint"],
    ["bits without recomposition", range.replace("sum === value + OFFSET;", ""), "recomposition"],
    ["bits without the bound of 252", range.replace("BITS <= 252", "BITS <= 254"), "bound of 252"],
    ["an assert on a signal", template("    assert(in < 5);"), "assert on the signal in"],
    ["a comparator", template("    out <== LessThan(8)([in, 5]);"), "LessThan"],
    ["a sign test", template("    component sign = Sign();"), "Sign"],
    ["a decomposition above 252 bits", template("    component bits = Num2Bits(254);"), "Num2Bits(254)"],
    ["a decomposition of unknown size", template("    component bits = Num2Bits(N);"), "Num2Bits(N)"],
    ["two constant pins", template("    in === 3;\n    in === 5;"), "pinned to a constant"],
    ["a challenge that is a constant", template("    row.z <== 2;"), "not drawn from a transcript"],
    ["a challenge that is an input", template("    row.z <== in;"), "not drawn from a transcript"],
    ["a second template", `${template("")}template Other() {}\n`, "second template"],
    ["no statement about soundness", template("", "// Preconditions: none.\n// Constraints: none.\n"), "soundness"],
  ];
  for (const [name, source, message] of cases) {
    it(`finds ${name}`, function () {
      const findings = lintCircuit(source);
      expect(findings.map((finding) => finding.message).join("\n")).to.include(message);
      expect(findings.every(({ line }) => line > 0)).to.equal(true);
    });
  }

  it("accepts challenges that are drawn or handed on", function () {
    expect(lintCircuit(template("    row.z <== challenge.z;\n    row.z <== z;"))).to.deep.equal([]);
  });
});

// circomspect
// ├── it finds nothing in the sources that is not explained
// ├── when it finds something else, even in a file with an explained finding
// │   └── that is a problem
// └── when an explanation has nothing to explain
//     └── that is one, too
describe("circomspect", function () {
  this.timeout(120_000);
  const found: SpectFinding = { rule: "CS0005", file: "a.circom", line: 3, code: "a <-- b;", message: "unconstrained" };
  const exception = { rule: "CS0005", code: "a <-- b;", reason: "a test" };

  it("finds nothing in the sources that is not explained", function () {
    expect(lintSources()).to.deep.equal([]);
  });

  it("is heard about what is not explained, and about explanations of nothing", function () {
    expect(unexplained([found], [exception])).to.deep.equal([]);
    expect(unexplained([found, { ...found, code: "c <-- b;" }], [exception])).to.have.length(1);
    expect(unexplained([{ ...found, rule: "CS0018" }], [exception])).to.have.length(2);
    expect(unexplained([], [exception])).to.have.length(1);
  });
});
