import type { ActionContext } from "@corex/sdk/actions/execute";
import { readRoundTask } from "@corex/sdk/actions/read-round-task";
import { readSettledRoundFragments, type SettledRoundFragment } from "@corex/sdk/actions/read-settled-round-fragments";
import { registerRoundModel } from "@corex/sdk/actions/register-round-model";
import { scanEvents } from "@corex/sdk/actions/scan-events";
import { CorexError } from "@corex/sdk/errors";
import { putModelArtifact } from "@corex/sdk/models/model-artifact";
import { bytes32ToContentId, contentIdToBytes32, type ContentId } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import type { CreatedRoundTask } from "@corex/sdk/task/create-round-task";
import { APPLY_FRAGMENT } from "@corex/sdk/task/round-fragment";
import { getWeightsOpening } from "@corex/sdk/task/weights-opening";
import { setTimeout as sleep } from "node:timers/promises";

import type { RoundPlan } from "./round-plan.ts";
import type { TrainingContext } from "./training.ts";

/** A round that went on without some of its lanes, in CXT wei. */
export interface Closing {
  readonly round: number;
  readonly refunded: bigint;
  readonly kept: bigint;
}

/** A finished task of rounds as the chain tells it. */
export interface TrainedRoundTask {
  readonly task: string;
  readonly created: CreatedRoundTask;
  readonly plan: RoundPlan;
  /** In the order they settled. */
  readonly fragments: readonly SettledRoundFragment[];
  /** Hash chain over them, computed here. */
  readonly transcript: string;
  readonly closings: readonly Closing[];
  /** Final weights, read from the store and checked against the head on chain. */
  readonly weights: readonly bigint[];
  readonly opening: ContentId;
}

/** Waits until a task of rounds is completed. @throws CorexError DEMO_TIMEOUT with what was reached. */
export async function waitForRounds(
  { contracts }: TrainingContext,
  task: string,
  { rounds, timeoutMs }: { rounds: number; timeoutMs: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { status, phase, round } = await readRoundTask(contracts, task);
    if (status === "completed") return;
    if (Date.now() > deadline) {
      const reached = `applied ${round} of ${rounds} rounds (open: ${phase})`;
      throw new CorexError("DEMO_TIMEOUT", `task ${task} ${reached} in ${timeoutMs / 1000} s`);
    }
    await sleep(500);
  }
}

/** Reads a finished task of rounds back: fragments from events, weights from the store, checked against the chain's head. */
export async function readTrainedRounds(
  { contracts, provider, store }: TrainingContext,
  { task, created, plan }: Pick<TrainedRoundTask, "task" | "created" | "plan">,
): Promise<TrainedRoundTask> {
  const { roundMarket } = contracts;
  const range = { fromBlock: 0, toBlock: await provider.getBlockNumber() };
  const { fragments, transcript } = await readSettledRoundFragments(contracts, provider, { task, ...range });
  const last = fragments.findLast(({ fragment }) => fragment === APPLY_FRAGMENT);
  if (last === undefined) throw new CorexError("DEMO_CHECK_FAILED", `no round of ${task} was applied`);
  const opening = bytes32ToContentId(last.artifact);
  const { values: weights } = await getWeightsOpening(store, opening, await roundMarket.headOf(task));

  const closings: Closing[] = [];
  const closed = roundMarket.getEvent("RoundClosed");
  for await (const events of scanEvents(provider, roundMarket, closed, range, [task])) {
    for (const { args } of events) {
      closings.push({ round: Number(args.round), refunded: args.refunded, kept: args.kept });
    }
  }
  return { task, created, plan, fragments, transcript, closings, weights, opening };
}

/** Registers the model of a finished task of rounds of the sender, with its proved metrics. */
export async function publishRoundModel(
  context: ActionContext,
  store: ContentStore,
  { task, created, plan, opening }: TrainedRoundTask,
  metadataUri: string,
): Promise<{ model: string; gas: bigint }> {
  const artifact = await putModelArtifact(store, {
    task,
    manifest: created.manifestId,
    labels: plan.dataset.classes,
    heads: [await context.contracts.roundMarket.headOf(task)],
    weights: [opening],
  });
  const { result, receipt } = await registerRoundModel(context, {
    terms: created.terms,
    evaluator: plan.circuits.evaluate.entry,
    artifact: contentIdToBytes32(artifact),
    metadataUri,
  });
  return { model: result, gas: receipt.gasUsed };
}
