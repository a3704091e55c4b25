import type { Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/** What a node earned so far, in CXT wei. */
export interface Earnings {
  /** Fragments settled. */
  readonly fragments: number;
  /** Fees of settled fragments, paid or still owed; those of verdicts are only in `owed`. */
  readonly fees: bigint;
  /** Rewards of the mining pool already paid, after the claim fee. */
  readonly rewards: bigint;
  /** Fees that the escrows owe to the payout address. */
  readonly owed: bigint;
  /** Rewards of finished epochs that `settle` would pay now. */
  readonly claimable: bigint;
  /** Points of the running or last epoch that are not paid yet. */
  readonly pendingPoints: bigint;
}

/** Adds up what a node earned in a range of blocks, and reads what is due to it now. @throws CorexError CHAIN_*. */
export async function readEarnings(
  { taskMarket, taskEscrow, roundMarket, roundEscrow, workMarket, workEscrow, rewardDistributor }: CorexContracts,
  provider: Provider,
  { node, payout, ...range }: ScanRange & { readonly node: bigint; readonly payout: string },
): Promise<Earnings> {
  let fragments = 0;
  let fees = 0n;
  const add = (paid: bigint): void => {
    fragments += 1;
    fees += paid;
  };
  const steps = taskMarket.getEvent("FragmentSettled");
  for await (const events of scanEvents(provider, taskMarket, steps, range, [null, null, null, node])) {
    for (const { args } of events) add(args.paid);
  }
  // The round is not indexed.
  const ofRounds = roundMarket.getEvent("FragmentSettled");
  for await (const events of scanEvents(provider, roundMarket, ofRounds, range, [null, null, null, node])) {
    for (const { args } of events) add(args.paid);
  }
  const ofWork = workMarket.getEvent("FragmentSettled");
  for await (const events of scanEvents(provider, workMarket, ofWork, range, [null, null, node])) {
    for (const { args } of events) add(args.paid);
  }

  let rewards = 0n;
  const paid = rewardDistributor.getEvent("RewardPaid");
  for await (const events of scanEvents(provider, rewardDistributor, paid, range, [null, node])) {
    for (const { args } of events) rewards += args.amount;
  }

  try {
    const [owed, [claimable], account] = await Promise.all([
      Promise.all([taskEscrow, roundEscrow, workEscrow].map(async (escrow) => escrow.owedTo(payout))),
      rewardDistributor.claimableOf(node),
      rewardDistributor.accountOf(node),
    ]);
    const pendingPoints = account.computePoints + account.validatePoints;
    const total = owed.reduce((sum, amount) => sum + amount, 0n);
    return { fragments, fees, rewards, owed: total, claimable, pendingPoints };
  } catch (cause) {
    throw decodeError(cause);
  }
}
