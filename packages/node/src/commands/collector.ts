import type { ActionContext } from "@corex/sdk/actions/execute";
import { readSubmissionDomain } from "@corex/sdk/actions/sign-submission";

import { Collector } from "../collector/collector.ts";
import { createCollectorServer } from "../collector/server.ts";
import { listen } from "../http/json-server.ts";
import type { FragmentRow } from "../journal/fragment-log.ts";
import type { Journal } from "../journal/journal.ts";
import { ChainMarket } from "../markets/chain-market.ts";
import { Backoff } from "../runtime/backoff.ts";
import { systemClock as clock } from "../runtime/clock.ts";
import { followChain, type FollowChainOptions } from "../runtime/follow-chain.ts";
import { createLineProgress } from "../runtime/progress.ts";
import { ignoreStages, type StageHook } from "../runtime/stages.ts";
import { Reconciler } from "../services/reconciler.ts";
import { Submitter } from "../services/submitter.ts";
import { Watcher } from "../services/watcher.ts";
import { parseAddress } from "./listen-options.ts";
import { openSession, withActions, type CommandFlags, type Session } from "./session.ts";

/** Pauses before a submission is tried again, in milliseconds. */
const RETRY = { base: 2_000, max: 60_000 };

/**
 * Submits the steps of several nodes together until SIGTERM or SIGINT, paying the gas with the session's key; the pay goes to
 * the nodes. What was taken is in the journal, and is sent after a restart.
 *
 * @throws CorexError CONFIG_INVALID for a bad port, CHAIN_*, KEY_*, JOURNAL_*; COLLECTOR_CANNOT_LISTEN.
 */
export async function collector(flags: CommandFlags, onStage: StageHook = ignoreStages): Promise<void> {
  const session = await openSession(flags);
  const { host, port } = parseAddress(flags);
  const { logger, wallet } = session;
  await withActions(
    session,
    async (context, { journal, signal }) => {
      const services = await createServices(session, context, journal);
      const server = createCollectorServer(services.collector, logger);
      const url = await listen(server, "COLLECTOR", host, port);
      logger.info({ url, account: wallet.address }, "collector listens");
      process.stdout.write(`${JSON.stringify({ event: "listening", url })}\n`);
      try {
        await Promise.all([followChain(services.chain, signal), services.submitter.run(signal)]);
      } finally {
        server.close();
        server.closeAllConnections();
      }
    },
    onStage,
  );
}

interface Services {
  readonly collector: Collector;
  readonly submitter: Submitter;
  readonly chain: FollowChainOptions;
}

async function createServices(session: Session, context: ActionContext, journal: Journal): Promise<Services> {
  const { config, deployment, provider, contracts, logger } = session;
  const { chainId } = deployment;
  const fromBlock = Math.max(config.fromBlock, deployment.fromBlock ?? 0);
  const market = new ChainMarket({ context, provider, chainId, fromBlock, logger, tasks: journal.tasks });
  let timestamp = 0;
  const domain = await readSubmissionDomain(contracts, chainId);
  const queue = new Collector({ contracts, journal, domain, market, chainTime: () => timestamp, logger });
  const submitter = new Submitter({
    journal,
    isOurs: ({ cursor }, row) => cursor.node !== 0n && nodeOf(row) === cursor.node,
    isExpected: ({ cursor }) => cursor.node !== 0n,
    batchWaitMs: config.batchWaitMs,
    // Without its proof the row says "refused".
    drop: ({ fragment, submission }) => journal.fragments.compute(fragment.key, submission.weights),
    clock,
    logger,
    backoff: new Backoff(clock, RETRY),
  });
  const progress = createLineProgress((line) => process.stdout.write(line), 0n);
  const watcher = new Watcher({ contracts, provider, markets: [market] });
  const followers = [
    { onSnapshot: (snapshot: { readonly timestamp: number }) => void ({ timestamp } = snapshot) },
    submitter,
    new Reconciler({ nodeOf, journal, markets: { chains: market }, progress, logger }),
  ];
  return { collector: queue, submitter, chain: { watcher, followers, pollMs: config.pollMs, clock, logger } };
}

/** The node whose operator signed a submission; zero when it is gone. */
function nodeOf({ submission }: FragmentRow): bigint {
  return submission?.kind === "step" ? BigInt(submission.signedBy?.node ?? 0) : 0n;
}
