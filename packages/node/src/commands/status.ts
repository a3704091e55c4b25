import { formatEther } from "ethers";

import { readCursor } from "@corex/sdk/actions/read-cursor";
import { readEarnings } from "@corex/sdk/actions/read-earnings";
import { readNode } from "@corex/sdk/actions/read-node";
import { readPublishedTasks } from "@corex/sdk/actions/read-published-tasks";
import { readTask } from "@corex/sdk/actions/read-task";
import { requireChain } from "@corex/sdk/contracts/require-chain";
import { CorexError } from "@corex/sdk/errors";

import { openSession, type CommandFlags, type Session } from "./session.ts";

interface HeldFragment {
  readonly task: string;
  readonly chain: number;
  readonly step: number;
  readonly deadline: number;
}

/**
 * Prints what the chain knows of the node; works while the agent runs, because it does not touch the journal.
 *
 * @throws CorexError AGENT_NOT_REGISTERED, CHAIN_*.
 */
export async function status(flags: CommandFlags): Promise<void> {
  const session = await openSession(flags);
  const { config, deployment, contracts, provider, wallet } = session;
  await requireChain(provider, deployment);
  const node = await readNode(contracts, wallet.address);
  if (node === undefined) {
    throw new CorexError("AGENT_NOT_REGISTERED", `${wallet.address} operates no node: run \`corex-node join\` first`, {
      retry: "after-change",
    });
  }
  const fromBlock = Math.max(config.fromBlock, deployment.fromBlock ?? 0);
  const range = { fromBlock, toBlock: await provider.getBlockNumber() };
  const earnings = await readEarnings(contracts, provider, { node: node.node, payout: node.payout, ...range });
  const report = {
    node: Number(node.node),
    operator: wallet.address,
    payout: node.payout,
    status: node.status,
    eligible: node.eligible,
    deviceClass: node.deviceClass,
    dailyWorkUnits: String(node.dailyWorkUnits),
    benchmarkExpiresAt: node.benchmarkExpiresAt,
    lastHeartbeat: node.lastHeartbeat,
    fragments: await heldFragments(session, node.node, range),
    settledFragments: earnings.fragments,
    earnedFees: formatEther(earnings.fees),
    earnedRewards: formatEther(earnings.rewards),
    owedFees: formatEther(earnings.owed),
    claimableRewards: formatEther(earnings.claimable),
    pendingPoints: String(earnings.pendingPoints),
  };
  process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : toText(report));
}

async function heldFragments(
  { contracts, provider }: Session,
  node: bigint,
  range: { fromBlock: number; toBlock: number },
): Promise<HeldFragment[]> {
  const held: HeldFragment[] = [];
  for (const { task, terms } of await readPublishedTasks(contracts, provider, range)) {
    const { assigned } = await readTask(contracts, task);
    for (let chain = 0; assigned > 0 && chain < Number(terms.chains); chain += 1) {
      const { step, node: holder, deadline } = await readCursor(contracts, task, chain);
      if (holder === node) held.push({ task, chain, step, deadline });
    }
  }
  return held;
}

function toText({ fragments, ...report }: { fragments: HeldFragment[] } & Record<string, unknown>): string {
  const width = Math.max(...Object.keys(report).map((key) => key.length));
  const lines = Object.entries(report).map(([key, value]) => `${key.padEnd(width)}  ${String(value)}`);
  const open = fragments.map(({ task, chain, step, deadline }) => {
    return `open fragment: task ${task} chain ${chain} step ${step}, due ${new Date(deadline * 1_000).toISOString()}`;
  });
  return `${[...lines, ...open].join("\n")}\n`;
}
