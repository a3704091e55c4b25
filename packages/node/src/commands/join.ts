import { approveStaker } from "@corex/sdk/actions/approve-staker";
import { readNode, type NodeSummary } from "@corex/sdk/actions/read-node";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { registerNode } from "@corex/sdk/actions/register-node";
import { CorexError } from "@corex/sdk/errors";

import { detectHardware, hardwareMetadata, suggestDeviceClass, type Hardware } from "../benchmark/hardware.ts";
import { LanePool } from "../benchmark/lane-pool.ts";
import { measureNode, type MeasureOutcome } from "../benchmark/measure-node.ts";
import { SEED_SECONDS } from "../benchmark/seed-seconds.ts";
import { systemClock } from "../runtime/clock.ts";
import { Mutex } from "../runtime/mutex.ts";
import { openSession, withActions, type CommandFlags, type Session } from "./session.ts";

/**
 * Looks at this machine, registers the node, unless it is registered, and has it measured. Can be repeated: a repetition
 * renews the benchmark.
 *
 * @throws CorexError JOIN_NO_ATTESTOR, JOIN_NOT_POSSIBLE, BENCHMARK_*, CHAIN_*.
 */
export async function join(flags: CommandFlags): Promise<void> {
  const session = await openSession(flags);
  const { config, wallet, logger } = session;
  const { attestor: attestors } = config;
  if (attestors === undefined) {
    throw new CorexError(
      "JOIN_NO_ATTESTOR",
      "attestor is not set: a node without benchmark gets no work (--attestor URL, at least two)",
      { retry: "after-change" },
    );
  }
  const hardware = await detectHardware();
  const suggested = suggestDeviceClass(hardware);
  logger.info({ ...hardware, suggested, deviceClass: config.deviceClass }, "hardware");
  await withActions(session, async (context) => {
    const node = await register(context, session, hardware);
    await approvePayout(context, node);
    const { accepted, dailyWorkUnits, size, elapsed, nonce, expiresAt } = await measure(
      context,
      session,
      node,
      attestors,
    );
    if (!accepted) {
      throw new CorexError("BENCHMARK_REJECTED", `measurement ${nonce} of node ${node.node} was discarded`, {
        retry: "later",
      });
    }
    logger.info({ dailyWorkUnits: String(dailyWorkUnits), expiresAt, size, elapsed }, "benchmark accepted");
    process.stdout.write(
      `${JSON.stringify({
        event: "joined",
        node: Number(node.node),
        operator: wallet.address,
        payout: node.payout,
        dailyWorkUnits: Number(dailyWorkUnits),
        deviceClass: node.deviceClass,
        size,
        elapsed,
      })}\n`,
    );
  });
}

async function register(
  context: ActionContext,
  { config, wallet, logger }: Session,
  hardware: Hardware,
): Promise<NodeSummary> {
  const existing = await readNode(context.contracts, wallet.address);
  if (existing !== undefined) {
    if (existing.status === "registered" || existing.status === "active") return existing;
    throw new CorexError("JOIN_NOT_POSSIBLE", `node ${existing.node} of ${wallet.address} is ${existing.status}`, {
      details: { node: existing.node, status: existing.status },
    });
  }
  const { payout = wallet.address, deviceClass } = config;
  const metadataUri = config.metadataUri === "" ? hardwareMetadata(hardware) : config.metadataUri;
  const { result } = await registerNode(context, { payout, deviceClass, metadataUri });
  logger.info({ node: String(result), payout, deviceClass, metadataUri }, "node registered");
  const node = await readNode(context.contracts, wallet.address);
  if (node === undefined) throw new CorexError("CHAIN_ERROR", `node ${result} is gone again`, { retry: "later" });
  return node;
}

/** Lets the payout account stake for the node: CXT then never has to pass through the operator's key. */
async function approvePayout(context: ActionContext, { node, payout }: NodeSummary): Promise<void> {
  const { stakeVault } = context.contracts;
  if (payout === context.sender.address || (await stakeVault.isApproved(node, payout))) return;
  await approveStaker(context, payout, true);
}

async function measure(
  context: ActionContext,
  { config, deployment, logger }: Session,
  { node, deviceClass }: NodeSummary,
  attestors: readonly string[],
): Promise<MeasureOutcome> {
  const pool = new LanePool({ threads: config.threads });
  try {
    return await measureNode({
      context,
      chainId: deployment.chainId,
      node,
      deviceClass,
      pool,
      attestors,
      targetSeconds: config.benchmarkSeconds,
      seedSeconds: SEED_SECONDS,
      exclusive: new Mutex(),
      memory: {},
      pollMs: config.pollMs,
      clock: systemClock,
      logger,
      onProgress: reportProgress(node),
    });
  } finally {
    await pool.close();
  }
}

/** Writes a line for every tenth of the lanes. */
function reportProgress(node: bigint): (done: number, lanes: number) => void {
  let tenths = -1;
  return (done, lanes) => {
    const now = Math.floor((10 * done) / lanes);
    if (now === tenths) return;
    tenths = now;
    process.stdout.write(`${JSON.stringify({ event: "benchmark", node: Number(node), done, lanes })}\n`);
  };
}
