import { createSender } from "@corex/sdk/actions/create-sender";
import { stake } from "@corex/sdk/actions/stake";

import type { DemoNetwork } from "./network.ts";

const SECONDS_PER_DAY = 86_400;

/** Stakes for every node whose profile says so, from its payout account, which the operator approved when it joined. */
export async function stakeAll({ contracts, nodes, provider }: DemoNetwork): Promise<void> {
  for (const { id, payout, profile } of nodes) {
    if (profile.stake === undefined) continue;
    const { amount, days } = profile.stake;
    const sender = await createSender(payout.connect(provider));
    await stake({ contracts, sender }, { node: id, amount, period: days * SECONDS_PER_DAY });
  }
}
