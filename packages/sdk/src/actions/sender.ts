import type { Provider, TransactionReceipt } from "ethers";

/** A call that passed its simulation and is to become a transaction. */
export interface TransactionIntent {
  /** What the transaction is for, unique while it is under way: `submit:0x12..:0:3`. */
  readonly intent: string;
  readonly to: string;
  readonly data: string;
}

/**
 * Turns intents into mined transactions of one account. A plain signer is enough for scripts ({@link createSender}); the
 * node agent journals every step instead.
 */
export interface Sender {
  /** The account that sends. */
  readonly address: string;
  /** Where calls are simulated. */
  readonly provider: Provider;
  /** Resolves once the transaction is mined, whatever its status. */
  send(transaction: TransactionIntent): Promise<TransactionReceipt>;
}
