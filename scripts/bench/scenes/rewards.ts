import { approveToken } from "@corex/sdk/actions/approve-token";
import { flushFees } from "@corex/sdk/actions/flush-fees";
import { replenishPool } from "@corex/sdk/actions/replenish-pool";
import { settleRewards } from "@corex/sdk/actions/settle-rewards";
import { withdraw } from "@corex/sdk/actions/withdraw";
import { parseEther } from "ethers";

import { DAY } from "../world.ts";
import { growTo } from "./nodes.ts";
import type { Stage } from "./scene.ts";

/** Work units of one credit of the settled nodes. */
const POINTS = 512_000_000n;
const COMPUTE_TRACK = 0;
const ONE_BPS = 10_000n;
const SETTLED_NODES = 50;
const GIFT = parseEther("1");

/** Settlement of one node and of fifty, and the way of the fees back into the pool. */
export async function rewards(stage: Stage): Promise<void> {
  const { world, record } = stage;
  const anyone = await world.as(world.owner);
  await growTo(world, SETTLED_NODES + 2);
  const fifty = Array.from({ length: SETTLED_NODES }, (_, index) => BigInt(index + 2));
  const single = BigInt(SETTLED_NODES + 2);

  await world.passSeconds(DAY);
  await record("settle: 1 node, closing the epoch", await settleRewards(anyone, [1n]));
  await record("withdraw: fees to the router", await withdraw(anyone, world.deployment.contracts.FeeRouter));
  await record("flush", await flushFees(anyone));
  await approveToken(anyone, world.deployment.contracts.MiningPool, 2n * GIFT);
  await record("replenish", await replenishPool(anyone, GIFT));

  for (const name of ["first CXT of the payout address", "later reward"]) {
    await credit(stage, [...fifty, single]);
    await world.passSeconds(DAY);
    await record(`settle: 50 nodes, closing the epoch, ${name}`, await settleRewards(anyone, fifty));
    await record(`settle: 1 node, ${name}`, await settleRewards(anyone, [single]));
  }
}

/** Credits each node as the market does for a network task; the simulated chain lets its address send. */
async function credit({ world }: Stage, nodes: readonly bigint[]): Promise<void> {
  const { TaskMarket, RewardDistributor } = world.deployment.contracts;
  const { sender } = await world.as(TaskMarket);
  const { rewardDistributor } = world.contracts;
  for (const node of nodes) {
    const call = [node, COMPUTE_TRACK, POINTS, ONE_BPS] as const;
    const data = rewardDistributor.interface.encodeFunctionData("creditNetwork", [...call]);
    await world.send(sender.address, RewardDistributor, data);
  }
}
