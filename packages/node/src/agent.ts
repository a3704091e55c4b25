import type { Logger } from "pino";
import type { TypedDataDomain, Wallet } from "ethers";

import type { ActionContext } from "@corex/sdk/actions/execute";
import { readNode, type NodeSummary } from "@corex/sdk/actions/read-node";
import { readSubmissionDomain } from "@corex/sdk/actions/sign-submission";
import { connect } from "@corex/sdk/contracts/connect";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { Deployment } from "@corex/sdk/contracts/deployment";
import { requireChain } from "@corex/sdk/contracts/require-chain";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";
import type { Prover } from "@corex/sdk/proof/prover";
import type { ContentStore } from "@corex/sdk/store/content-store";

import { JournaledSender } from "./chain/journaled-sender.ts";
import { CollectorClient } from "./collector/collector-client.ts";
import type { AgentSettings } from "./config/agent-config.ts";
import { fragmentsIn } from "./journal/fragment-key.ts";
import type { Journal } from "./journal/journal.ts";
import { LanePool } from "./benchmark/lane-pool.ts";
import { ChainMarket } from "./markets/chain-market.ts";
import type { OpenFragment } from "./markets/open-fragment.ts";
import { RoundMarket } from "./markets/round-market.ts";
import { Backoff } from "./runtime/backoff.ts";
import type { Clock } from "./runtime/clock.ts";
import { followChain, type FollowChainOptions } from "./runtime/follow-chain.ts";
import { Mutex } from "./runtime/mutex.ts";
import { createLineProgress, type Progress } from "./runtime/progress.ts";
import type { StageHook } from "./runtime/stages.ts";
import { Assigner } from "./services/assigner.ts";
import { BenchmarkService } from "./services/benchmark.ts";
import { Claimer } from "./services/claimer.ts";
import { HeartbeatService } from "./services/heartbeat.ts";
import { Reassigner } from "./services/reassigner.ts";
import { Reconciler } from "./services/reconciler.ts";
import { RoundCloser } from "./services/round-closer.ts";
import { StandingService } from "./services/standing.ts";
import { Submitter } from "./services/submitter.ts";
import { Watcher } from "./services/watcher.ts";
import { Worker, type WorkerOptions } from "./services/worker.ts";
import { RoundLibrary } from "./weights/round-library.ts";
import { TaskLibrary } from "./weights/task-library.ts";
import { createWorkServices, type WorkServices } from "./work/create-work-services.ts";
import { WORK_SKILL, type WorkSkill } from "./work/work-skill.ts";

/** Everything an agent needs from outside. */
export interface AgentDependencies {
  readonly deployment: Deployment;
  readonly settings: AgentSettings;
  readonly wallet: Wallet;
  readonly provider: RpcProvider;
  readonly store: ContentStore;
  readonly prover: Prover;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Receives one line of JSON per stage of a fragment. */
  readonly writeProgress: (line: string) => void;
  /** Observes every stage; see `Stage`. */
  readonly onStage: StageHook;
  /** How work without a circuit is done and judged; as the SDK does it when absent. */
  readonly skill?: WorkSkill;
}

/**
 * Runs a node until `signal` aborts: first it finishes what an earlier run left under way, then it follows the chain.
 *
 * Three loops: one reads the chain and sends what keeps tasks moving, one proves fragments, one submits them. They share one
 * sender, which sends one transaction at a time.
 *
 * @throws CorexError AGENT_NOT_REGISTERED, CHAIN_WRONG_NETWORK, CHAIN_NOT_DEPLOYED. An endpoint that is down is no error.
 */
export async function runAgent(dependencies: AgentDependencies, signal: AbortSignal): Promise<void> {
  const { deployment, settings, wallet, provider, journal, clock, logger, writeProgress, onStage } = dependencies;
  const contracts = connect(deployment, provider);
  const node = await untilReachable(dependencies, signal, async () => {
    await requireChain(provider, deployment);
    return requireNode(await readNode(contracts, wallet.address), wallet.address);
  });
  if (node === undefined) return;

  const progress = createLineProgress(writeProgress, node.node);
  const sender = new JournaledSender({
    wallet,
    provider,
    log: journal.transactions,
    clock,
    logger,
    onStage: reportStages(progress, onStage),
    signal,
    pollMs: settings.pollMs,
  });
  logger.info({ node: String(node.node), operator: wallet.address, status: node.status }, "agent started");
  try {
    await sender.recover();
    const context = { contracts, sender };
    const services = createServices(dependencies, context, node, progress, signal);
    try {
      await Promise.all([
        followChain({ ...services, pollMs: settings.pollMs, clock, logger }, signal),
        services.worker.run(signal),
        services.submitter.run(signal),
      ]);
    } finally {
      // What they are about to write must reach the journal before it is closed.
      await Promise.all([services.benchmark.settled(), services.work.settled()]);
    }
  } catch (cause) {
    if (decodeError(cause).code !== "AGENT_STOPPED") throw cause;
  }
  logger.info("agent stopped");
}

/** Pauses before work on a fragment is tried again, in milliseconds. */
const RETRY = { base: 2_000, max: 60_000 };

interface Services {
  readonly watcher: Watcher;
  readonly worker: Worker;
  readonly submitter: Submitter;
  readonly benchmark: BenchmarkService;
  readonly work: WorkServices;
  /** In the order of urgency. */
  readonly followers: FollowChainOptions["followers"];
}

function createServices(
  dependencies: AgentDependencies,
  context: ActionContext,
  { node, payout }: NodeSummary,
  progress: Progress,
  signal: AbortSignal,
): Services {
  const { deployment, settings, wallet, provider, store, prover, journal, clock, logger, onStage } = dependencies;
  const { contracts } = context;
  const { chainId } = deployment;
  const { graceMs, spreadMs, maxOpenFragments, heartbeatSeconds, withdrawThreshold, claimMs } = settings;
  const fromBlock = Math.max(settings.fromBlock, deployment.fromBlock ?? 0);
  const backoff = new Backoff(clock);
  const everyMs = claimMs;
  const intervalSeconds = heartbeatSeconds;
  const exclusive = new Mutex();
  const { pollMs, attestor: attestors = [], benchmarkSeconds: targetSeconds, threads } = settings;
  const benchmark = new BenchmarkService({
    ...{ context, chainId, attestors, targetSeconds, exclusive, pollMs, clock, logger, backoff, signal },
    createPool: () => new LanePool({ threads }),
  });
  const market = { context, provider, chainId, fromBlock, logger };
  const chains = new ChainMarket({ ...market, tasks: journal.tasks });
  const rounds = new RoundMarket({ ...market, tasks: journal.roundTasks });
  const work = createWorkServices({
    ...{ context, node, wallet, settings, store, prover, journal, market, exclusive, backoff, onStage, signal },
    skill: dependencies.skill ?? WORK_SKILL,
  });
  const worker = createWorker(dependencies, { node, progress, exclusive, signal });
  const submitter = createSubmitter(dependencies, context, node);
  return {
    benchmark,
    work,
    watcher: new Watcher({ contracts, provider, markets: [chains, rounds, work.market] }),
    worker,
    submitter,
    followers: [
      worker,
      submitter,
      new Reconciler({ nodeOf: () => node, journal, markets: { chains, rounds, work: work.market }, progress, logger }),
      new Reassigner({ node, spreadMs, logger, backoff }),
      ...work.followers,
      new RoundCloser({ context, node, market: rounds, spreadMs, logger, backoff }),
      new Assigner({ context, node, graceMs, spreadMs, maxOpenFragments, clock, logger, backoff }),
      new HeartbeatService({ context, intervalSeconds, logger, backoff }),
      benchmark,
      new StandingService({ context, node, logger, backoff }),
      new Claimer({ context, node, payout, withdrawThreshold, everyMs, clock, logger, backoff }),
    ],
  };
}

function createWorker(
  { store, prover, journal, clock, logger, onStage }: AgentDependencies,
  options: Pick<WorkerOptions, "node" | "progress" | "exclusive"> & { readonly signal: AbortSignal },
): Worker {
  const { signal, ...rest } = options;
  const tools = { tasks: new TaskLibrary(store), rounds: new RoundLibrary(store), store, prover, logger, signal };
  return new Worker({ ...rest, journal, tools, clock, logger, backoff: new Backoff(clock, RETRY), onStage });
}

/** Sends this node's proofs, or hands them to a collector; one that is worthless is made again. */
function createSubmitter(
  { deployment, settings, wallet, journal, clock, logger }: AgentDependencies,
  { contracts }: ActionContext,
  node: bigint,
): Submitter {
  const { collector: url, batchWaitMs } = settings;
  const isOurs = ({ cursor }: OpenFragment): boolean => cursor.node === node;
  const readDomain = async (): Promise<TypedDataDomain> => readSubmissionDomain(contracts, deployment.chainId);
  const client = url === undefined ? undefined : { url, signer: wallet, readDomain, clock, logger };
  return new Submitter({
    journal,
    isOurs,
    isExpected: isOurs,
    batchWaitMs,
    drop: ({ fragment, submission }) => journal.fragments.compute(fragment.key, submission.weights),
    collector: client && new CollectorClient(client),
    clock,
    logger,
    backoff: new Backoff(clock, RETRY),
  });
}

/** Repeats `read` while the endpoint is down; undefined when `signal` aborted first. */
async function untilReachable<Result>(
  { clock, logger, settings }: AgentDependencies,
  signal: AbortSignal,
  read: () => Promise<Result>,
): Promise<Result | undefined> {
  const backoff = new Backoff(clock, { base: settings.pollMs, max: 30_000 });
  while (!signal.aborted) {
    try {
      return await read();
    } catch (cause) {
      const error = decodeError(cause);
      if (error.retry !== "later") throw error;
      const pause = backoff.fail("start");
      logger.warn({ code: error.code, reason: error.message, pause }, "waiting for the chain");
      await clock.sleep(pause, signal);
    }
  }
  return undefined;
}

function requireNode(node: NodeSummary | undefined, operator: string): NodeSummary {
  if (node !== undefined) return node;
  throw new CorexError("AGENT_NOT_REGISTERED", `${operator} operates no node: run \`corex-node join\` first`, {
    retry: "after-change",
    details: { operator },
  });
}

/** Submissions show as progress at the stages that only the sender knows. */
function reportStages(progress: Progress, onStage: StageHook): StageHook {
  return (stage, subject) => {
    for (const key of fragmentsIn(subject)) {
      if (stage === "sent") progress.fragment("submitted", key);
      if (stage === "settled") progress.fragment("settled", key);
    }
    onStage(stage, subject);
  };
}
