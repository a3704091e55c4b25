import { formatEther } from "ethers";

import { raiseCommitment } from "@corex/sdk/actions/raise-commitment";
import { readNode } from "@corex/sdk/actions/read-node";
import { readStake } from "@corex/sdk/actions/read-stake";
import { stake as openPosition } from "@corex/sdk/actions/stake";
import { topUpStake } from "@corex/sdk/actions/top-up-stake";
import { CorexError } from "@corex/sdk/errors";

import { openSession, withActions, type CommandFlags } from "./session.ts";
import { readCxt, readWhole } from "./stake-options.ts";

const SECONDS_PER_DAY = 86_400;

/**
 * Stakes CXT of the operator's account for its node: opens a position (`--amount`, `--days`), or with `--position` adds to
 * one and raises its commitment.
 *
 * @throws CorexError STAKE_USAGE, AGENT_NOT_REGISTERED, JOURNAL_LOCKED while the agent runs, CHAIN_*.
 */
export async function stake(flags: CommandFlags): Promise<void> {
  const amount = readCxt("amount", flags.amount);
  const days = readWhole("days", flags.days);
  const position = readWhole("position", flags.position);
  if (position === undefined && (amount === undefined || days === undefined)) {
    throw new CorexError("STAKE_USAGE", "a new position needs --amount CXT and --days N (14 to 1461)", {
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
    const period = (days ?? 0) * SECONDS_PER_DAY;
    if (position === undefined) {
      await openPosition(context, { node: node.node, amount: amount ?? 0n, period });
    } else {
      if (amount !== undefined) await topUpStake(context, node.node, BigInt(position), amount);
      if (days !== undefined) await raiseCommitment(context, node.node, BigInt(position), period);
    }
    const { total, boost, positions } = await readStake(context.contracts, node.node);
    const line = {
      event: "staked",
      node: Number(node.node),
      total: formatEther(total),
      boost: formatEther(boost),
      positions: positions.length,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  });
}
