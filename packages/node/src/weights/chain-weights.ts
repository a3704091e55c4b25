import type { SettledStep } from "@corex/sdk/actions/read-settled-steps";
import { CorexError } from "@corex/sdk/errors";
import { linearStep } from "@corex/sdk/math/linear-step";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import type { WeightsOpening } from "@corex/sdk/task/weights-opening";

import type { Tools } from "../markets/open-fragment.ts";
import { missingHead, resolveWeights } from "./resolve-weights.ts";
import type { TaskInputs } from "./task-library.ts";

export interface ChainWeightsInput {
  readonly inputs: TaskInputs;
  readonly chain: number;
  /** Step that the weights are for. */
  readonly step: number;
  /** All settled steps of the chain before `step`. */
  readonly history: readonly SettledStep[];
  readonly tools: Pick<Tools, "tasks" | "store" | "logger">;
}

/** The opening of the weights that a step of a chain starts from. Errors as {@link resolveWeights}. */
export async function resolveChainWeights({
  inputs,
  chain,
  step,
  history,
  tools,
}: ChainWeightsInput): Promise<WeightsOpening> {
  const { manifest, params, task } = inputs;
  const label = { task: task.task, chain };
  const sequence = {
    label,
    salt: manifest.modelSalt,
    length: params.d,
    headBefore: (at: number) => {
      const head = at === 0 ? manifest.initialHeads[chain] : history[at - 1]?.newWeights;
      if (head === undefined) throw missingHead(label, at);
      return head;
    },
    idBefore: (at: number) => {
      const artifact = history[at - 1]?.artifact;
      if (at > 0 && artifact !== undefined) return bytes32ToContentId(artifact);
      const initial = manifest.initialWeights[chain];
      if (initial === undefined) throw new CorexError("TASK_MANIFEST_INVALID", `no weights for chain ${chain}`);
      return initial;
    },
    replay: async (before: WeightsOpening, at: number) => {
      const { X, y } = await tools.tasks.shard(inputs, chain, at);
      return linearStep({ X, y, weights: before.values, params }).newWeights;
    },
  };
  return resolveWeights(sequence, step, tools);
}
