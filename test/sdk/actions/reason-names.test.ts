import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { DRAW_REASONS, OFFENCES, PAY_REASONS } from "../../../packages/sdk/src/actions/explain-node.ts";
import { MEASUREMENT_STATUSES } from "../../../packages/sdk/src/actions/read-benchmark.ts";
import { repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";

// Names by number are those of the contracts
// └── for each enum: the same names in the same order, in other spelling
describe("names of reasons", function () {
  /** Names of a Solidity enum as the SDK spells them. */
  function namesOf(file: string, name: string): string[] {
    const source = readFileSync(join(repositoryRoot(), "contracts", file), "utf8");
    const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(source)?.[1];
    if (body === undefined) throw new Error(`no enum ${name} in ${file}`);
    return body.split(",").map((item) => {
      const words = item.trim().match(/[A-Z][a-z]*/g) ?? [];
      return words.join("-").toLowerCase();
    });
  }

  it("why a node was not drawn", function () {
    const names = namesOf("market/IExplainer.sol", "DrawReason").map((name) => {
      return name.replace(/^node-(?=exited|removed|suspended)/, "");
    });
    expect(DRAW_REASONS).to.deep.equal(names);
  });

  it("why a node is not paid", function () {
    expect(PAY_REASONS).to.deep.equal(namesOf("market/IExplainer.sol", "PayReason"));
  });

  it("what a node was punished for", function () {
    expect(OFFENCES).to.deep.equal(namesOf("types/Offence.sol", "Offence"));
  });

  it("where a measurement stands", function () {
    expect(MEASUREMENT_STATUSES).to.deep.equal(namesOf("benchmark/IBenchmarkRegistry.sol", "MeasurementStatus"));
  });
});
