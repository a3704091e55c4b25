import { createSender } from "@corex/sdk/actions/create-sender";
import { CorexError } from "@corex/sdk/errors";
import { formatEther } from "ethers";

import type { DemoNetwork } from "./network.ts";

/** What an account wants to hold, in CXT wei. */
export interface Wish {
  readonly account: string;
  readonly amount: bigint;
}

/** CXT wei that each node's payout account gave away, less what it got, in the order of the nodes. */
export type Sales = readonly bigint[];

/**
 * Everybody who wants CXT buys it from the nodes' payout accounts that have more than they want: nobody else has any, because
 * all of it comes into the world by verified work. The price is paid in the chain's own coin and of no interest here.
 *
 * @throws CorexError DEMO_TOO_LITTLE_CXT when the nodes hold less than is wanted.
 */
export async function trade({ contracts, nodes, provider }: DemoNetwork, wishes: readonly Wish[]): Promise<Sales> {
  const sales = nodes.map(() => 0n);
  const balanceOf = async (account: string) => contracts.token.balanceOf(account);
  const wantedBy = (account: string) => wishes.find((wish) => wish.account === account)?.amount ?? 0n;
  for (const { account, amount } of wishes) {
    let missing = amount - (await balanceOf(account));
    for (const [index, { payout }] of nodes.entries()) {
      if (missing <= 0n) break;
      const surplus = (await balanceOf(payout.address)) - wantedBy(payout.address);
      const part = surplus < missing ? surplus : missing;
      if (part <= 0n || payout.address === account) continue;
      const sender = await createSender(payout.connect(provider));
      const { data } = await contracts.token.transfer.populateTransaction(account, part);
      await sender.send({ intent: "sell", to: await contracts.token.getAddress(), data });
      missing -= part;
      sales[index] = (sales[index] ?? 0n) + part;
      const buyer = nodes.findIndex((node) => node.payout.address === account);
      if (buyer >= 0) sales[buyer] = (sales[buyer] ?? 0n) - part;
    }
    if (missing > 0n) {
      throw new CorexError(
        "DEMO_TOO_LITTLE_CXT",
        `${formatEther(missing)} CXT are missing: the nodes earned too little`,
      );
    }
  }
  return sales;
}
