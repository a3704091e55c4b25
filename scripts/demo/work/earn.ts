import { publishNetworkTask } from "@corex/sdk/actions/publish-network-task";
import { CorexError } from "@corex/sdk/errors";
import { createTask } from "@corex/sdk/task/create-task";
import { formatEther, parseEther } from "ethers";

import { passOneDay, settleAll, waitForPeriod, waitUntilEligible } from "../economy.ts";
import { print } from "../print.ts";
import type { Stage } from "../scenes.ts";
import { readTrainedTask, waitForCompletion, type TrainedTask } from "../training.ts";

/** Steps of each chain of a day's task. */
const STEPS_A_DAY = 10;
const MAX_DAYS = 8;
const SECONDS_PER_FRAGMENT_ALLOWED = 40;

/** Reputation that a verifier needs, and a little more: it decays while nothing happens. */
const SCORE = parseEther("0.605");

/**
 * Day after day the Operations Committee issues a proved network task, until the nodes hold `needed` CXT wei together and have the
 * reputation that verifiers need: nobody is given either. Returns the last task.
 */
export async function earn(stage: Stage, needed: bigint): Promise<TrainedTask> {
  const { network, operations, context, labels } = stage;
  let trained: TrainedTask | undefined;
  for (let day = 1; ; day += 1) {
    const [held, score] = await wealthOf(stage);
    if (trained !== undefined && held >= needed && score >= SCORE) return trained;
    print(
      `  day ${day}: the nodes hold ${Number(formatEther(held)).toFixed(0)} of ${Number(formatEther(needed)).toFixed(0)} CXT, ` +
        `lowest reputation ${Number(formatEther(score)).toFixed(3)}; a network task of ${STEPS_A_DAY} steps for each class`,
    );
    if (day > MAX_DAYS) throw new CorexError("DEMO_TOO_LITTLE_CXT", `the nodes earned too little in ${MAX_DAYS} days`);
    await waitUntilEligible(network);
    await waitForPeriod(network);
    const owner = operations.sender.address;
    const created = await createTask({
      ...stage.task,
      owner,
      steps: STEPS_A_DAY,
      feePerFragment: 0n,
      nonce: BigInt(day),
    });
    const { result: task } = await publishNetworkTask(operations, created.terms);
    stage.board.watch(task);
    const fragments = STEPS_A_DAY * labels.length;
    const timeoutMs = 60_000 + fragments * SECONDS_PER_FRAGMENT_ALLOWED * 1_000;
    await Promise.race([waitForCompletion(context, task, { fragments, timeoutMs }), stage.death()]);
    await stage.board.finish(fragments, 5_000);
    trained = await readTrainedTask(context, { name: "network task", task, created });
    await passOneDay(network.provider);
    await settleAll(operations, network.nodes);
  }
}

/** CXT wei of all payout accounts together, and the lowest reputation. */
async function wealthOf({ network: { contracts, nodes } }: Stage): Promise<readonly [bigint, bigint]> {
  let held = 0n;
  let lowest = parseEther("1");
  for (const { id, payout } of nodes) {
    held += await contracts.token.balanceOf(payout.address);
    const score = await contracts.reputation.scoreOf(id);
    if (score < lowest) lowest = score;
  }
  return [held, lowest];
}
