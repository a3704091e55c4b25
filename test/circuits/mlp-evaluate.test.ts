import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import {
  changed,
  drawNetwork,
  isProvable,
  networkInputs,
  type NetworkParams,
  type NetworkVector,
  type NetworkWitness,
  networkWitness,
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

const SMALL: NetworkParams = { m: 3, d: 2, h: 2, k: 3, B: 8, F: 3, T: 2 };
const TINY: TinyCircuit = { file: "mlp_evaluate", main: "MlpEvaluate(3, 2, 2, 3, 8, 3)", publicInputs: ["ctx"] };
const TENSORS = ["X", "Y", "W1", "W2", "Z1", "Z1rem", "Z2", "Z2rem"];
const OUTPUTS = ["weights", "batch", "loss", "correct"];

// Scores (8, 8, 0), (0, 0, 0) and (0, 16, 16): every row is a tie.
const TIES: NetworkVector = {
  X: [[8n, 0n], [0n, 0n], [0n, 8n]], // prettier-ignore
  Y: [[8n, 0n, 0n], [0n, 0n, 8n], [0n, 8n, 8n]], // prettier-ignore
  W1: [[8n, 0n], [0n, 8n]], // prettier-ignore
  W2: [[8n, 8n, 0n], [0n, 16n, 16n]], // prettier-ignore
};

const output = (witness: readonly bigint[], name: string): bigint => witness[1 + OUTPUTS.indexOf(name)] ?? -1n;

const evaluate = (vector: NetworkVector): NetworkWitness => networkWitness(vector, SMALL);

const isForwardProvable = ({ tensors }: NetworkWitness): boolean =>
  isProvable(Object.fromEntries(TENSORS.map((name) => [name, tensors[name] ?? []])), SMALL);

// MlpEvaluate
// ├── it accepts random networks and returns their loss and the number of correct classes
// ├── it takes the first maximum of a tie
// ├── when ties are broken the other way
// │   └── it rejects; the circuit without that rule accepts
// ├── when the number of correct classes, the loss or another signal is changed
// │   └── it rejects
// ├── when one entry of any tensor is changed
// │   └── it rejects
// └── when there is one class only
//     └── it does not compile
describe("MlpEvaluate", function () {
  this.timeout(300_000);
  let small: Compiled;

  before(function () {
    small = compileTiny(TINY);
  });

  it("accepts 100 random networks and returns loss and correct classes", async function () {
    const random = new Random(300);
    const counts = new Set<bigint>();
    for (let proved = 0; proved < 100;) {
      const vector = drawNetwork(random, SMALL, random.pick([2n, 8n, 24n]));
      const network = evaluate(vector);
      if (!isForwardProvable(network)) continue;
      const witness = await small.generate(networkInputs(network.tensors, TENSORS));
      expect(output(witness, "loss")).to.equal(network.loss);
      expect(output(witness, "correct")).to.equal(network.correct);
      expect(satisfies(small.r1cs, witness), `network ${proved}`).to.equal(true);
      counts.add(network.correct);
      proved++;
    }
    expect([...counts].sort()).to.deep.equal([0n, 1n, 2n, 3n]);
  });

  it("takes the first maximum of a tie", async function () {
    const network = evaluate(TIES);
    const witness = await small.generate(networkInputs(network.tensors, TENSORS));
    expect(network.tensors["Z2"]).to.deep.equal([[8n, 8n, 0n], [0n, 0n, 0n], [0n, 16n, 16n]]); // prettier-ignore
    expect(satisfies(small.r1cs, witness)).to.equal(true);
    expect([network.correct, output(witness, "correct")]).to.deep.equal([2n, 2n]);
  });

  it("rejects a prover who breaks ties towards the end", async function () {
    const forger = compileTiny({
      ...TINY,
      edits: { argmax: (s) => replaceOnce(s, "scores[j] - maximum[j - 1] - 1", "scores[j] - maximum[j - 1]") },
    });
    const claim = networkInputs(evaluate({ ...TIES, Y: [[0n, 8n, 0n], ...TIES.Y.slice(1)] }).tensors, TENSORS);
    const own = await forger.generate(claim);
    expect(output(own, "correct")).to.equal(3n);
    expect(satisfies(forger.r1cs, own)).to.equal(true);
    expect(satisfies(small.r1cs, await forger.generate(claim, small))).to.equal(false);
    expect(output(await small.generate(claim), "correct")).to.equal(1n);
  });

  it("rejects a count that is one off and any other change of a signal", async function () {
    const honest = await small.generate(networkInputs(evaluate(TIES).tensors, TENSORS));
    for (const name of [...OUTPUTS, "ctx"]) {
      const wire = small.wires.get(`main.${name}`) ?? -1;
      expect(wire, name).to.be.greaterThan(0);
      for (const change of [1n, -1n, FIELD_ORDER / 2n]) {
        const forged = honest.with(wire, mod((honest[wire] ?? 0n) + change));
        expect(satisfies(small.r1cs, forged), `${name} + ${change}`).to.equal(false);
      }
    }
  });

  it("rejects a change of any entry that the forward pass uses", async function () {
    const { tensors } = evaluate(TIES);
    for (const name of TENSORS) {
      if (name === "Y") continue; // another label is another batch: the forward pass stands
      for (const [i, row] of (tensors[name] ?? []).entries()) {
        for (const j of row.keys()) {
          const forged = { ...tensors, [name]: changed(tensors[name] ?? [], i, j, name.endsWith("rem") ? -1n : 1n) };
          const witness = await small.generate(networkInputs(forged, TENSORS));
          expect(satisfies(small.r1cs, witness), `${name}[${i}][${j}]`).to.equal(false);
        }
      }
    }
  });

  it("commits to another batch when a label changes", async function () {
    const other = { ...TIES, Y: changed(TIES.Y, 1, 0, 1n) };
    const first = await small.generate(networkInputs(evaluate(TIES).tensors, TENSORS));
    const second = await small.generate(networkInputs(evaluate(other).tensors, TENSORS));
    expect(satisfies(small.r1cs, second)).to.equal(true);
    expect(output(second, "batch")).to.not.equal(output(first, "batch"));
    expect(output(second, "weights")).to.equal(output(first, "weights"));
  });

  it("does not compile with one class", function () {
    expect(isRejectedByAssert({ file: "mlp_evaluate", main: "MlpEvaluate(2, 2, 2, 1, 8, 3)" })).to.equal(true);
  });
});
