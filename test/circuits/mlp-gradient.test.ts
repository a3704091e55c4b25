import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import {
  changed,
  type Deviation,
  drawNetwork,
  isProvable,
  type Matrix,
  networkInputs,
  type NetworkParams,
  type NetworkVector,
  networkWitness,
  type Rounded,
} from "./support/mlp-witness.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import {
  type Compiled,
  compileTiny,
  isRejectedByAssert,
  replaceOnce,
  type TinyCircuit,
} from "./support/tiny-circuit.ts";
import { snarkjsAccepts } from "./support/wtns.ts";

const SMALL: NetworkParams = { m: 2, d: 2, h: 2, k: 2, B: 8, F: 3, T: 2 };
const TINY: TinyCircuit = { file: "mlp_gradient", main: "MlpGradient(2, 2, 2, 2, 8, 3)", publicInputs: ["ctx"] };
const TENSORS = ["X", "Y", "W1", "W2", "Z1", "Z1rem", "Z2", "Z2rem", "E1", "E1rem", "G1", "G1rem", "G2", "G2rem"];
const LOSS = 4; // fourth output

/** Activations 0, 1, -1 and 2; every hidden error is away from zero. */
const VECTOR: NetworkVector = {
  X: [
    [8n, 0n],
    [0n, 8n],
  ],
  Y: [
    [-40n, 30n],
    [-20n, -50n],
  ],
  W1: [
    [0n, 1n],
    [-1n, 2n],
  ],
  W2: [
    [9n, -7n],
    [-8n, 11n],
  ],
};

const inputsOf = (vector: NetworkVector, deviation?: Deviation): Record<string, unknown> =>
  networkInputs(networkWitness(vector, SMALL, deviation).tensors, TENSORS);

/** Moves entry (0, 0) of a rounded matrix by `change` and its remainder so that the accumulator stays. */
const misround =
  (shift: number, change: bigint) =>
  ({ quotient, remainder }: Rounded): Rounded => ({
    quotient: changed(quotient, 0, 0, change),
    remainder: changed(remainder, 0, 0, -change * (1n << BigInt(shift))),
  });

// MlpGradient
// ├── when the gradient stays in range
// │   ├── it accepts random networks and returns their exact loss
// │   └── it accepts the smallest and largest activations
// ├── when an activation, an error or a gradient leaves its range
// │   └── it rejects
// ├── when the derivative of the rectifier is taken as 1 at 0, with all that follows from it
// │   └── it rejects; the circuit without that rule accepts
// ├── when an activation, an error or a gradient is rounded otherwise, with all that follows from it
// │   └── it rejects; the circuit without the range of remainders accepts
// ├── when one entry of any tensor is changed
// │   └── it rejects, and the challenge is another one
// ├── when an output or ctx is changed
// │   └── it rejects
// └── when the parameters exceed a bound
//     └── it does not compile
describe("MlpGradient", function () {
  this.timeout(300_000);
  let small: Compiled;

  before(function () {
    small = compileTiny(TINY);
  });

  it("accepts 150 random networks and returns their loss", async function () {
    const random = new Random(150);
    for (let proved = 0; proved < 150;) {
      const vector = drawNetwork(random, SMALL, random.pick([2n, 8n, 16n, 30n]));
      const { tensors, loss } = networkWitness(vector, SMALL);
      if (!isProvable(tensors, SMALL)) continue;
      const witness = await small.generate(networkInputs(tensors, TENSORS));
      expect(witness[LOSS]).to.equal(loss);
      expect(satisfies(small.r1cs, witness), `network ${proved}`).to.equal(true);
      proved++;
    }
  });

  it("agrees with snarkjs on an honest witness", async function () {
    expect(await snarkjsAccepts(small.r1csPath, await small.generate(inputsOf(VECTOR)))).to.equal(true);
  });

  it("accepts the smallest and the largest activation and not their neighbours", async function () {
    // Z1 = 16 * w - 1 * 8 at the ends of its range; the output layer is switched off.
    const idle = { Y: [[0n, 0n], [0n, 0n]], W2: [[0n, 0n], [0n, 0n]] }; // prettier-ignore
    for (const [w, v, accepted] of [
      [-127n, 0n, true],
      [-128n, 0n, false],
      [127n, 1n, true],
      [127n, 2n, false],
    ] as const) {
      const vector = { ...idle, X: [[8n, 8n], [0n, 0n]], W1: [[w, 0n], [v, 0n]] }; // prettier-ignore
      expect(networkWitness(vector, SMALL).tensors["Z1"]?.[0]?.[0]).to.equal(w + v);
      expect(satisfies(small.r1cs, await small.generate(inputsOf(vector))), `${w + v}`).to.equal(accepted);
    }
  });

  for (const [name, vector] of Object.entries(outOfRange())) {
    it(`rejects a network whose ${name} leaves its range, as it is or truncated`, async function () {
      const computed: Record<string, Matrix> = networkWitness(vector, SMALL).tensors;
      const tensors = Object.fromEntries(TENSORS.map((tensor) => [tensor, computed[tensor] ?? []]));
      const others = { ...tensors, [name]: [[0n]] };
      expect([isProvable(tensors, SMALL), isProvable(others, SMALL)]).to.deep.equal([false, true]);
      expect(satisfies(small.r1cs, await small.generate(networkInputs(tensors, TENSORS)))).to.equal(false);
      const truncate = ({ quotient, remainder }: Rounded): Rounded => ({
        quotient: quotient.map((row) => row.map((value) => BigInt.asIntN(SMALL.B, value))),
        remainder,
      });
      expect(satisfies(small.r1cs, await small.generate(inputsOf(vector, { round: { [name]: truncate } })))).to.equal(
        false,
      );
    });
  }

  it("rejects a derivative of 1 at 0", async function () {
    const forger = compileTiny({
      ...TINY,
      edits: { rescale: (s) => replaceOnce(s, "(1 << (B - 1)) - THRESHOLD", "1 << (B - 1)") },
    });
    const deviation: Deviation = { passes: (activation) => activation >= 0n };
    const honest = inputsOf(VECTOR);
    const claim = inputsOf(VECTOR, deviation);
    expect(claim["G1"]).to.not.deep.equal(honest["G1"]);
    expect(satisfies(forger.r1cs, await forger.generate(claim))).to.equal(true);
    expect(satisfies(small.r1cs, await small.generate(honest))).to.equal(true);
    for (const generator of [forger, small]) {
      expect(satisfies(small.r1cs, await generator.generate(claim, small))).to.equal(false);
    }
  });

  for (const name of ["Z1", "Z2", "E1"] as const) {
    it(`rejects another rounding of ${name}`, async function () {
      const forger = compileTiny({
        ...TINY,
        edits: { rescale: (s) => replaceOnce(s, "remainderRange.value <== remainder;", "remainderRange.value <== 0;") },
      });
      for (const change of [-1n, 1n, 2n]) {
        const claim = inputsOf(VECTOR, { round: { [name]: misround(SMALL.F, change) } });
        expect(satisfies(forger.r1cs, await forger.generate(claim)), `${change}`).to.equal(true);
        for (const generator of [forger, small]) {
          expect(satisfies(small.r1cs, await generator.generate(claim, small)), `${change}`).to.equal(false);
        }
      }
    });
  }

  for (const name of ["G1", "G2"] as const) {
    it(`rejects another rounding of ${name}`, async function () {
      const forger = compileTiny({
        ...TINY,
        edits: {
          mlp_gradient: (s) => replaceOnce(s, "Pack(modelSize(d, h, k), S, 0)", "Pack(modelSize(d, h, k), 8, 64)"),
        },
      });
      for (const change of [-1n, 1n, 2n]) {
        const claim = inputsOf(VECTOR, { round: { [name]: misround(SMALL.F + 1, change) } });
        expect(satisfies(forger.r1cs, await forger.generate(claim)), `${change}`).to.equal(true);
        for (const generator of [forger, small]) {
          expect(satisfies(small.r1cs, await generator.generate(claim, small)), `${change}`).to.equal(false);
        }
      }
    });
  }

  it("rejects a change of any entry of any tensor, and draws another challenge for it", async function () {
    const { tensors } = networkWitness(VECTOR, SMALL);
    const z = small.wires.get("main.challenge.z") ?? -1;
    expect(z).to.be.greaterThan(0);
    const challenges = new Set([(await small.generate(inputsOf(VECTOR)))[z]]);
    let changes = 0;
    for (const name of TENSORS) {
      for (const [i, j] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ] as const) {
        // prettier-ignore
        const changedTensor = { ...tensors, [name]: changed(tensors[name] ?? [], i, j, name.endsWith("rem") ? -1n : 1n) };
        const forged = await small.generate(networkInputs(changedTensor, TENSORS));
        expect(satisfies(small.r1cs, forged), `${name}[${i}][${j}]`).to.equal(false);
        challenges.add(forged[z]);
        changes++;
      }
    }
    expect(challenges.size).to.equal(1 + changes);
  });

  it("rejects a change of an output or of ctx", async function () {
    const honest = await small.generate(inputsOf(VECTOR));
    expect(satisfies(small.r1cs, honest)).to.equal(true);
    for (const name of ["weights", "gradient", "batch", "loss", "ctx", "modelSalt", "batchSalt"]) {
      const wire = small.wires.get(`main.${name}`) ?? -1;
      expect(wire, name).to.be.greaterThan(0);
      for (const change of [1n, -1n, FIELD_ORDER / 2n]) {
        const forged = honest.with(wire, mod((honest[wire] ?? 0n) + change));
        expect(satisfies(small.r1cs, forged), `${name} + ${change}`).to.equal(false);
      }
    }
  });

  for (const [file, main, why] of [
    ["mlp_gradient", "MlpGradient(3, 2, 2, 2, 8, 3)", "a batch size that is not a power of two"],
    ["mlp_gradient", "MlpGradient(2, 2, 2, 2, 128, 3)", "a gradient above 252 bits"],
    ["mlp_gradient", "MlpGradient(2, 65536, 1, 1, 8, 3)", "more features than a tag can hold"],
    ["mlp_forward", "MlpForward(2, 2, 2, 2, 126, 3)", "a loss above 252 bits"],
    ["mlp_forward", "MlpForward(1, 16384, 1, 1, 120, 3)", "a sum above 252 bits"],
    ["mlp_forward", "MlpForward(2, 2, 2, 2, 8, 8)", "no integer bit"],
    ["mlp_forward", "MlpForward(2, 2, 2, 2, 8, 0)", "nothing to round"],
    ["mlp_forward", "MlpForward(2, 2, 0, 2, 8, 3)", "no hidden unit"],
    ["commit_mlp", "CommitMlp(1, 2, 0, 2, 8, 3)", "the tag of a linear model"],
  ] as const) {
    it(`does not compile with ${why}`, function () {
      expect(isRejectedByAssert({ file, main })).to.equal(true);
    });
  }
});

/** For each tensor a network in which it alone leaves its range. */
function outOfRange(): Record<string, NetworkVector> {
  const zero = [[0n, 0n], [0n, 0n]]; // prettier-ignore
  return {
    Z1: { X: [[16n, 0n], [0n, 0n]], Y: zero, W1: [[80n, 0n], [0n, 0n]], W2: zero }, // prettier-ignore
    Z2: { X: [[8n, 0n], [0n, 0n]], Y: [[127n, 0n], [0n, 0n]], W1: [[16n, 0n], [0n, 0n]], W2: [[65n, 0n], [0n, 0n]] }, // prettier-ignore
    E1: { X: zero, Y: [[-64n, 0n], [0n, 0n]], W1: zero, W2: [[32n, 0n], [0n, 0n]] }, // prettier-ignore
    G1: { X: [[0n, 0n], [127n, 1n]], Y: [[0n, 0n], [-64n, 0n]], W1: [[0n, 0n], [8n, 0n]], W2: [[8n, 0n], [0n, 0n]] }, // prettier-ignore
    G2: { X: [[8n, 0n], [0n, 0n]], Y: [[-120n, 0n], [0n, 0n]], W1: [[64n, 0n], [0n, 0n]], W2: zero }, // prettier-ignore
  };
}
