import { expect } from "chai";

import { dequantizeMatrix, realMlpGradient } from "../../../packages/sdk/src/math/float-model.ts";
import { mlpGradient } from "../../../packages/sdk/src/math/mlp-gradient.ts";
import { linearTrajectoryBound, mlpGradientBound } from "../../../packages/sdk/src/math/quantization-bound.ts";
import { trainAll, TRAINING, type Trajectory } from "../../../scripts/bench/training.ts";
import { Random } from "../../circuits/support/random.ts";
import { COMPARISONS, measure } from "./support/against-double.ts";

const BATCHES = 500;
const { F, T, d, h, k, steps } = TRAINING;

// Fixed point against doubles; 10,000 batches of each kind are in deep/quantization-bound.deep.ts
// ├── on random batches, every entry is within its bound, and comes near it
// ├── at the kink of the rectifier the bound lets the whole error pass
// ├── after 60 steps a linear model is within the bound of its trajectory
// └── along 60 steps every step of a perceptron is within its bound of a step in doubles
describe("fixed point against doubles", function () {
  this.timeout(60_000);

  for (const [index, [name, compare]] of Object.entries(COMPARISONS).entries()) {
    it(`is within its bound for a ${name} on ${BATCHES} batches`, function () {
      const { ratio, error } = measure(compare, BATCHES, new Random(index));
      expect(ratio).to.be.at.most(1);
      // A bound that nothing comes near would not notice a second rounding.
      expect(ratio).to.be.greaterThan(0.5);
      expect(error).to.be.greaterThan(0.4);
    });
  }

  it("lets the whole error pass at the kink of the rectifier", function () {
    // The hidden unit is 1/4 of a unit: positive in doubles, zero when rounded.
    const params = { m: 1, d: 1, h: 1, k: 1, B: 16, F: 8 };
    const fixed = { X: [[64n]], Y: [[-2560n]], W1: [[1n]], W2: [[256n]] };
    const input = { X: [[0.25]], Y: [[-10]], W1: [[2 ** -8]], W2: [[1]] };
    expect(mlpGradient({ ...fixed, params }).G1).to.deep.equal([[0n]]);
    expect(realMlpGradient(input).G1[0]?.[0]).to.be.within(2.49, 2.51);
    expect(mlpGradientBound(input, 8).G1[0]?.[0]).to.be.within(2.49, 2.51);
    expect(mlpGradientBound({ ...input, W1: [[1]] }, 8).G1[0]?.[0]).to.be.lessThan(0.01);
  });

  describe(`over ${steps} steps`, function () {
    let trajectories: Readonly<Record<string, Trajectory>>;

    before(function () {
      trajectories = trainAll();
    });

    it("learns: both losses fall to less than half", function () {
      for (const { firstLoss, fixedLoss, doubleLoss } of Object.values(trajectories)) {
        expect(Math.max(fixedLoss, doubleLoss)).to.be.lessThan(firstLoss / 2);
      }
    });

    for (const name of ["linear, four outputs", "linear, averaged over four lanes"]) {
      it(`keeps the weights and the loss of the model (${name}) within the bound of the trajectory`, function () {
        const { fixed, double, batches, fixedLoss, doubleLoss } = named(trajectories, name);
        const features = batches.map(({ X }) => X);
        for (const t of [1, 10, steps]) {
          const difference = columnsOf(dequantizeMatrix(fixed[t] ?? [], F)).map((column, l) =>
            Math.hypot(...column.map((value, j) => value - (double[t]?.[j]?.[l] ?? NaN))),
          );
          const bound = linearTrajectoryBound(features, t, { F, T });
          expect(Math.max(...difference), `step ${t}`).to.be.at.most(bound);
        }
        const spread = batches.reduce((sum, { X }) => sum + X.flat().reduce((total, x) => total + x * x, 0), 0);
        const bound = linearTrajectoryBound(features, steps, { F, T });
        // |sqrt(loss') - sqrt(loss)| <= |X e|, and |X e|^2 <= sum |X|^2 * k * bound^2.
        expect(Math.abs(Math.sqrt(fixedLoss) - Math.sqrt(doubleLoss))).to.be.at.most(Math.sqrt(spread * k) * bound);
      });
    }

    it("keeps every step of a perceptron within its bound of a step in doubles from the same weights", function () {
      const { fixed, batches } = named(trajectories, "perceptron 8/8/4");
      for (let t = 0; t < steps; t++) {
        const weights = dequantizeMatrix(fixed[t] ?? [], F).flat();
        const batch = batches[t % batches.length] ?? { X: [], Y: [] };
        const W1 = Array.from({ length: d }, (_, i) => weights.slice(i * h, (i + 1) * h));
        const W2 = Array.from({ length: h }, (_, i) => weights.slice(d * h + i * k, d * h + (i + 1) * k));
        const { G1, G2 } = realMlpGradient({ ...batch, W1, W2 });
        const bound = mlpGradientBound({ ...batch, W1, W2 }, F);
        const [slopes, bounds] = [
          [...G1.flat(), ...G2.flat()],
          [...bound.G1.flat(), ...bound.G2.flat()],
        ];
        dequantizeMatrix(fixed[t + 1] ?? [], F)
          .flat()
          .forEach((after, j) => {
            const reference = (weights[j] ?? NaN) - (slopes[j] ?? NaN) * 2 ** -T;
            const allowed = 2 ** (-F - 1) + (bounds[j] ?? NaN) * 2 ** -T + 2 ** -40;
            expect(Math.abs(after - reference), `step ${t}, weight ${j}`).to.be.at.most(allowed);
          });
      }
    });
  });
});

function named(trajectories: Readonly<Record<string, Trajectory>>, name: string): Trajectory {
  const trajectory = trajectories[name];
  if (trajectory === undefined) throw new Error(`there is no ${name}`);
  return trajectory;
}

function columnsOf(matrix: readonly (readonly number[])[]): number[][] {
  return (matrix[0] ?? []).map((_, l) => matrix.map((row) => row[l] ?? NaN));
}
