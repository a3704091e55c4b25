import { stepContext } from "@corex/sdk/task/step-context";
import { commitOpening, putWeightsOpening } from "@corex/sdk/task/weights-opening";
import { contentIdToBytes32 } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import { encodeProof } from "@corex/sdk/proof/encode-proof";
import { proveLinearStep } from "@corex/sdk/proof/linear-step";
import type { Prover } from "@corex/sdk/proof/prover";
import { linearStep } from "@corex/sdk/math/linear-step";
import type { WeightsOpening } from "@corex/sdk/task/weights-opening";

import type { FragmentKey } from "../journal/fragment-log.ts";
import type { FragmentSubmission } from "../journal/submission-json.ts";
import type { TaskInputs, TaskLibrary } from "../weights/task-library.ts";

export interface ProveFragmentInput {
  readonly key: FragmentKey;
  readonly inputs: TaskInputs;
  /** Opening of the head that the step starts from. */
  readonly before: WeightsOpening;
  readonly library: TaskLibrary;
  readonly store: ContentStore;
  readonly prover: Prover;
  readonly chainId: number;
  readonly market: string;
  readonly operator: string;
  readonly signal: AbortSignal;
  /** Called when the step is computed and its weights are stored, before the proof is made. */
  readonly onComputed: (weights: bigint, loss: bigint) => void;
}

/** Computes a step, stores the weights it ends with, proves it, and returns what the market takes. Errors: see its parts. */
export async function proveFragment(input: ProveFragmentInput): Promise<FragmentSubmission> {
  const { key, inputs, before, library, store, prover, chainId, market, operator, signal, onComputed } = input;
  const { task, chain, step } = key;
  const { manifest, circuit, params } = inputs;
  const { X, y, salt: batchSalt } = await library.shard(inputs, chain, step);

  const { newWeights, loss } = linearStep({ X, y, weights: before.values, params });
  const artifact = contentIdToBytes32(await putWeightsOpening(store, { ...before, values: newWeights }));
  onComputed(await commitOpening(before), loss);

  const ctx = stepContext({ chainId, market, circuit: inputs.task.terms.circuit, task, chain, step, operator });
  const secrets = { X, y, weights: before.values, modelSalt: manifest.modelSalt, batchSalt, ctx };
  const { proof, publicSignals } = await proveLinearStep(prover, secrets, { circuit, signal });
  return {
    chain,
    step,
    weights: publicSignals.weights,
    newWeights: publicSignals.newWeights,
    gradient: publicSignals.gradient,
    batch: publicSignals.batch,
    loss: publicSignals.loss,
    artifact,
    proof: encodeProof(proof),
    shardProof: library.shardPath(inputs, chain, step),
    initialHeads: step === 0 ? manifest.initialHeads : [],
  };
}
