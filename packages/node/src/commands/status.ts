import { formatEther } from "ethers";

import { readCursor, type ChainCursor } from "@corex/sdk/actions/read-cursor";
import { readEarnings } from "@corex/sdk/actions/read-earnings";
import { readNode } from "@corex/sdk/actions/read-node";
import { readPublishedRoundTasks } from "@corex/sdk/actions/read-published-round-tasks";
import { readPublishedTasks } from "@corex/sdk/actions/read-published-tasks";
import { readRoundCursor } from "@corex/sdk/actions/read-round-cursor";
import { readRoundTask } from "@corex/sdk/actions/read-round-task";
import { readStake } from "@corex/sdk/actions/read-stake";
import { readStanding, type NodeStanding } from "@corex/sdk/actions/read-standing";
import { readTask } from "@corex/sdk/actions/read-task";
import type { ScanRange } from "@corex/sdk/actions/scan-events";
import { requireChain } from "@corex/sdk/contracts/require-chain";
import { CorexError } from "@corex/sdk/errors";
import { fragmentsOf } from "@corex/sdk/task/round-fragment";

import { type FragmentKey, labelOf } from "../journal/fragment-key.ts";
import { openSession, type CommandFlags, type Session } from "./session.ts";
import { readWorkStatus, workStatusText, type WorkStatus } from "./work-status.ts";

const SECONDS_PER_DAY = 86_400;

/** A fragment that the node has, in the words of its market. */
type HeldFragment = ReturnType<typeof labelOf> & { readonly deadline: number };

interface PositionLine {
  readonly position: number;
  readonly amount: string;
  readonly days: number;
  readonly maturesAt: number;
}

type Report = { fragments: HeldFragment[]; positions: PositionLine[] } & Pick<WorkStatus, "reviews" | "seats"> &
  Record<string, unknown>;

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
  const standing = await readStanding(contracts, node.node);
  const stake = await readStake(contracts, node.node);
  const work = await readWorkStatus(session, node.node, range);
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
    score: formatEther(standing.score),
    tier: standing.tier,
    completed: standing.completed,
    missed: standing.missed,
    refused: standing.refused,
    violations: standing.violations,
    weight: String(standing.weight),
    shareOfDraws: shareOf(standing),
    boost: formatEther(stake.boost),
    stake: formatEther(stake.total),
    stakeHeld: formatEther(stake.held),
    stakeSlashed: formatEther(stake.slashed),
    positions: stake.positions.map(({ position, amount, period, maturesAt }) => ({
      position: Number(position),
      amount: formatEther(amount),
      days: period / SECONDS_PER_DAY,
      maturesAt,
    })),
    fragments: [...(await heldFragments(session, node.node, range)), ...work.fragments],
    verifies: work.verifier.kinds,
    verifierQualified: work.verifier.qualified,
    verifierWeight: String(work.verifier.weight),
    verifierSeats: work.verifier.seats,
    verdictsCoherent: work.verifier.coherent,
    verdictsIncoherent: work.verifier.incoherent,
    verdictsSilent: work.verifier.silent,
    reviews: work.reviews,
    seats: work.seats,
    settledFragments: earnings.fragments,
    earnedFees: formatEther(earnings.fees),
    earnedRewards: formatEther(earnings.rewards),
    owedFees: formatEther(earnings.owed),
    claimableRewards: formatEther(earnings.claimable),
    pendingPoints: String(earnings.pendingPoints),
  };
  process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : toText(report));
}

/** The node's share of the draws of the running period, for any hardware and tier, in percent. */
function shareOf({ frozenWeight, frozenTotal }: Pick<NodeStanding, "frozenWeight" | "frozenTotal">): string {
  const share = frozenTotal === 0n ? 0 : Number((frozenWeight * 1_000_000n) / frozenTotal) / 10_000;
  return `${share.toFixed(2)} %`;
}

async function heldFragments(session: Session, node: bigint, range: ScanRange): Promise<HeldFragment[]> {
  const held: HeldFragment[] = [];
  const note = (key: FragmentKey, { node: holder, deadline }: ChainCursor): void => {
    if (holder === node) held.push({ ...labelOf(key), deadline });
  };
  const { contracts, provider } = session;
  for (const { task, terms } of await readPublishedTasks(contracts, provider, range)) {
    const { assigned } = await readTask(contracts, task);
    for (let chain = 0; assigned > 0 && chain < Number(terms.chains); chain += 1) {
      const cursor = await readCursor(contracts, task, chain);
      note({ market: "chains", task, chain, step: cursor.step }, cursor);
    }
  }
  for (const { task, terms } of await readPublishedRoundTasks(contracts, provider, range)) {
    const { status: state, phase } = await readRoundTask(contracts, task);
    if (state !== "active" && state !== "cancelled") continue;
    for (const fragment of fragmentsOf(terms, phase)) {
      const cursor = await readRoundCursor(contracts, task, fragment);
      note({ market: "rounds", task, chain: fragment, step: cursor.step }, cursor);
    }
  }
  return held;
}

function toText({ fragments, positions, reviews, seats, ...report }: Report): string {
  const width = Math.max(...Object.keys(report).map((key) => key.length));
  const lines = Object.entries(report).map(([key, value]) => `${key.padEnd(width)}  ${String(value)}`);
  const open = fragments.map(({ deadline, ...label }) => {
    const place = Object.entries(label).map(([key, value]) => `${key} ${value}`);
    return `open fragment: ${place.join(" ")}, due ${new Date(deadline * 1_000).toISOString()}`;
  });
  const staked = positions.map(({ position, amount, days, maturesAt }) => {
    const until = maturesAt === 0 ? "stays" : `leaves, mature ${new Date(maturesAt * 1_000).toISOString()}`;
    return `position ${position}: ${amount} CXT for ${days} days, ${until}`;
  });
  return `${[...lines, ...staked, ...open, ...workStatusText({ reviews, seats })].join("\n")}\n`;
}
