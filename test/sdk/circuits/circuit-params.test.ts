import { expect } from "chai";

import {
  circuitParams,
  circuitTemplate,
  type CircuitTemplate,
  modelShape,
} from "../../../packages/sdk/src/circuits/circuit-params.ts";
import { linearStepParams } from "../../../packages/sdk/src/circuits/linear-step-params.ts";
import { readManifest } from "../../../packages/sdk/src/circuits/manifest.ts";
import { caught } from "../math/support/caught.ts";

// circuitParams
// ├── it names the parameters of every circuit of the manifest as the manifest does
// ├── when the circuit is another one or the number of parameters is wrong
// │   └── it throws CIRCUIT_MISMATCH
describe("circuitParams", function () {
  it("names the parameters of every circuit of the manifest as the manifest does", function () {
    for (const entry of Object.values(readManifest().circuits)) {
      const params = circuitParams(entry, circuitTemplate(entry));
      expect(Object.keys(params)).to.deep.equal(entry.paramNames);
      expect(Object.values(params)).to.deep.equal(entry.params);
    }
  });

  it("names them in order", function () {
    expect(circuitParams({ name: "MlpStep", params: [8, 7, 6, 2, 16, 9, 4] }, "MlpStep")).to.deep.equal({
      m: 8,
      d: 7,
      h: 6,
      k: 2,
      B: 16,
      F: 9,
      T: 4,
    });
    expect(linearStepParams({ name: "LinearStep", params: [8, 7, 16, 9, 4] })).to.deep.equal({
      m: 8,
      d: 7,
      B: 16,
      F: 9,
      T: 4,
    });
  });

  const wrong: [string, { name: string; params: number[] }, CircuitTemplate, string][] = [
    [
      "another circuit",
      { name: "MlpGradient", params: [8, 8, 8, 4, 16, 8] },
      "MlpEvaluate",
      "is not MlpEvaluate(m, d,",
    ],
    [
      "too few parameters",
      { name: "LinearGradient", params: [8, 8, 16] },
      "LinearGradient",
      "LinearGradient(8, 8, 16)",
    ],
    ["too many parameters", { name: "LinearProgress", params: [8, 8, 16, 8, 1] }, "LinearProgress", "16, 8, 1) is not"],
  ];
  for (const [what, entry, template, text] of wrong) {
    it(`throws CIRCUIT_MISMATCH for ${what}`, function () {
      const error = caught(() => circuitParams(entry, template));
      expect(error.code).to.equal("CIRCUIT_MISMATCH");
      expect(error.message).to.include(text);
    });
  }

  it("throws CIRCUIT_MISMATCH for a circuit that nobody knows", function () {
    for (const name of ["Range", "constructor"]) {
      expect(caught(() => circuitTemplate({ name })).code).to.equal("CIRCUIT_MISMATCH");
    }
  });
});

describe("modelShape", function () {
  it("is the model that a circuit works on", function () {
    const shapes = [
      { name: "LinearStep", params: [16, 15, 16, 8, 4] },
      { name: "LinearStepK", params: [8, 7, 4, 16, 16, 8, 4] },
      { name: "MlpEvaluate", params: [8, 7, 6, 5, 16, 8] },
      { name: "ApplyStep", params: [4, 8, 0, 1, 16, 8, 4] },
      { name: "ApplyStep", params: [4, 8, 7, 6, 16, 8, 4] },
    ].map(modelShape);
    expect(shapes).to.deep.equal([
      { kind: "linear", d: 15, k: 1 },
      { kind: "linear", d: 7, k: 4 },
      { kind: "mlp", d: 7, h: 6, k: 5 },
      { kind: "linear", d: 8, k: 1 },
      { kind: "mlp", d: 8, h: 7, k: 6 },
    ]);
  });
});
