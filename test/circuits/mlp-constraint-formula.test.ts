import { expect } from "chai";

import { readManifest } from "../../packages/sdk/src/circuits/manifest.ts";
import { countInstance } from "../../scripts/circuits/lib/count-constraints.ts";
import { readGadgets } from "../../scripts/circuits/lib/gadgets.ts";
import {
  mlpGradientConstraints,
  mlpStepConstraints,
  mlpStepWork,
} from "../../scripts/circuits/lib/mlp-constraint-formula.ts";

const LARGE = { m: 256, d: 256, h: 64, k: 10, B: 16, F: 8, T: 4 };

// mlpStepConstraints
// ├── it is what the compiler counts, and what is pinned for the network and the benchmark
// └── it stays below the targets for each multiply-accumulate
describe("mlpStepConstraints", function () {
  this.timeout(120_000);

  for (const params of [
    { m: 2, d: 3, h: 2, k: 1, B: 8, F: 3, T: 2 },
    { m: 4, d: 5, h: 13, k: 3, B: 16, F: 8, T: 4 },
  ]) {
    const { m, d, h, k, B, F, T } = params;
    const instance = `MlpStep(${m}, ${d}, ${h}, ${k}, ${B}, ${F}, ${T})`;
    it(`counts ${instance}`, function () {
      expect(mlpStepConstraints(params)).to.deep.equal(countInstance("mlp_step", instance));
    });
  }

  it("counts the circuits of the network", function () {
    const { circuits } = readManifest();
    const small = { m: 8, d: 8, h: 8, B: 16, F: 8, T: 4 };
    expect(mlpStepConstraints({ ...small, k: 2 })).to.deep.equal(circuits["mlp-step-8x8x8x2"]?.constraints);
    expect(mlpGradientConstraints({ ...small, k: 4 })).to.deep.equal(circuits["mlp-gradient-8x8x8x4"]?.constraints);
  });

  it("counts the benchmark circuit, with at most 1.5 constraints for each multiply-accumulate", function () {
    const params = { m: 64, d: 64, h: 32, k: 10, B: 16, F: 8, T: 4 };
    const [benchmark] = Object.values(readGadgets().benchmarks).filter(({ main }) => main.includes("mlp_step"));
    const { nonLinear, linear } = mlpStepConstraints(params);
    expect(benchmark?.constraints).to.deep.equal({ nonLinear, linear });
    expect(benchmark?.workUnits).to.equal(mlpStepWork(params));
    expect((nonLinear + linear) / mlpStepWork(params)).to.be.at.most(1.5);
  });

  it("counts at most half a constraint for each multiply-accumulate of 256 samples of 256 features", function () {
    const { nonLinear, linear } = mlpStepConstraints(LARGE);
    expect((nonLinear + linear) / mlpStepWork(LARGE)).to.be.at.most(0.5);
  });
});
