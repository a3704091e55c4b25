import { expect } from "chai";
import type { Groth16ProofJson } from "snarkjs";

import { type CircuitTemplate, circuitTemplate } from "../../../packages/sdk/src/circuits/circuit-params.ts";
import { type Circuit, loadCircuit, readManifest } from "../../../packages/sdk/src/circuits/manifest.ts";
import {
  type Prove,
  proveApplyStep,
  proveEvaluation,
  proveGradient,
  proveProgress,
  proveResiduals,
  proveStep,
} from "../../../packages/sdk/src/proof/prove-model.ts";
import type { Statement } from "../../../packages/sdk/src/proof/prove-statement.ts";
import { SnarkjsProver } from "../../../packages/sdk/src/proof/snarkjs-prover.ts";
import { verifyProof } from "../../../packages/sdk/src/proof/verify.ts";
import { ensureCompiled } from "../../../scripts/circuits/lib/ensure-compiled.ts";
import { Random } from "../../circuits/support/random.ts";
import { drawSecrets, orRefused, SDK_INSTANCES, type Secrets } from "../../circuits/support/sdk-instances.ts";

const PROVE: Readonly<Record<CircuitTemplate, Prove<never, Statement<unknown>>>> = {
  LinearStep: proveStep,
  LinearGradient: proveGradient,
  LinearGradientK: proveGradient,
  LinearStepK: proveStep,
  MlpGradient: proveGradient,
  MlpStep: proveStep,
  ApplyStep: proveApplyStep,
  LinearEvaluate: proveEvaluation,
  MlpEvaluate: proveEvaluation,
  LinearResiduals: proveResiduals,
  LinearProgress: proveProgress,
};

// Every circuit of the manifest
// ├── its statement has a proof that verifies
// └── when a public signal is changed
//     └── the proof is rejected
describe("proving every circuit of the manifest", function () {
  this.timeout(300_000);
  const prover = new SnarkjsProver();

  after(async function () {
    await prover.close();
  });

  for (const [key, entry] of Object.entries(readManifest().circuits)) {
    const [, instance] = Object.entries(SDK_INSTANCES).find(([, { tiny }]) => tiny.name === entry.name) ?? [];

    it(`proves ${key}, and the proof is good for its public signals only`, async function () {
      ensureCompiled(key, entry);
      const circuit = loadCircuit(key);
      const random = new Random(17);
      const draw = (): Secrets => drawSecrets(instance ?? {}, entry, random);
      const { proof, publicSignals } = await firstProof(PROVE[circuitTemplate(entry)], prover, circuit, draw);
      const signals = publicSignals.map(String);
      expect(await verifyProof(circuit, { proof, publicSignals: signals })).to.equal(true);
      for (const [i, signal] of publicSignals.entries()) {
        const forged = signals.with(i, String(signal === 0n ? 1n : signal - 1n));
        expect(await verifyProof(circuit, { proof, publicSignals: forged }), `signal ${i}`).to.equal(false);
      }
    });
  }
});

/** A proof of the first random vector that has one. */
async function firstProof(
  prove: Prove<never, Statement<unknown>>,
  prover: SnarkjsProver,
  circuit: Circuit,
  draw: () => Secrets,
): Promise<Statement<unknown> & { proof: Groth16ProofJson }> {
  for (;;) {
    const proven = await orRefused(prove(prover, draw() as never, circuit));
    if (proven !== undefined) return proven;
  }
}
