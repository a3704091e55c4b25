import type { Result } from "ethers";

import type { LinearTask } from "./task.ts";
import type { Suite } from "./suite.ts";

/** Everything of a task that can be observed: to show that a reverted call changed nothing, or what a call changed. */
export async function observe(suite: Suite, task: LinearTask) {
  const {
    market,
    escrow,
    token,
    owner,
    stranger,
    feeRouter,
    operators,
    rewardDistributor,
    scheduler,
    vault,
    reputation,
  } = suite;
  const chains = Array.from({ length: task.terms.chains }, (_, chain) => chain);
  const plain = (value: object) => (value as Result).toObject();
  return {
    state: plain(await market.stateOf(task.id)),
    cursors: await Promise.all(chains.map(async (chain) => plain(await market.cursorOf(task.id, chain)))),
    heads: await Promise.all(chains.map(async (chain) => market.headOf(task.id, chain))),
    transcripts: await Promise.all(chains.map(async (chain) => market.transcriptOf(task.id, chain))),
    held: await escrow.heldFor(task.id),
    recorded: await escrow.recordedTotal(),
    escrowBalance: await token.balanceOf(escrow),
    owed: await Promise.all(
      [owner, stranger, feeRouter, ...operators.map(({ payout }) => payout)].map(async (account) =>
        escrow.owedTo(account),
      ),
    ),
    balances: await Promise.all(
      [owner, stranger, feeRouter, ...operators.map(({ payout }) => payout)].map(async (account) =>
        token.balanceOf(account),
      ),
    ),
    points: await Promise.all(operators.map(async ({ node }) => plain(await rewardDistributor.accountOf(node)))),
    protocolFeeBps: await market.protocolFeeBps(),
    load: await Promise.all(operators.map(async ({ node }) => (await scheduler.weightOf(node)).open)),
    stakes: await Promise.all(operators.map(async ({ node }) => plain(await vault.stakeDataOf(node)))),
    conduct: await Promise.all(operators.map(async ({ node }) => plain(await reputation.conductOf(node)))),
  };
}
