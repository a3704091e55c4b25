import { formatEther } from "ethers";

import type { ActionContext } from "@corex/sdk/actions/execute";
import { leaveJuror } from "@corex/sdk/actions/leave-juror";
import { readJuror } from "@corex/sdk/actions/read-juror";
import { stakeJuror } from "@corex/sdk/actions/stake-juror";
import { withdrawJuror } from "@corex/sdk/actions/withdraw-juror";
import { CorexError } from "@corex/sdk/errors";

import { openContent } from "../config/open-content.ts";
import { chainCourt } from "../court/court.ts";
import { actionsOf, decideDispute, type Opinion } from "../court/decide-dispute.ts";
import { DisputeBook } from "../court/dispute-book.ts";
import { readRuling } from "../court/ruling-file.ts";
import { Backoff } from "../runtime/backoff.ts";
import { systemClock } from "../runtime/clock.ts";
import { followChain } from "../runtime/follow-chain.ts";
import { ignoreStages, type StageHook } from "../runtime/stages.ts";
import { CourtCashier } from "../services/court-cashier.ts";
import { Juror } from "../services/juror.ts";
import { Watcher } from "../services/watcher.ts";
import { type ActionEnvironment, openSession, withActions, type CommandFlags, type Session } from "./session.ts";
import { readCxt } from "./stake-options.ts";

/**
 * Serves as a juror with any account until SIGTERM or SIGINT: `--stake` adds stake first. `--leave` asks to take stake out and
 * `--withdraw` takes out what is due; both end at once.
 *
 * Disputes over results are decided by doing the work again, the others by the file of `--ruling`, or not at all.
 *
 * @param onStage observes the stages of work; see `Stage`.
 * @throws CorexError STAKE_USAGE, JUROR_NO_STAKE, JOURNAL_LOCKED, CHAIN_*.
 */
export async function juror(flags: CommandFlags, onStage: StageHook = ignoreStages): Promise<void> {
  const [amount, leaving] = [readCxt("stake", flags.stake), readCxt("leave", flags.leave)];
  const session = await openSession(flags);
  await withActions(
    session,
    async (context, environment) => {
      if (flags.withdraw === true) await withdrawJuror(context);
      if (leaving !== undefined) await leaveJuror(context, leaving);
      if (flags.withdraw === true || leaving !== undefined) return report(context, "juror");
      if (amount !== undefined) await stakeJuror(context, amount);
      await report(context, "juror started");
      await serve(session, context, environment, { flags, onStage });
    },
    onStage,
  );
}

async function serve(
  { config, deployment, provider, logger }: Session,
  context: ActionContext,
  { journal, signal }: ActionEnvironment,
  { flags, onStage }: { readonly flags: CommandFlags; readonly onStage: StageHook },
): Promise<void> {
  const { contracts, sender } = context;
  const { chainId } = deployment;
  const { staked } = await readJuror(contracts, sender.address);
  if (staked === 0n) {
    throw new CorexError("JUROR_NO_STAKE", `${sender.address} has no stake as a juror: give --stake CXT`, {
      retry: "after-change",
    });
  }
  const fromBlock = Math.max(config.fromBlock, deployment.fromBlock ?? 0);
  const reader = { contracts, provider, chainId, fromBlock, store: openContent(config.store) };
  const rulings = typeof flags.ruling === "string" ? flags.ruling : undefined;
  const decide = async (dispute: bigint): Promise<Opinion> => {
    const ruling = rulings === undefined ? undefined : await readRuling(rulings, dispute);
    if (ruling !== undefined) return { ruling, reason: `as ${String(rulings)} says`, retry: "never" };
    const opinion = await decideDispute(reader, dispute);
    // Where a person decides, what the machine cannot tell is waited for.
    return rulings === undefined ? opinion : { ...opinion, retry: "later" };
  };
  const court = chainCourt(context);
  const disputes = new DisputeBook({ contracts, juror: sender.address, bookmarks: journal.bookmarks });
  const backoff = new Backoff(systemClock);
  const { pollMs, spreadMs, claimMs, withdrawThreshold } = config;
  const everySeconds = Math.ceil(claimMs / 1_000);
  const account = sender.address;
  const followers = [
    disputes,
    new Juror({
      ...{ account, chainId, court, disputes, decide, sealed: journal.sealed, spreadMs, logger, backoff, onStage },
      actionsOf: async (dispute) => actionsOf(reader, dispute),
    }),
    new CourtCashier({ contracts, court, account, withdrawThreshold, everySeconds, logger, backoff }),
  ];
  const watcher = new Watcher({ contracts, provider, markets: [] });
  await followChain({ watcher, followers, pollMs, clock: systemClock, logger }, signal);
}

async function report({ contracts, sender }: ActionContext, event: string): Promise<void> {
  const { staked, leaving, locked, withdrawableFrom, owed } = await readJuror(contracts, sender.address);
  const amounts = { staked, leaving, locked, owed };
  const line = {
    event,
    juror: sender.address,
    ...Object.fromEntries(Object.entries(amounts).map(([name, value]) => [name, formatEther(value)])),
    withdrawableFrom,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
