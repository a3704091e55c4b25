import { formatEther } from "ethers";

import { cancelLeaving } from "@corex/sdk/actions/cancel-leaving";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { expediteExit } from "@corex/sdk/actions/expedite-exit";
import { leaveStake } from "@corex/sdk/actions/leave-stake";
import { readNode } from "@corex/sdk/actions/read-node";
import { readStake } from "@corex/sdk/actions/read-stake";
import { withdrawStake } from "@corex/sdk/actions/withdraw-stake";
import { CorexError } from "@corex/sdk/errors";

import { openSession, withActions, type CommandFlags } from "./session.ts";
import { readWhole } from "./stake-options.ts";

/** What can be done with a position, by the flag that asks for it. */
const MOVES = {
  cancel: cancelLeaving,
  expedite: expediteExit,
  withdraw: withdrawStake,
} as const satisfies Record<string, (context: ActionContext, node: bigint, position: bigint) => Promise<unknown>>;

/**
 * Asks to leave with a position of the operator; with `--cancel` it stays after all, with `--expedite` it pays to leave
 * sooner, with `--withdraw` it is paid out once mature.
 *
 * @throws CorexError STAKE_USAGE, AGENT_NOT_REGISTERED, JOURNAL_LOCKED while the agent runs, CHAIN_*.
 */
export async function unstake(flags: CommandFlags): Promise<void> {
  const position = readWhole("position", flags.position);
  const asked = (Object.keys(MOVES) as (keyof typeof MOVES)[]).filter((name) => flags[name] === true);
  if (position === undefined || asked.length > 1) {
    throw new CorexError("STAKE_USAGE", "give --position N and at most one of --cancel, --expedite, --withdraw", {
      retry: "after-change",
    });
  }
  const session = await openSession(flags);
  await withActions(session, async (context) => {
    const node = await readNode(context.contracts, session.wallet.address);
    if (node === undefined) {
      throw new CorexError("AGENT_NOT_REGISTERED", `${session.wallet.address} operates no node`, {
        retry: "after-change",
      });
    }
    const [move] = asked;
    await (move === undefined ? leaveStake : MOVES[move])(context, node.node, BigInt(position));
    const { total, positions } = await readStake(context.contracts, node.node);
    const left = positions.find((candidate) => candidate.position === BigInt(position));
    const line = {
      event: "unstaked",
      node: Number(node.node),
      position,
      maturesAt: left?.maturesAt ?? 0,
      amount: formatEther(left?.amount ?? 0n),
      total: formatEther(total),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  });
}
