import { readNode, type NodeSummary } from "@corex/sdk/actions/read-node";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { registerNode } from "@corex/sdk/actions/register-node";
import { submitBenchmark, type SignedBenchmark } from "@corex/sdk/actions/submit-benchmark";
import { loadCircuit } from "@corex/sdk/circuits/manifest";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";
import { createProver } from "@corex/sdk/proof/create-prover";
import { LINEAR_STEP_CIRCUIT } from "@corex/sdk/proof/linear-step";
import type { Prover } from "@corex/sdk/proof/prover";

import { requestBenchmark } from "../attestor/request-benchmark.ts";
import { Backoff } from "../runtime/backoff.ts";
import { systemClock } from "../runtime/clock.ts";
import { openSession, withActions, type CommandFlags, type Session } from "./session.ts";

/** How long an attestor that does not answer is asked again, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Registers the node, unless it is registered, and has it measured. Can be repeated: a repetition renews the benchmark.
 *
 * @throws CorexError JOIN_NO_ATTESTOR, JOIN_NOT_POSSIBLE, CHAIN_*, ATTESTOR_*.
 */
export async function join(flags: CommandFlags): Promise<void> {
  const session = await openSession(flags);
  const { config, wallet, logger } = session;
  const { attestor } = config;
  if (attestor === undefined) {
    throw new CorexError(
      "JOIN_NO_ATTESTOR",
      "attestor is not set: a node without benchmark gets no work (--attestor URL)",
      {
        retry: "after-change",
      },
    );
  }
  const prover = createProver();
  try {
    await withActions(session, async (context) => {
      const node = await register(context, session);
      const signed = await measure(session, node.node, attestor, prover);
      await submitBenchmark(context, signed);
      const { dailyWorkUnits, expiresAt } = signed.benchmark;
      logger.info({ dailyWorkUnits: String(dailyWorkUnits), expiresAt: String(expiresAt) }, "benchmark accepted");
      process.stdout.write(
        `${JSON.stringify({
          event: "joined",
          node: Number(node.node),
          operator: wallet.address,
          payout: node.payout,
          dailyWorkUnits: Number(dailyWorkUnits),
        })}\n`,
      );
    });
  } finally {
    await prover.close();
  }
}

async function register(context: ActionContext, { config, wallet, logger }: Session): Promise<NodeSummary> {
  const existing = await readNode(context.contracts, wallet.address);
  if (existing !== undefined) {
    if (existing.status === "registered" || existing.status === "active") return existing;
    throw new CorexError("JOIN_NOT_POSSIBLE", `node ${existing.node} of ${wallet.address} is ${existing.status}`, {
      details: { node: existing.node, status: existing.status },
    });
  }
  const { payout = wallet.address, deviceClass, metadataUri } = config;
  const { result } = await registerNode(context, { payout, deviceClass, metadataUri });
  logger.info({ node: String(result), payout, deviceClass }, "node registered");
  const node = await readNode(context.contracts, wallet.address);
  if (node === undefined) throw new CorexError("CHAIN_ERROR", `node ${result} is gone again`, { retry: "later" });
  return node;
}

async function measure(session: Session, node: bigint, attestor: string, prover: Prover): Promise<SignedBenchmark> {
  const { deployment, wallet, logger } = session;
  const circuit = loadCircuit(LINEAR_STEP_CIRCUIT);
  const { chainId, contracts } = deployment;
  const request = { attestor, wallet, chainId, nodeRegistry: contracts.NodeRegistry, node, circuit, prover };
  const backoff = new Backoff(systemClock, { base: 500, max: 5_000 });
  const until = systemClock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await requestBenchmark(request);
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code !== "ATTESTOR_UNREACHABLE" || systemClock.now() > until) throw error;
      const pause = backoff.fail(attestor);
      logger.warn({ attestor, pause }, "the attestor does not answer yet");
      await systemClock.sleep(pause);
    }
  }
}
