import { pino, type Logger } from "pino";
import type { JsonRpcProvider, Wallet } from "ethers";

import type { ActionContext } from "@corex/sdk/actions/execute";
import { connect, type CorexContracts } from "@corex/sdk/contracts/connect";
import { createProvider } from "@corex/sdk/contracts/create-provider";
import { loadDeployment, type Deployment } from "@corex/sdk/contracts/deployment";
import { requireChain } from "@corex/sdk/contracts/require-chain";
import { CorexError } from "@corex/sdk/errors";
import { loadKey } from "@corex/sdk/key/load-key";

import { JournaledSender } from "../chain/journaled-sender.ts";
import { loadConfig, type AgentConfig } from "../config/agent-config.ts";
import { Journal } from "../journal/journal.ts";

import { systemClock } from "../runtime/clock.ts";
import { ignoreStages, type StageHook } from "../runtime/stages.ts";

/** What every command starts from: a checked configuration, a key in memory, and an endpoint. */
export interface Session {
  readonly config: AgentConfig;
  readonly deployment: Deployment;
  readonly wallet: Wallet;
  readonly provider: JsonRpcProvider;
  readonly contracts: CorexContracts;
  readonly logger: Logger;
}

/** Options of a command as commander hands them over. */
export type CommandFlags = Readonly<Record<string, unknown>>;

/** Reads configuration and key; no network access. @throws CorexError CONFIG_*, KEY_*. */
export async function openSession(flags: CommandFlags): Promise<Session> {
  const { env } = process;
  const file = typeof flags.config === "string" ? flags.config : env.COREX_CONFIG;
  const config = loadConfig({ flags, env, file });
  const deployment = loadDeployment(config.deployment);
  const rpcUrl = config.rpcUrl ?? deployment.rpcUrl;
  if (rpcUrl === undefined) {
    throw new CorexError("CONFIG_MISSING", "rpcUrl is not set, and the deployment has none: give --rpc-url", {
      retry: "after-change",
    });
  }
  const wallet = await loadKey({ ...config, env });
  const provider = createProvider(rpcUrl, deployment.chainId);
  const contracts = connect(deployment, provider);
  return { config, deployment, wallet, provider, contracts, logger: createLogger(config.logLevel) };
}

/** Opens the journal of the session's operator. @throws CorexError JOURNAL_*. */
export function openJournal({ config, deployment, wallet }: Session): Journal {
  const { chainId, contracts } = deployment;
  return new Journal(config.journal, { chainId, market: contracts.TaskMarket, operator: wallet.address });
}

/** What a command that sends works with, beside its account. */
export interface ActionEnvironment {
  readonly journal: Journal;
  /** Aborts at SIGTERM and SIGINT. */
  readonly signal: AbortSignal;
}

/**
 * Runs a command that sends transactions: under the journal, after what an earlier run left under way is finished.
 *
 * @throws CorexError JOURNAL_LOCKED while the agent runs, CHAIN_*, and what `command` throws.
 */
export async function withActions(
  session: Session,
  command: (context: ActionContext, environment: ActionEnvironment) => Promise<void>,
  onStage: StageHook = ignoreStages,
): Promise<void> {
  const { deployment, provider, wallet, contracts, logger, config } = session;
  await requireChain(provider, deployment);
  const journal = openJournal(session);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once("SIGINT", abort);
  process.once("SIGTERM", abort);
  try {
    const { signal } = stop;
    const log = journal.transactions;
    const { pollMs } = config;
    const sender = new JournaledSender({ wallet, provider, log, clock: systemClock, logger, onStage, signal, pollMs });
    await sender.recover();
    await command({ contracts, sender }, { journal, signal });
  } finally {
    process.off("SIGINT", abort);
    process.off("SIGTERM", abort);
    journal.close();
  }
}

/** Logs go to standard error, at once: standard output is for results, and a killed process must not lose lines. */
export function createLogger(level: string): Logger {
  return pino({ name: "corex-node", level }, pino.destination({ fd: 2, sync: true }));
}
