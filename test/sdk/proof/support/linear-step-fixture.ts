import { type Circuit, loadCircuit, readManifest } from "../../../../packages/sdk/src/circuits/manifest.ts";
import { LINEAR_STEP_CIRCUIT, type LinearStepSecrets } from "../../../../packages/sdk/src/proof/linear-step.ts";
import { ensureCompiled } from "../../../../scripts/circuits/lib/ensure-compiled.ts";
import { Random } from "../../../circuits/support/random.ts";

/** The production circuit, compiled first if it is not. */
export function linearStepCircuit(): Circuit {
  const entry = readManifest().circuits[LINEAR_STEP_CIRCUIT];
  if (entry === undefined) throw new Error(`${LINEAR_STEP_CIRCUIT} is not in the manifest`);
  ensureCompiled(LINEAR_STEP_CIRCUIT, entry);
  return loadCircuit(LINEAR_STEP_CIRCUIT);
}

/** A batch of small values: features and labels within one, weights within a half. */
export function linearStepSecrets(seed = 1): LinearStepSecrets {
  const random = new Random(seed);
  const vector = (bound: bigint): bigint[] => Array.from({ length: 16 }, () => random.between(-bound, bound));
  return {
    X: Array.from({ length: 16 }, () => vector(256n)),
    y: vector(256n),
    weights: vector(128n),
    modelSalt: random.field(),
    batchSalt: random.field(),
    ctx: random.field() >> 8n,
  };
}
