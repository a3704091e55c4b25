import type { ActionContext } from "@corex/sdk/actions/execute";
import { readSettledSteps, type SettledStep } from "@corex/sdk/actions/read-settled-steps";
import { readTask } from "@corex/sdk/actions/read-task";
import { registerModel } from "@corex/sdk/actions/register-model";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { CorexError } from "@corex/sdk/errors";
import { putModelArtifact } from "@corex/sdk/models/model-artifact";
import { bytes32ToContentId, contentIdToBytes32, type ContentId } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import type { CreatedTask } from "@corex/sdk/task/create-task";
import { getWeightsOpening } from "@corex/sdk/task/weights-opening";
import type { JsonRpcProvider } from "ethers";
import { setTimeout as sleep } from "node:timers/promises";

/** A finished task as the chain tells it. */
export interface TrainedTask {
  /** What people call it. */
  readonly name: string;
  readonly task: string;
  readonly created: CreatedTask;
  /** Settled steps of each chain. */
  readonly steps: readonly (readonly SettledStep[])[];
  /** Final weights of each chain, read from the store and checked against the head on chain. */
  readonly weights: readonly (readonly bigint[])[];
  readonly openings: readonly ContentId[];
}

export interface TrainingContext {
  readonly contracts: CorexContracts;
  readonly provider: JsonRpcProvider;
  readonly store: ContentStore;
}

/** Waits until every fragment of a task is settled. @throws CorexError DEMO_TIMEOUT with what was reached. */
export async function waitForCompletion(
  { contracts }: TrainingContext,
  task: string,
  { fragments, timeoutMs }: { fragments: number; timeoutMs: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { status, settled } = await readTask(contracts, task);
    if (status === "completed") return;
    if (Date.now() > deadline) {
      throw new CorexError(
        "DEMO_TIMEOUT",
        `task ${task} settled ${settled} of ${fragments} fragments in ${timeoutMs / 1000} s`,
      );
    }
    await sleep(500);
  }
}

/** Reads a finished task back: steps from events, weights from the store, each checked against the chain's head. */
export async function readTrainedTask(
  { contracts, provider, store }: TrainingContext,
  { name, task, created }: Pick<TrainedTask, "name" | "task" | "created">,
): Promise<TrainedTask> {
  const steps: SettledStep[][] = [];
  const weights: (readonly bigint[])[] = [];
  const openings: ContentId[] = [];
  const toBlock = await provider.getBlockNumber();
  for (let chain = 0; chain < Number(created.terms.chains); chain += 1) {
    const settled = await readSettledSteps(contracts, provider, { task, chain, fromBlock: 0, toBlock });
    const last = settled.at(-1);
    if (last === undefined) throw new CorexError("DEMO_CHECK_FAILED", `chain ${chain} of ${task} has no settled step`);
    const head = await contracts.taskMarket.headOf(task, chain);
    const id = bytes32ToContentId(last.artifact);
    weights.push((await getWeightsOpening(store, id, head)).values);
    openings.push(id);
    steps.push(settled);
  }
  return { name, task, created, steps, weights, openings };
}

/** Registers the model of a finished task of the sender; returns the model's id. */
export async function publishModel(
  context: ActionContext,
  store: ContentStore,
  { task, created, openings }: TrainedTask,
  { labels, parent, metadataUri }: { labels: readonly string[]; parent?: string; metadataUri: string },
): Promise<string> {
  const heads: bigint[] = [];
  for (let chain = 0; chain < openings.length; chain += 1) {
    heads.push(await context.contracts.taskMarket.headOf(task, chain));
  }
  const artifact = await putModelArtifact(store, {
    task,
    manifest: created.manifestId,
    labels,
    heads,
    weights: openings,
  });
  const { result } = await registerModel(context, {
    terms: created.terms,
    artifact: contentIdToBytes32(artifact),
    metadataUri,
    ...(parent === undefined ? {} : { parent }),
  });
  return result;
}
