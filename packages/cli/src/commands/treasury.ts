import { formatEther, ZeroAddress } from "ethers";

import { execute } from "@corex/sdk/actions/execute";

import { act } from "../governance/act.ts";
import type { GovernanceFlags } from "../governance/flags.ts";
import { readAddress, readAmount, readNumber } from "../governance/parse-arguments.ts";
import { withChain, type GovernanceSession } from "../governance/session.ts";
import { show, timeText } from "../governance/show.ts";

/** Budgets by their number on the chain. */
export const BUDGETS = ["operations", "incentives", "grants", "security", "buyback"] as const;

export interface AssetFlags extends GovernanceFlags {
  readonly asset: string;
}

/** Prints what the treasury holds of an asset, and what each budget can pay of it. @throws CorexError CONFIG_*, CHAIN_*. */
export async function treasuryStatus(flags: AssetFlags): Promise<void> {
  await withChain(flags, async (session) => {
    const { treasury } = session.contracts;
    const asset = await assetOf(session, flags.asset);
    const free = await treasury.freeOf(asset);
    const budgets: { budget: string; limit: bigint; available: bigint }[] = [];
    for (const [number, budget] of BUDGETS.entries()) {
      const [limit, available] = await Promise.all([
        treasury.limitOf(number, asset),
        treasury.availableOf(number, asset),
      ]);
      budgets.push({ budget, limit, available });
    }
    const lines = budgets.map(({ budget, limit, available }) => {
      return `${budget.padEnd(10)} can pay ${formatEther(available)} now, ${formatEther(limit)} in 30 days`;
    });
    const text = [`free: ${formatEther(free)} ${flags.asset}`, ...lines].join("\n");
    show(flags.json, { asset, free, budgets }, text);
  });
}

/** Pays an account what the treasury promised it. @throws CorexError CHAIN_TREASURY_NOTHING, CONFIG_*, KEY_*, CHAIN_*. */
export async function treasuryWithdraw(to: string, flags: AssetFlags): Promise<void> {
  await act(flags, `pay ${to} what the treasury promised it of ${flags.asset}`, async (session) => {
    const args: [string, string] = [await assetOf(session, flags.asset), readAddress(to)];
    return execute(session.context, session.contracts.treasury.withdraw, args, `treasury-withdraw:${to}`);
  });
}

/** Prints a grant; with `--withdraw` pays what has vested. @throws CorexError CHAIN_GRANTSTREAM_*, CONFIG_*, KEY_*, CHAIN_*. */
export async function treasuryGrant(
  grantText: string,
  flags: GovernanceFlags & { readonly withdraw?: boolean },
): Promise<void> {
  const grant = readNumber(grantText);
  if (flags.withdraw === true) {
    await act(flags, `pay what has vested of grant ${grant}`, ({ context, contracts }) =>
      execute(context, contracts.grantStream.withdraw, [grant], `grant-withdraw:${grant}`),
    );
    return;
  }
  await withChain(flags, async ({ contracts: { grantStream } }) => {
    const { recipient, asset, linear, milestones, withdrawn, start, duration } = await grantStream.grantOf(grant);
    const vested = await grantStream.vestedOf(grant);
    const result = { grant, recipient, asset, linear, milestones, vested, withdrawn, start, duration };
    const text = [
      `grant ${grant} of ${formatEther(linear + milestones)} to ${recipient}, from ${timeText(start)}`,
      `vested ${formatEther(vested)}, withdrawn ${formatEther(withdrawn)}`,
    ];
    show(flags.json, result, text.join("\n"));
  });
}

/** Prints the auction of an asset, starts one, buys from it, or ends it. @throws CorexError CHAIN_BUYBACK*, CONFIG_*, KEY_*, CHAIN_*. */
export async function treasuryBuyback(
  assetText: string,
  flags: GovernanceFlags & {
    readonly start?: boolean;
    readonly buy?: string;
    readonly max?: string;
    readonly end?: boolean;
  },
): Promise<void> {
  const { start, buy, max, end } = flags;
  if (start === true || end === true || buy !== undefined) {
    const what = buy === undefined ? (start === true ? "start" : "end") : `buy ${buy} from`;
    await act(flags, `${what} the auction of ${assetText}`, async (session) => {
      const { context, contracts } = session;
      const { buybackAuction } = contracts;
      const asset = await assetOf(session, assetText);
      if (buy !== undefined) {
        const price = max === undefined ? await buybackAuction.priceOf(asset) : readAmount(max);
        return execute(context, buybackAuction.buy, [asset, readAmount(buy), price], `buyback-buy:${asset}`);
      }
      const method = start === true ? buybackAuction.start : buybackAuction.end;
      return execute<[string], [bigint] | [void]>(context, method, [asset], `buyback:${asset}`);
    });
    return;
  }
  await withChain(flags, async (session) => {
    const { buybackAuction } = session.contracts;
    const asset = await assetOf(session, assetText);
    const { lot, sold, startedAt } = await buybackAuction.auctionOf(asset);
    const text =
      startedAt === 0n
        ? `no auction of ${assetText} so far`
        : `auction of ${formatEther(lot)} since ${timeText(startedAt)}, sold ${formatEther(sold)}`;
    show(flags.json, { asset, lot, sold, startedAt }, text);
  });
}

/** `CXT`, `ETH` for the native coin, or the address of a token. */
async function assetOf({ contracts }: Pick<GovernanceSession, "contracts">, text: string): Promise<string> {
  if (/^CXT$/i.test(text)) return contracts.token.getAddress();
  return /^ETH$/i.test(text) ? ZeroAddress : readAddress(text);
}
