import { exitNode } from "@corex/sdk/actions/exit-node";
import { readNode } from "@corex/sdk/actions/read-node";
import { settleRewards } from "@corex/sdk/actions/settle-rewards";
import { withdraw } from "@corex/sdk/actions/withdraw";
import { CorexError } from "@corex/sdk/errors";

import { openSession, withActions, type CommandFlags } from "./session.ts";

/**
 * Leaves the network for good and collects what is due: fees from the escrow, rewards of finished epochs. Rewards of the
 * running epoch can be settled by anyone once it is over; a repetition of the command does it too.
 *
 * @throws CorexError AGENT_NOT_REGISTERED, JOURNAL_LOCKED while the agent runs, CHAIN_*.
 */
export async function exit(flags: CommandFlags): Promise<void> {
  const session = await openSession(flags);
  const { wallet, logger } = session;
  await withActions(session, async (context) => {
    const { nodeRegistry, rewardDistributor, taskEscrow } = context.contracts;
    const node = await readNode(context.contracts, wallet.address);
    if (node === undefined) {
      throw new CorexError("AGENT_NOT_REGISTERED", `${wallet.address} operates no node`, { retry: "after-change" });
    }
    if (node.status !== "exited" && node.status !== "removed") await exitNode(context);
    const [claimable] = await rewardDistributor.claimableOf(node.node);
    if (claimable > 0n) await settleRewards(context, [node.node]);
    const owed = await taskEscrow.owedTo(node.payout);
    if (owed > 0n) await withdraw(context, node.payout);

    const { status } = await nodeRegistry.get(node.node);
    logger.info(
      { node: String(node.node), status: Number(status), rewards: String(claimable), fees: String(owed) },
      "left",
    );
    const left = { event: "exited", node: Number(node.node), rewards: String(claimable), fees: String(owed) };
    process.stdout.write(`${JSON.stringify(left)}\n`);
  });
}
