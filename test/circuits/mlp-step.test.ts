import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import {
  changed,
  drawNetwork,
  isProvable,
  networkInputs,
  type NetworkParams,
  networkWitness,
} from "./support/mlp-witness.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

const SMALL: NetworkParams = { m: 2, d: 3, h: 2, k: 1, B: 8, F: 3, T: 2 };
const OUTPUTS = ["weights", "newWeights", "gradient", "batch", "loss"];

// MlpStep
// ├── when the step stays in range
// │   ├── it accepts random steps and returns their exact loss
// │   └── its new weights, as weights, have the commitment that it returned for them
// ├── when a new weight is off or leaves its range
// │   └── it rejects
// ├── when an output or ctx is changed
// │   └── it rejects
// └── when the learning rate has no bit, or too many
//     └── it does not compile
describe("MlpStep", function () {
  this.timeout(300_000);
  let small: Compiled;
  let names: string[];

  const output = (witness: readonly bigint[], name: string): bigint | undefined => witness[1 + OUTPUTS.indexOf(name)];
  const draw = (random: Random, count: number): ReturnType<typeof networkWitness>[] => {
    const steps: ReturnType<typeof networkWitness>[] = [];
    while (steps.length < count) {
      const step = networkWitness(drawNetwork(random, SMALL, random.pick([2n, 8n, 24n])), SMALL);
      if (isProvable(step.tensors, SMALL)) steps.push(step);
    }
    return steps;
  };

  before(function () {
    small = compileTiny({ file: "mlp_step", main: "MlpStep(2, 3, 2, 1, 8, 3, 2)", publicInputs: ["ctx"] });
    const [first] = draw(new Random(0), 1);
    names = Object.keys(first?.tensors ?? {});
    expect(names).to.have.length(16);
  });

  it("accepts 100 random steps and returns their loss", async function () {
    for (const [i, { tensors, loss }] of draw(new Random(100), 100).entries()) {
      const witness = await small.generate(networkInputs(tensors, names));
      expect(output(witness, "loss")).to.equal(loss);
      expect(satisfies(small.r1cs, witness), `step ${i}`).to.equal(true);
    }
  });

  it("chains: the new weights of one step are the weights of the next", async function () {
    const step = draw(new Random(5), 20).find(({ tensors }) => tensors["W1"]?.join() !== tensors["W1new"]?.join());
    const { X = [], Y = [], W1new = [], W2new = [] } = step?.tensors ?? {};
    const first = await small.generate(networkInputs(step?.tensors ?? {}, names));
    const next = networkWitness({ X, Y, W1: W1new, W2: W2new }, SMALL);
    const second = await small.generate(networkInputs(next.tensors, names));
    expect(output(second, "weights")).to.equal(output(first, "newWeights"));
    expect(output(second, "batch")).to.equal(output(first, "batch"));
    expect(output(second, "weights")).to.not.equal(output(first, "weights"));
  });

  it("rejects a new weight that is off, in every position of both layers", async function () {
    const [step] = draw(new Random(7), 1);
    const tensors = step?.tensors ?? {};
    for (const name of ["W1new", "W2new"]) {
      for (const [i, row] of (tensors[name] ?? []).entries()) {
        for (const j of row.keys()) {
          for (const change of [-1n, 1n, 4n, 256n]) {
            const forged = { ...tensors, [name]: changed(tensors[name] ?? [], i, j, change) };
            const witness = await small.generate(networkInputs(forged, names));
            expect(satisfies(small.r1cs, witness), `${name}[${i}][${j}] + ${change}`).to.equal(false);
          }
        }
      }
    }
  });

  it("rejects a new weight that leaves its range, as it is or truncated", async function () {
    const X = [[0n, 0n, 0n], [0n, 0n, 8n]]; // prettier-ignore
    const W1 = [[0n, 0n], [0n, 0n], [100n, 100n]]; // prettier-ignore
    for (const [y, accepted] of [
      [-87n, true],
      [-94n, false],
    ] as const) {
      // prettier-ignore
      const { tensors } = networkWitness({ X, W1, Y: [[0n], [y]], W2: [[-128n], [121n]] }, SMALL);
      const { W2new = [], ...others } = tensors;
      expect(isProvable(others, SMALL)).to.equal(true);
      expect(isProvable({ W2new }, SMALL), W2new.join()).to.equal(accepted);
      const truncated = { ...others, W2new: W2new.map((row) => row.map((w) => BigInt.asIntN(SMALL.B, w))) };
      for (const claim of [tensors, truncated]) {
        const witness = await small.generate(networkInputs(claim, names));
        expect(satisfies(small.r1cs, witness), `${y}`).to.equal(accepted);
      }
    }
  });

  it("rejects a change of an output or of ctx", async function () {
    const [step] = draw(new Random(9), 1);
    const honest = await small.generate(networkInputs(step?.tensors ?? {}, names));
    expect(satisfies(small.r1cs, honest)).to.equal(true);
    for (const name of [...OUTPUTS, "ctx"]) {
      const wire = small.wires.get(`main.${name}`) ?? -1;
      expect(wire, name).to.be.greaterThan(0);
      for (const change of [1n, FIELD_ORDER / 2n]) {
        const forged = honest.with(wire, mod((honest[wire] ?? 0n) + change));
        expect(satisfies(small.r1cs, forged), `${name} + ${change}`).to.equal(false);
      }
    }
  });

  for (const T of [0, 9]) {
    it(`does not compile with a learning rate of 2^-${T}`, function () {
      expect(isRejectedByAssert({ file: "mlp_step", main: `MlpStep(2, 3, 2, 1, 8, 3, ${T})` })).to.equal(true);
    });
  }
});
