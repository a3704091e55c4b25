import { flushFees } from "@corex/sdk/actions/flush-fees";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { settleRewards } from "@corex/sdk/actions/settle-rewards";
import { withdraw } from "@corex/sdk/actions/withdraw";
import { CorexError } from "@corex/sdk/errors";
import type { JsonRpcProvider } from "ethers";
import { setTimeout as sleep } from "node:timers/promises";

import type { DemoNetwork, DemoNode } from "./network.ts";

const EPOCH_SECONDS = 86_400;
/** More than a nap of the lazy node, and room for a machine with other things to do. */
const ELIGIBLE_TIMEOUT_MS = 180_000;

/** Moves the local chain's clock one day on, so that the running epoch is over. */
export async function passOneDay(provider: JsonRpcProvider): Promise<void> {
  await provider.send("evm_increaseTime", [EPOCH_SECONDS]);
  await provider.send("evm_mine", []);
}

/** Waits until every node can be drawn: after a day passed, each has to send a heartbeat. */
export async function waitUntilEligible({ contracts, nodes }: DemoNetwork): Promise<void> {
  const deadline = Date.now() + ELIGIBLE_TIMEOUT_MS;
  for (const { id, name, profile } of nodes) {
    // The faker's agent may be gone by then.
    while (profile.conduct !== "faker" && !(await contracts.nodeRegistry.isEligible(id))) {
      if (Date.now() > deadline) {
        throw new CorexError("DEMO_NODE_SILENT", `${name} did not become eligible; its log is in the run's folder`);
      }
      await sleep(250);
    }
  }
}

/** Pays every node what it earned from the pool in finished epochs. Anyone may do this; here the owner does. */
export async function settleAll(context: ActionContext, nodes: readonly DemoNode[]): Promise<void> {
  await settleRewards(
    context,
    nodes.map(({ id }) => id),
  );
}

/** Sends what the escrows owe to each payout address and to the owner, and the collected fees on their way. */
export async function collectFees(context: ActionContext, nodes: readonly DemoNode[], owner: string): Promise<void> {
  const { contracts } = context;
  const router = await contracts.feeRouter.getAddress();
  for (const account of [...nodes.map(({ payout }) => payout.address), owner, router]) {
    for (const escrow of [contracts.taskEscrow, contracts.roundEscrow]) {
      if ((await escrow.owedTo(account)) > 0n) await withdraw(context, account, escrow);
    }
  }
  if ((await contracts.token.balanceOf(router)) > 0n) await flushFees(context);
}

/** Waits for the next period: from then on draws use the weights of now. */
export async function waitForPeriod({ contracts }: DemoNetwork): Promise<void> {
  const period = await contracts.entropySource.period();
  while ((await contracts.entropySource.period()) === period) await sleep(250);
}
