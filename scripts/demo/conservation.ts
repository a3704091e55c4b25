import { scanEvents } from "@corex/sdk/actions/scan-events";
import { formatEther } from "ethers";

import { equal, type Check } from "./checks.ts";
import type { DemoNetwork } from "./network.ts";

/** Every CXT is in the pool, in an escrow, in the vault, with a contract that owes it, or with somebody who is known. */
export async function checkSupply({ contracts, nodes }: DemoNetwork, accounts: readonly string[]): Promise<Check> {
  const { token, miningPool, taskEscrow, roundEscrow, stakeVault, slasher, benchmarkRegistry } = contracts;
  const { feeRouter, rewardDistributor, treasury } = contracts;
  const holders = await Promise.all(
    [
      ...[miningPool, taskEscrow, roundEscrow, stakeVault, slasher, benchmarkRegistry],
      ...[feeRouter, rewardDistributor, treasury],
    ].map(async (contract) => contract.getAddress()),
  );
  const people = [...accounts, ...nodes.flatMap(({ operator, payout }) => [operator.address, payout.address])];
  const balances = await Promise.all([...holders, ...people].map(async (account) => token.balanceOf(account)));
  const sum = balances.reduce((total, balance) => total + balance, 0n);
  const name = "pool, treasury, both escrows, vault, nodes and owner together hold the whole supply";
  return equal(name, formatEther(sum), formatEther(await token.totalSupply()));
}

/** Every point comes from a fragment that one of the two markets settled. */
export async function checkPoints(
  { contracts, provider }: DemoNetwork,
  settled: readonly { readonly points: bigint }[],
): Promise<Check[]> {
  const { rewardDistributor } = contracts;
  const range = { fromBlock: 0, toBlock: await provider.getBlockNumber() };
  let credited = 0n;
  const event = rewardDistributor.getEvent("PointsCredited");
  for await (const events of scanEvents(provider, rewardDistributor, event, range)) {
    for (const { args } of events) credited += args.points;
  }
  const earned = settled.reduce((sum, { points }) => sum + points, 0n);
  return [equal("points of both markets = points that the distributor credited", earned, credited)];
}
