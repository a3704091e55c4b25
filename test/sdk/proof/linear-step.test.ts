import { expect } from "chai";

import type { Circuit } from "../../../packages/sdk/src/circuits/manifest.ts";
import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { CorexError } from "../../../packages/sdk/src/errors.ts";
import {
  type LinearStepProof,
  linearStepPublicSignals,
  linearStepStatement,
  proveLinearStep,
} from "../../../packages/sdk/src/proof/linear-step.ts";
import { SnarkjsProver } from "../../../packages/sdk/src/proof/snarkjs-prover.ts";
import { verifyProof } from "../../../packages/sdk/src/proof/verify.ts";
import { calculateWitness } from "../../../packages/sdk/src/proof/witness.ts";
import { freeWires, jacobianRank } from "../../circuits/support/jacobian.ts";
import { readR1csFile, satisfies } from "../../circuits/support/r1cs.ts";
import { readWitness } from "../../circuits/support/wtns.ts";
import { drawVector, tryStep } from "../../circuits/support/linear-step-vectors.ts";
import { Random } from "../../circuits/support/random.ts";
import { linearStepParams } from "../../../packages/sdk/src/circuits/linear-step-params.ts";
import { linearStepCircuit, linearStepSecrets } from "./support/linear-step-fixture.ts";

// proveLinearStep
// ├── it proves a step, and the proof verifies
// ├── when a public signal is changed
// │   └── the proof is rejected
// ├── when a signal is not a field element, or their number is wrong
// │   └── the proof is rejected
// ├── when the context is another one
// │   └── the proof is rejected
// ├── when the proof is that of another step
// │   └── it is rejected
// ├── when circuit and SDK disagree
// │   └── it throws PROOF_SIGNALS_MISMATCH
// └── when a salt or the context is not a field element
//     └── it throws COMMIT_OUT_OF_FIELD
describe("proveLinearStep", function () {
  this.timeout(120_000);
  const secrets = linearStepSecrets();
  const prover = new SnarkjsProver();
  let circuit: Circuit;
  let result: LinearStepProof;
  let signals: string[];

  before(async function () {
    circuit = linearStepCircuit();
    result = await proveLinearStep(prover, secrets, { circuit });
    signals = linearStepPublicSignals(result.publicSignals).map(String);
  });

  after(async function () {
    await prover.close();
  });

  it("returns the step that the SDK computes, with a proof that verifies", async function () {
    const expected = await linearStepStatement(secrets, circuit.entry);
    expect(result.publicSignals).to.deep.equal(expected.signals);
    expect(result.gradient).to.deep.equal(expected.gradient);
    expect(result.newWeights).to.deep.equal(expected.newWeights);
    expect(result.loss).to.equal(expected.loss);
    expect(await verifyProof(circuit, { proof: result.proof, publicSignals: signals })).to.equal(true);
  });

  for (const [index, name] of ["weights", "newWeights", "gradient", "batch", "loss", "ctx"].entries()) {
    it(`is rejected with another ${name}`, async function () {
      for (const change of [1n, FIELD_ORDER - 1n]) {
        const value = (BigInt(signals[index] ?? "0") + change) % FIELD_ORDER;
        const publicSignals = signals.with(index, String(value));
        expect(await verifyProof(circuit, { proof: result.proof, publicSignals })).to.equal(false);
      }
    });

    it(`is rejected when p is added to ${name}`, async function () {
      const publicSignals = signals.with(index, String(BigInt(signals[index] ?? "0") + FIELD_ORDER));
      expect(await verifyProof(circuit, { proof: result.proof, publicSignals })).to.equal(false);
    });
  }

  it("is rejected with one signal fewer or more", async function () {
    for (const publicSignals of [signals.slice(0, -1), [...signals, "0"]]) {
      expect(await verifyProof(circuit, { proof: result.proof, publicSignals })).to.equal(false);
    }
  });

  it("does not carry over to another context or another step", async function () {
    const other = await proveLinearStep(prover, { ...secrets, ctx: secrets.ctx + 1n }, { circuit });
    const otherSignals = linearStepPublicSignals(other.publicSignals).map(String);
    expect(otherSignals.slice(0, 5)).to.deep.equal(signals.slice(0, 5));
    expect(await verifyProof(circuit, { proof: other.proof, publicSignals: otherSignals })).to.equal(true);
    expect(await verifyProof(circuit, { proof: other.proof, publicSignals: signals })).to.equal(false);
    expect(await verifyProof(circuit, { proof: result.proof, publicSignals: otherSignals })).to.equal(false);
  });

  it("lets a step be chained: the new weights are the weights of the next step", async function () {
    const next = await linearStepStatement({ ...secrets, weights: result.newWeights }, circuit.entry);
    expect(next.signals.weights).to.equal(result.publicSignals.newWeights);
  });

  it("agrees with the circuit on 40 random and edge vectors of 16 x 16", async function () {
    const random = new Random(4016);
    const params = linearStepParams(circuit.entry);
    const r1cs = readR1csFile(circuit.r1cs);
    for (let i = 0, proved = 0; proved < 40; i++) {
      const vector = i % 2 === 0 ? drawVector(random, params) : linearStepSecrets(i);
      if (tryStep(vector, params) === undefined) continue;
      const drawn = { ...vector, modelSalt: random.field(), batchSalt: random.field(), ctx: random.field() };
      const { inputs, signals: expected } = await linearStepStatement(drawn, circuit.entry);
      const witness = readWitness(await calculateWitness(circuit, inputs));
      expect(witness.slice(1, 7), `vector ${i}`).to.deep.equal(linearStepPublicSignals(expected));
      if (proved % 10 === 0) expect(satisfies(r1cs, witness)).to.equal(true);
      proved++;
    }
  });

  it("comes from a circuit that determines every wire: its Jacobian has full rank", async function () {
    const { inputs } = await linearStepStatement(secrets, circuit.entry);
    const witness = readWitness(await calculateWitness(circuit, inputs));
    const r1cs = readR1csFile(circuit.r1cs);
    const free = freeWires(r1cs);
    expect(jacobianRank(r1cs, witness, free)).to.deep.equal({ rank: free.length, undetermined: [] });
  });

  it("throws PROOF_SIGNALS_MISMATCH when the circuit computes something else", async function () {
    const fake = {
      prove: () => Promise.resolve({ proof: result.proof, publicSignals: signals.with(4, "1") }),
      close: () => Promise.resolve(),
    };
    const error: unknown = await proveLinearStep(fake, secrets, { circuit }).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(CorexError).with.property("code", "PROOF_SIGNALS_MISMATCH");
    expect(error).to.have.property("message").that.includes("loss");
  });

  for (const field of ["modelSalt", "batchSalt", "ctx"] as const) {
    it(`throws COMMIT_OUT_OF_FIELD when ${field} is not a field element`, async function () {
      for (const value of [FIELD_ORDER, -1n]) {
        const error: unknown = await linearStepStatement({ ...secrets, [field]: value }, circuit.entry).catch(
          (e: unknown) => e,
        );
        expect(error).to.be.instanceOf(CorexError).with.property("code", "COMMIT_OUT_OF_FIELD");
      }
    });
  }
});
