import type { Logger } from "pino";
import type { TransactionReceipt } from "ethers";

import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";

import type { SignedTransaction, TransactionLog } from "../journal/transaction-log.ts";
import { Backoff } from "../runtime/backoff.ts";
import type { Clock } from "../runtime/clock.ts";
import type { StageHook } from "../runtime/stages.ts";

/** How long a transaction may stay unmined before its bytes are sent again: endpoints forget. */
const RESEND_AFTER_MS = 15_000;

export interface DeliveryContext {
  readonly provider: RpcProvider;
  readonly account: string;
  readonly log: TransactionLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onStage: StageHook;
  readonly signal: AbortSignal;
  /** Pause between looks for a receipt. */
  readonly pollMs: number;
}

/**
 * Brings a signed transaction on chain, or finds out that it can no longer get there. Survives an endpoint that is down:
 * an answer that did not arrive is never taken for a refusal.
 *
 * @returns the receipt, whatever its status.
 * @throws CorexError CHAIN_NONCE_USED when another transaction took the nonce, what the endpoint refused it for, or
 *   AGENT_STOPPED; after the latter the journal still has the transaction, and a restart delivers it.
 */
export async function deliverTransaction(
  row: SignedTransaction,
  context: DeliveryContext,
): Promise<TransactionReceipt> {
  const { clock, logger, signal, pollMs } = context;
  const backoff = new Backoff(clock, { base: pollMs, max: 30_000 });
  let sentAt: number | undefined;
  while (!signal.aborted) {
    try {
      const receipt = await lookUp(row, context);
      if (receipt !== null) return receipt;
      if (sentAt === undefined || clock.now() - sentAt >= RESEND_AFTER_MS) {
        await broadcast(row, context);
        sentAt = clock.now();
      }
      backoff.succeed(row.hash);
      await clock.sleep(pollMs, signal);
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code !== "CHAIN_UNREACHABLE") throw error;
      const pause = backoff.fail(row.hash);
      logger.warn({ intent: row.intent, hash: row.hash, pause, reason: error.message }, "the endpoint is down");
      await clock.sleep(pause, signal);
    }
  }
  throw new CorexError("AGENT_STOPPED", `stopped while ${row.intent} was under way`, {
    retry: "later",
    details: { intent: row.intent, hash: row.hash },
  });
}

/** The receipt; null while there is none. Gives up when the nonce went to another transaction. */
async function lookUp(row: SignedTransaction, context: DeliveryContext): Promise<TransactionReceipt | null> {
  const { provider, account, log, onStage } = context;
  // The count comes first: if it is above the nonce, a receipt of this transaction must exist by the time it is asked for.
  const count = await provider.getTransactionCount(account, "latest");
  const receipt = await provider.getTransactionReceipt(row.hash);
  if (receipt !== null) {
    onStage("mined", row.intent);
    if (receipt.status === 1) log.finish(row.id, "mined", { block: receipt.blockNumber });
    else log.finish(row.id, "failed", { block: receipt.blockNumber, reason: "mined and reverted" });
    if (receipt.status === 1) onStage("settled", row.intent);
    return receipt;
  }
  if (count <= row.nonce) return null;
  const reason = `nonce ${row.nonce} of ${account} was used by another transaction`;
  log.finish(row.id, "abandoned", { reason });
  throw new CorexError("CHAIN_NONCE_USED", reason, {
    retry: "later",
    details: { intent: row.intent, nonce: row.nonce },
  });
}

async function broadcast(row: SignedTransaction, context: DeliveryContext): Promise<void> {
  const { provider, log, onStage } = context;
  try {
    await provider.send("eth_sendRawTransaction", [row.raw]);
  } catch (cause) {
    const error = decodeError(cause);
    // No answer, known already, or nonce used: the next look for the receipt tells.
    if (error.code === "CHAIN_UNREACHABLE") throw error;
    if (error.code === "CHAIN_NONCE_USED") return;
    if (error.code !== "CHAIN_ALREADY_KNOWN" && !(await isKnown(row, context))) {
      log.finish(row.id, "failed", { reason: error.message });
      throw error;
    }
  }
  onStage("broadcast", row.intent);
  if (row.stage === "signed") log.send(row.id);
  onStage("sent", row.intent);
}

/** Some endpoints report the failure of a transaction that they took all the same. */
async function isKnown({ hash }: SignedTransaction, { provider }: DeliveryContext): Promise<boolean> {
  return (await provider.send("eth_getTransactionByHash", [hash])) !== null;
}
