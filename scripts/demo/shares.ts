import type { DemoNetwork } from "./network.ts";

/** A node's part of the draws as the market task began. */
export interface Share {
  readonly node: bigint;
  readonly weight: bigint;
  readonly total: bigint;
}

const ANY_DEVICE = 0;
const LOWEST_TIER = 0;

/** Weights that the draws of the running period use. */
export async function readShares({ contracts, nodes }: DemoNetwork): Promise<Share[]> {
  const total = await contracts.scheduler.frozenTotalOf(ANY_DEVICE, LOWEST_TIER);
  return Promise.all(
    nodes.map(async ({ id }) => {
      const [weight] = await contracts.scheduler.frozenWeightOf(id);
      return { node: id, weight, total };
    }),
  );
}
