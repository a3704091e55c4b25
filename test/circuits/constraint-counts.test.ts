import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { readManifest, repositoryRoot } from "../../packages/sdk/src/circuits/manifest.ts";
import { linearStepKConstraints } from "../../scripts/circuits/lib/constraint-formula.ts";
import { countInstance } from "../../scripts/circuits/lib/count-constraints.ts";
import { checkGadget, readGadgets } from "../../scripts/circuits/lib/gadgets.ts";

/** Rows that the development powers of tau hold, less a margin; a row per constraint, public signal and one. */
const MAX_ROWS = 16_000;

// circuits/gadgets.json
// ├── it pins the constraints that the compiler counts, and a wrong count is named
// ├── it has an instance of every template that is not a circuit of the manifest
// └── its benchmark circuits are the sources of circuits/bench
// circuits/circuits.json
// └── every circuit fits the development powers of tau
// linearStepKConstraints
// └── it is what the compiler counts, and what is pinned for the benchmark circuit
describe("constraint counts", function () {
  this.timeout(300_000);
  const { gadgets, benchmarks } = readGadgets();

  for (const gadget of gadgets) {
    it(`pins ${gadget.instance}`, function () {
      expect(checkGadget(gadget)).to.deep.equal([]);
    });
  }

  it("names a gadget with a wrong count", function () {
    const [gadget] = gadgets;
    if (gadget === undefined) throw new Error("no gadgets");
    const { nonLinear, linear } = gadget.constraints;
    expect(checkGadget({ ...gadget, constraints: { nonLinear: nonLinear + 1, linear } }).join()).to.include(
      gadget.instance,
    );
  });

  it("has an instance of every template that is not a circuit of the manifest", function () {
    const circuits = new Set(Object.values(readManifest().circuits).map(({ name }) => name.toLowerCase()));
    const measured = new Set(gadgets.map(({ file }) => file));
    const functions = new Set(["bounds", "model_tag", "tensor_tag", "use_freivalds"]);
    const missing = readdirSync(join(repositoryRoot(), "circuits/src"))
      .map((name) => name.replace(".circom", ""))
      .filter((name) => !measured.has(name) && !functions.has(name) && !circuits.has(name.replaceAll("_", "")));
    expect(missing).to.deep.equal([]);
  });

  it("counts the circuits of circuits/bench", function () {
    const sources = readdirSync(join(repositoryRoot(), "circuits/bench")).map((name) => `circuits/bench/${name}`);
    expect(Object.values(benchmarks).map(({ main }) => main)).to.have.members(sources);
    for (const { main } of Object.values(benchmarks)) expect(existsSync(join(repositoryRoot(), main))).to.equal(true);
  });

  for (const [key, { constraints, publicSignals }] of Object.entries(readManifest().circuits)) {
    it(`fits ${key} into the development powers of tau`, function () {
      expect(constraints.nonLinear + constraints.linear + publicSignals.length + 1).to.be.at.most(MAX_ROWS);
    });
  }

  for (const params of [
    { m: 2, d: 2, k: 2, BX: 4, B: 8, F: 3, T: 2 },
    { m: 8, d: 8, k: 4, BX: 16, B: 16, F: 8, T: 4 },
    { m: 4, d: 33, k: 3, BX: 8, B: 16, F: 8, T: 4 },
  ]) {
    const { m, d, k, BX, B, F, T } = params;
    const instance = `LinearStepK(${m}, ${d}, ${k}, ${BX}, ${B}, ${F}, ${T})`;
    it(`counts ${instance} by formula`, function () {
      expect(linearStepKConstraints(params)).to.deep.equal(countInstance("linear_step_k", instance));
    });
  }

  it("counts the benchmark circuit by formula", function () {
    const pinned = benchmarks["linear-step-k-64x196x10-x8"];
    expect(linearStepKConstraints({ m: 64, d: 196, k: 10, BX: 8, B: 16, F: 8, T: 4 })).to.deep.equal(
      pinned?.constraints,
    );
  });
});
