import { scanEvents } from "@corex/sdk/actions/scan-events";
import { formatEther } from "ethers";

import { equal, type Check } from "./checks.ts";
import type { DemoNetwork } from "./network.ts";
import type { NodeIncome } from "./summary.ts";
import type { TrainedTask } from "./training.ts";

/** What each node earned according to the events, checked against what its payout account really holds. */
export async function readIncome(
  { contracts, provider, nodes }: DemoNetwork,
  tasks: readonly TrainedTask[],
  sold: readonly bigint[],
): Promise<{ nodes: NodeIncome[]; checks: Check[] }> {
  const settled = tasks.flatMap(({ steps }) => steps.flat());
  const range = { fromBlock: 0, toBlock: await provider.getBlockNumber() };
  const { rewardDistributor } = contracts;
  const incomes: NodeIncome[] = [];
  const checks: Check[] = [];
  for (const [index, { id, name, payout }] of nodes.entries()) {
    const own = settled.filter(({ node }) => node === id);
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
    incomes.push({ name, fragments: own.length, fees, rewards });
    const held = (await contracts.token.balanceOf(payout.address)) + (sold[index] ?? 0n);
    checks.push(
      equal(`${name}: fees + rewards arrived at its payout account`, formatEther(held), formatEther(fees + rewards)),
    );
  }
  return { nodes: incomes, checks };
}
