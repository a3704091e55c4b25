import { expect } from "chai";
import type { Groth16ProofJson } from "snarkjs";

import type { Circuit } from "../../../packages/sdk/src/circuits/manifest.ts";
import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { applyStepSignals, applyStepStatement } from "../../../packages/sdk/src/proof/apply-step.ts";
import { GRADIENT_SIGNALS } from "../../../packages/sdk/src/proof/gradient-statement.ts";
import { linearProgressStatement } from "../../../packages/sdk/src/proof/linear-progress.ts";
import { linearResidualsStatement } from "../../../packages/sdk/src/proof/linear-residuals.ts";
import {
  evaluationStatementOf,
  gradientStatementOf,
  proveApplyStep,
  proveGradient,
  stepStatementOf,
} from "../../../packages/sdk/src/proof/prove-model.ts";
import type { Prover } from "../../../packages/sdk/src/proof/prover.ts";
import type { TrainingSecrets } from "../../../packages/sdk/src/proof/training-secrets.ts";
import { caught } from "../math/support/caught.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";

const SALTS = { modelSalt: 11n, batchSalt: 12n, ctx: 13n };
/** Two samples of two features, one target. */
const LINEAR: TrainingSecrets = {
  X: [
    [256n, 0n],
    [0n, 256n],
  ],
  Y: [[256n], [-256n]],
  weights: [128n, 64n],
  ...SALTS,
};
/** The same with two targets. */
const LINEAR_K: TrainingSecrets = {
  ...LINEAR,
  Y: [
    [256n, 0n],
    [-256n, 64n],
  ],
  weights: [128n, 0n, 64n, 64n],
};
/** Two hidden units. */
const MLP: TrainingSecrets = { ...LINEAR_K, weights: [256n, 0n, 0n, 256n, 128n, 0n, 64n, 64n] };

const GRADIENT = { name: "LinearGradient", params: [2, 2, 16, 8] };
const GRADIENT_K = { name: "LinearGradientK", params: [2, 2, 2, 16, 16, 8] };
const MLP_GRADIENT = { name: "MlpGradient", params: [2, 2, 2, 2, 16, 8] };
const APPLY = { name: "ApplyStep", params: [3, 2, 0, 1, 16, 8, 4] };

// The inputs and signals of every statement meet their circuits in test/circuits.
//
// gradientStatementOf, stepStatementOf, evaluationStatementOf
// ├── they choose the statement by the template of the circuit
// ├── a step starts at the commitment of its gradient, and ends at the weights of the next step
// └── when the circuit proves something else they throw CIRCUIT_MISMATCH
describe("statements about models", function () {
  it("are chosen by the template of the circuit", async function () {
    const names = async (secrets: TrainingSecrets, entry: typeof GRADIENT): Promise<string> =>
      Object.keys((await gradientStatementOf(secrets, entry)).inputs).join();
    expect(await names(LINEAR, GRADIENT)).to.equal("X,y,w,g,modelSalt,batchSalt,ctx");
    expect(await names(LINEAR_K, GRADIENT_K)).to.equal("X,Y,W,G,R,C,modelSalt,batchSalt,ctx");
    expect(await names(MLP, MLP_GRADIENT)).to.equal(
      "X,Y,W1,W2,Z1,Z1rem,Z2,Z2rem,E1,E1rem,G1,G1rem,G2,G2rem,modelSalt,batchSalt,ctx",
    );
  });

  it("agree on what a gradient, a step and an evaluation of one model share", async function () {
    for (const [secrets, gradient, step, evaluate] of [
      [LINEAR, GRADIENT, "LinearStep", "LinearEvaluate"],
      [LINEAR_K, GRADIENT_K, "LinearStepK", "LinearEvaluate"],
      [MLP, MLP_GRADIENT, "MlpStep", "MlpEvaluate"],
    ] as const) {
      const first = await gradientStatementOf(secrets, gradient);
      const whole = await stepStatementOf(secrets, { name: step, params: [...gradient.params, 4] });
      const { weights, gradient: commitment, batch, loss, ctx, newWeights } = whole.signals;
      expect(first.signals).to.deep.equal({ weights, gradient: commitment, batch, loss, ctx });
      expect(first.publicSignals).to.deep.equal([weights, commitment, batch, loss, ctx]);
      expect(whole.publicSignals).to.deep.equal([weights, newWeights, commitment, batch, loss, ctx]);
      expect(whole.gradient).to.deep.equal(first.gradient);

      const next = await gradientStatementOf({ ...secrets, weights: whole.newWeights }, gradient);
      expect(next.signals.weights).to.equal(newWeights);

      const params = evaluate === "MlpEvaluate" ? gradient.params : [2, 2, secrets.Y[0]?.length ?? 0, 16, 8];
      const evaluation = await evaluationStatementOf(secrets, { name: evaluate, params });
      expect(evaluation.publicSignals).to.deep.equal([weights, batch, loss, BigInt(evaluation.correct), ctx]);
    }
  });

  it("throw CIRCUIT_MISMATCH when the circuit proves something else", async function () {
    const step = { name: "LinearStep", params: [2, 2, 16, 8, 4] };
    await expectCorexError(() => gradientStatementOf(LINEAR, step), "CIRCUIT_MISMATCH", /does not prove a gradient/);
    await expectCorexError(() => stepStatementOf(LINEAR, GRADIENT), "CIRCUIT_MISMATCH", /does not prove a step/);
    await expectCorexError(() => evaluationStatementOf(LINEAR, step), "CIRCUIT_MISMATCH", /not prove an evaluation/);
  });

  it("throw for a context, salts and weights that no circuit takes", async function () {
    for (const field of ["ctx", "modelSalt", "batchSalt"] as const) {
      const secrets = { ...MLP, [field]: FIELD_ORDER };
      await expectCorexError(() => gradientStatementOf(secrets, MLP_GRADIENT), "COMMIT_OUT_OF_FIELD", /is not an/);
    }
    const short = { ...MLP, weights: MLP.weights.slice(1) };
    await expectCorexError(() => gradientStatementOf(short, MLP_GRADIENT), "MATH_SHAPE", /weights has 7 elements/);
  });
});

// applyStepStatement
// ├── an absent lane has commitment, share and gradient zero
// ├── shares are equal unless they are given
// └── when the number of lanes is wrong it throws MATH_SHAPE
describe("applyStepStatement", function () {
  const secrets = { weights: [100n, 50n], gradients: [[32n, 16n], undefined, [0n, 16n]], modelSalt: 11n, ctx: 13n };

  it("gives an absent lane commitment, share and gradient zero", async function () {
    const { signals, inputs, newWeights, publicSignals } = await applyStepStatement(secrets, APPLY);
    expect(newWeights).to.deep.equal([99n, 49n]);
    expect(signals.shares).to.deep.equal([128n, 0n, 128n]);
    expect(signals.gradients[1]).to.equal(0n);
    expect(inputs.G).to.deep.equal([
      [32n, 16n],
      [0n, 0n],
      [0n, 16n],
    ]);
    expect(inputs.present).to.deep.equal([1n, 0n, 1n]);
    expect(publicSignals).to.have.length(9);
    expect(applyStepSignals(3).parse(publicSignals)).to.deep.equal(signals);
    expect(applyStepSignals(3).parse(publicSignals.map(String))).to.deep.equal(signals);
  });

  it("takes the commitment of a gradient as its own statement makes it", async function () {
    const { signals, gradient } = await gradientStatementOf(LINEAR, GRADIENT);
    const lanes = { ...secrets, weights: LINEAR.weights, gradients: [undefined, gradient, undefined] };
    const applied = await applyStepStatement(lanes, APPLY);
    expect(applied.signals.weights).to.equal(signals.weights);
    expect(applied.signals.gradients).to.deep.equal([0n, signals.gradient, 0n]);
    const step = await stepStatementOf(LINEAR, { name: "LinearStep", params: [2, 2, 16, 8, 4] });
    expect(applied.signals.newWeights).to.equal(step.signals.newWeights);
  });

  it("uses shares that are given, and throws MATH_SHAPE for another number of lanes", async function () {
    const { signals } = await applyStepStatement({ ...secrets, shares: [1n, 0n, 255n] }, APPLY);
    expect(signals.shares).to.deep.equal([1n, 0n, 255n]);
    const two = { ...secrets, gradients: secrets.gradients.slice(0, 2) };
    await expectCorexError(() => applyStepStatement(two, APPLY), "MATH_SHAPE", /gradients has 2 elements, expected 3/);
  });
});

describe("linearResidualsStatement, linearProgressStatement", function () {
  it("claim the least bounds unless others are given", async function () {
    const entry = { name: "LinearResiduals", params: [2, 2, 16, 8] };
    const { signals, largestResidual, largestGradient } = await linearResidualsStatement(LINEAR, entry);
    expect([signals.residualBound, signals.gradientBound]).to.deep.equal([largestResidual, largestGradient]);
    const wide = await linearResidualsStatement({ ...LINEAR, residualBound: 1n << 20n, gradientBound: 999n }, entry);
    expect(wide.publicSignals.slice(3, 5)).to.deep.equal([1n << 20n, 999n]);
    const tight = { ...LINEAR, residualBound: largestResidual - 1n };
    await expectCorexError(() => linearResidualsStatement(tight, entry), "MATH_BOUND_EXCEEDED", /largest residual/);
  });

  it("commit to both weights of a step that helps", async function () {
    const entry = { name: "LinearProgress", params: [2, 2, 16, 8] };
    const step = await stepStatementOf(LINEAR, { name: "LinearStep", params: [2, 2, 16, 8, 4] });
    const { signals } = await linearProgressStatement({ ...LINEAR, newWeights: step.newWeights }, entry);
    expect([signals.weights, signals.newWeights]).to.deep.equal([step.signals.weights, step.signals.newWeights]);
    const back = { ...LINEAR, weights: step.newWeights, newWeights: LINEAR.weights };
    await expectCorexError(() => linearProgressStatement(back, entry), "MATH_NO_PROGRESS", /rises/);
  });
});

// signal codecs
// └── when the number of signals or a signal is wrong they throw
describe("public signals", function () {
  it("are read by name, and rejected in another number or out of the field", function () {
    const signals = { weights: 1n, gradient: 2n, batch: 3n, loss: 4n, ctx: 5n };
    expect(GRADIENT_SIGNALS.encode(signals)).to.deep.equal([1n, 2n, 3n, 4n, 5n]);
    expect(GRADIENT_SIGNALS.parse(["1", "2", "3", "4", "5"])).to.deep.equal(signals);
    for (const values of [[1n, 2n, 3n, 4n], [1n, 2n, 3n, 4n, 5n, 6n], []]) {
      expect(caught(() => GRADIENT_SIGNALS.parse(values)).code).to.equal("PROOF_SIGNALS_INVALID");
    }
    for (const value of [FIELD_ORDER, -1n]) {
      expect(caught(() => GRADIENT_SIGNALS.parse([1n, 2n, 3n, 4n, value])).code).to.equal("COMMIT_OUT_OF_FIELD");
    }
    expect(caught(() => applyStepSignals(4).parse([1n, 2n, 3n])).code).to.equal("PROOF_SIGNALS_INVALID");
    const step = { weights: 1n, newWeights: 2n, gradients: [3n], shares: [4n], ctx: 5n };
    expect(caught(() => applyStepSignals(2).encode(step)).code).to.equal("MATH_SHAPE");
  });
});

// proveGradient, proveApplyStep
// ├── they return the statement with the proof of the prover
// └── when circuit and SDK disagree they throw PROOF_SIGNALS_MISMATCH
describe("proving a statement", function () {
  const proof = { pi_a: [], pi_b: [], pi_c: [], protocol: "groth16", curve: "bn128" } as unknown as Groth16ProofJson;
  const circuit = { entry: { ...GRADIENT_K, publicSignals: ["weights", "gradient"] } } as unknown as Circuit;
  const prover = (publicSignals: readonly string[]): Prover => ({
    prove: () => Promise.resolve({ proof, publicSignals }),
    close: () => Promise.resolve(),
  });

  it("returns the statement with the proof of the prover", async function () {
    const statement = await gradientStatementOf(LINEAR_K, GRADIENT_K);
    const signals = statement.publicSignals.map(String);
    expect(await proveGradient(prover(signals), LINEAR_K, circuit)).to.deep.equal({ ...statement, proof });
  });

  it("throws PROOF_SIGNALS_MISMATCH when circuit and SDK disagree, naming the signal", async function () {
    const signals = (await gradientStatementOf(LINEAR_K, GRADIENT_K)).publicSignals.map(String);
    for (const [wrong, text] of [
      [signals.with(1, "7"), /disagree on gradient/],
      [[...signals, "7"], /disagree on number of signals/],
    ] as const) {
      await expectCorexError(() => proveGradient(prover(wrong), LINEAR_K, circuit), "PROOF_SIGNALS_MISMATCH", text);
    }
  });

  it("throws CIRCUIT_MISMATCH before it proves", async function () {
    const lanes = { weights: [1n], gradients: [[1n]], modelSalt: 1n, ctx: 1n };
    await expectCorexError(() => proveApplyStep(prover([]), lanes, circuit), "CIRCUIT_MISMATCH", /is not ApplyStep/);
  });
});
