import { encodeProof } from "@corex/sdk/proof/encode-proof";
import { proveLinearStep } from "@corex/sdk/proof/linear-step";
import { linearStep } from "@corex/sdk/math/linear-step";
import { contentIdToBytes32 } from "@corex/sdk/store/content-id";
import { stepContext } from "@corex/sdk/task/step-context";
import { commitOpening, putWeightsOpening, type WeightsOpening } from "@corex/sdk/task/weights-opening";

import type { FragmentKey } from "../journal/fragment-key.ts";
import type { StepSubmission } from "../journal/submission-json.ts";
import type { Tools } from "../markets/open-fragment.ts";
import type { TaskInputs } from "../weights/task-library.ts";

export interface ProveStepInput {
  readonly key: FragmentKey;
  readonly inputs: TaskInputs;
  /** Opening of the head that the step starts from. */
  readonly before: WeightsOpening;
  readonly chainId: number;
  readonly market: string;
  readonly operator: string;
  readonly tools: Tools;
}

/** Computes a step, stores the weights it ends with, proves it, and returns what the market takes. Errors: see its parts. */
export async function proveStep(input: ProveStepInput): Promise<StepSubmission> {
  const { key, inputs, before, chainId, market, operator, tools } = input;
  const { task, chain, step } = key;
  const { manifest, circuit, params } = inputs;
  const { X, y, salt: batchSalt } = await tools.tasks.shard(inputs, chain, step);

  const { newWeights, loss } = linearStep({ X, y, weights: before.values, params });
  const artifact = contentIdToBytes32(await putWeightsOpening(tools.store, { ...before, values: newWeights }));
  tools.onComputed(await commitOpening(before), loss);

  const ctx = stepContext({ chainId, market, circuit: inputs.task.terms.circuit, task, chain, step, operator });
  const secrets = { X, y, weights: before.values, modelSalt: manifest.modelSalt, batchSalt, ctx };
  const { proof, publicSignals } = await proveLinearStep(tools.prover, secrets, { circuit, signal: tools.signal });
  return {
    kind: "step",
    chain,
    step,
    weights: publicSignals.weights,
    newWeights: publicSignals.newWeights,
    gradient: publicSignals.gradient,
    batch: publicSignals.batch,
    loss: publicSignals.loss,
    artifact,
    proof: encodeProof(proof),
    shardProof: tools.tasks.shardPath(inputs, chain, step),
    initialHeads: step === 0 ? manifest.initialHeads : [],
  };
}
