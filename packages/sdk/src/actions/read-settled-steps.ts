import type { Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { CorexError } from "../errors.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/** A settled step as its event recorded it. */
export interface SettledStep {
  readonly step: number;
  readonly node: bigint;
  readonly newWeights: bigint;
  readonly gradient: bigint;
  readonly batch: bigint;
  readonly loss: bigint;
  /** SHA-256 digest of the opening of `newWeights`: where its node says it is. */
  readonly artifact: string;
  readonly paid: bigint;
  readonly fee: bigint;
  readonly points: bigint;
  readonly blockNumber: number;
  readonly transactionHash: string;
}

export interface SettledStepsQuery {
  readonly task: string;
  readonly chain: number;
  readonly firstStep?: number;
}

/**
 * The settled steps of a chain in order, from `firstStep`, in a range of blocks that starts right after the one before it
 * was settled (for step 0: at the publication of the task, or anywhere before).
 *
 * @throws CorexError CHAIN_LOGS_INCOMPLETE when the endpoint left a step out; CHAIN_UNREACHABLE and others.
 */
export async function readSettledSteps(
  { taskMarket }: CorexContracts,
  provider: Provider,
  { task, chain, firstStep = 0, ...range }: ScanRange & SettledStepsQuery,
): Promise<SettledStep[]> {
  const steps: SettledStep[] = [];
  const event = taskMarket.getEvent("FragmentSettled");
  for await (const events of scanEvents(provider, taskMarket, event, range, [task, chain])) {
    for (const { args, blockNumber, transactionHash } of events) {
      const { newWeights, gradient, batch, loss } = args.record;
      const { node, artifact, paid, fee, points } = args;
      const step = Number(args.step);
      if (step !== firstStep + steps.length) {
        throw new CorexError(
          "CHAIN_LOGS_INCOMPLETE",
          `chain ${chain} of ${task}: found step ${step}, expected ${firstStep + steps.length}`,
          {
            retry: "later",
            details: { task, chain, step },
          },
        );
      }
      steps.push({
        step,
        node,
        newWeights,
        gradient,
        batch,
        loss,
        artifact,
        paid,
        fee,
        points,
        blockNumber,
        transactionHash,
      });
    }
  }
  return steps;
}
