import { Transaction, type TransactionReceipt, type Wallet } from "ethers";

import type { Sender, TransactionIntent } from "@corex/sdk/actions/sender";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { RpcProvider } from "@corex/sdk/contracts/rpc-provider";
import { CorexError } from "@corex/sdk/errors";

import type { SignedTransaction, TransactionRow } from "../journal/transaction-log.ts";
import { Mutex } from "../runtime/mutex.ts";
import { type DeliveryContext, deliverTransaction } from "./deliver-transaction.ts";

/** Room for the state to change between the estimate and the block, in proportion. */
const GAS_MARGIN_PERCENT = 140n;

/** And whatever the call is: it may be the first of a day, which opens its book, or of a period. */
const GAS_RESERVE = 250_000n;

/** What delivery needs, and the wallet that signs: its address is the account. */
export interface JournaledSenderOptions extends Omit<DeliveryContext, "account"> {
  readonly wallet: Wallet;
}

/**
 * Sends the agent's transactions one at a time and journals each before it is signed and before it is broadcast.
 *
 * One at a time makes the nonce of the next transaction the account's transaction count, so two transactions can never
 * both be for the same purpose: a resent one has the same bytes, a replaced one the same nonce.
 */
export class JournaledSender implements Sender {
  readonly address: string;
  readonly provider: RpcProvider;
  readonly #options: JournaledSenderOptions;
  readonly #mutex = new Mutex();

  constructor(options: JournaledSenderOptions) {
    this.#options = options;
    this.address = options.wallet.address;
    this.provider = options.provider;
  }

  /**
   * @inheritdoc
   * @throws CorexError JOURNAL_INTENT_OPEN, AGENT_STOPPED, CHAIN_INSUFFICIENT_FUNDS, CHAIN_NONCE_USED and others.
   */
  async send(transaction: TransactionIntent): Promise<TransactionReceipt> {
    return this.#mutex.run(async () => {
      const { log, onStage, signal } = this.#options;
      if (signal.aborted) throw stopped();
      const id = log.intend(transaction.intent, transaction.to, transaction.data);
      onStage("intended", transaction.intent);
      let signed: SignedTransaction;
      try {
        signed = await this.#sign(id, transaction);
      } catch (cause) {
        const error = decodeError(cause);
        log.finish(id, "failed", { reason: error.message });
        throw error;
      }
      onStage("signed", transaction.intent);
      return this.#deliver(signed);
    });
  }

  /**
   * Finishes what an earlier run of the agent left under way. Rows without signature are closed; the others are looked up
   * by hash, resent with the same bytes, or given up when their nonce was used by another transaction.
   */
  async recover(): Promise<void> {
    await this.#mutex.run(async () => {
      const { log, logger } = this.#options;
      for (const row of log.open()) {
        if (!isSigned(row)) {
          log.finish(row.id, "abandoned", { reason: "the agent stopped before it signed" });
          continue;
        }
        logger.info({ intent: row.intent, hash: row.hash, stage: row.stage }, "resuming a transaction");
        try {
          await this.#deliver(row);
        } catch (cause) {
          const error = decodeError(cause);
          if (error.code === "AGENT_STOPPED") throw error;
          logger.warn({ intent: row.intent, code: error.code, reason: error.message }, "transaction given up");
        }
      }
    });
  }

  async #sign(id: number, { to, data, intent }: TransactionIntent): Promise<SignedTransaction> {
    const { wallet, provider, log } = this.#options;
    const gas = await provider.estimateGas({ from: wallet.address, to, data });
    const nonce = await provider.getTransactionCount(wallet.address, "latest");
    const { maxFeePerGas, maxPriorityFeePerGas, gasPrice } = await provider.getFeeData();
    const { chainId } = await provider.getNetwork();
    const fees =
      maxFeePerGas === null || maxPriorityFeePerGas === null
        ? { type: 0, gasPrice: gasPrice ?? 0n }
        : { type: 2, maxFeePerGas, maxPriorityFeePerGas };
    const gasLimit = (gas * GAS_MARGIN_PERCENT) / 100n + GAS_RESERVE;
    await this.#requireFunds(intent, gasLimit * (maxFeePerGas ?? gasPrice ?? 0n));

    const raw = await wallet.signTransaction({ to, data, nonce, gasLimit, chainId, ...fees });
    const { hash } = Transaction.from(raw);
    if (hash === null) throw new CorexError("CHAIN_ERROR", `the transaction for ${intent} has no hash`);
    return log.sign(id, { nonce, hash, raw });
  }

  async #requireFunds(intent: string, cost: bigint): Promise<void> {
    const { wallet, provider } = this.#options;
    const balance = await provider.getBalance(wallet.address);
    if (balance >= cost) return;
    throw new CorexError(
      "CHAIN_INSUFFICIENT_FUNDS",
      `${wallet.address} holds ${balance} wei, ${intent} can cost up to ${cost} wei of gas: send it at least ${cost - balance} wei`,
      { retry: "after-change", details: { account: wallet.address, balance, cost } },
    );
  }

  async #deliver(row: SignedTransaction): Promise<TransactionReceipt> {
    const { wallet, ...context } = this.#options;
    return deliverTransaction(row, { ...context, account: wallet.address });
  }
}

function isSigned(row: TransactionRow): row is TransactionRow & SignedTransaction {
  return row.raw !== null && row.hash !== null && row.nonce !== null;
}

function stopped(): CorexError {
  return new CorexError("AGENT_STOPPED", "the agent is stopping", { retry: "later" });
}
