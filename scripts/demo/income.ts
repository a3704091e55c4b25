import { scanEvents } from "@corex/sdk/actions/scan-events";
import { formatEther } from "ethers";

import { equal, type Check } from "./checks.ts";
import type { DemoNetwork } from "./network.ts";
import type { NodeIncome } from "./summary.ts";
import type { Sales } from "./trade.ts";

/** A settled fragment of either market, as far as money is concerned. */
export interface Work {
  readonly node: bigint;
  /** CXT wei. */
  readonly paid: bigint;
}

/** What each node earned according to the events, checked against what its payout account holds, sold and staked. */
export async function readIncome(
  { contracts, provider, nodes }: DemoNetwork,
  work: readonly Work[],
  sold: Sales,
): Promise<{ nodes: NodeIncome[]; checks: Check[] }> {
  const range = { fromBlock: 0, toBlock: await provider.getBlockNumber() };
  const { rewardDistributor, stakeVault } = contracts;
  const incomes: NodeIncome[] = [];
  const checks: Check[] = [];
  for (const [index, { id, name, payout }] of nodes.entries()) {
    const own = work.filter(({ node }) => node === id);
    const fees = own.reduce((sum, { paid }) => sum + paid, 0n);
    let rewards = 0n;
    for await (const events of scanEvents(
      provider,
      rewardDistributor,
      rewardDistributor.getEvent("RewardPaid"),
      range,
      [null, id],
    )) {
      for (const { args } of events) rewards += args.amount;
    }
    let staked = 0n;
    const opened = stakeVault.getEvent("Staked");
    for await (const events of scanEvents(provider, stakeVault, opened, range, [id])) {
      for (const { args } of events) staked += args.amount;
    }
    incomes.push({ name, fragments: own.length, fees, rewards });
    const held = (await contracts.token.balanceOf(payout.address)) + staked + (sold[index] ?? 0n);
    checks.push(
      equal(
        `${name}: what it holds, staked and sold is fees + rewards`,
        formatEther(held),
        formatEther(fees + rewards),
      ),
    );
  }
  return { nodes: incomes, checks };
}
