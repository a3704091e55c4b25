import { advanceDispute } from "@corex/sdk/actions/advance-dispute";
import { commitVote, type SealedVote } from "@corex/sdk/actions/commit-vote";
import { drawJurors } from "@corex/sdk/actions/draw-jurors";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { executeRuling } from "@corex/sdk/actions/execute-ruling";
import type { RulingAction } from "@corex/sdk/actions/read-dispute-actions";
import { revealVote } from "@corex/sdk/actions/reveal-vote";
import { settleRound } from "@corex/sdk/actions/settle-round";
import { withdrawCourt } from "@corex/sdk/actions/withdraw-court";
import { contractAddress } from "@corex/sdk/contracts/contract-address";

/** What can be sent to the court. Every call can throw CorexError CHAIN_*. */
export interface Court {
  readonly address: string;
  draw(dispute: bigint): Promise<void>;
  commit(dispute: bigint, round: number, commitment: string): Promise<void>;
  reveal(dispute: bigint, round: number, vote: SealedVote): Promise<void>;
  advance(dispute: bigint): Promise<void>;
  execute(dispute: bigint, actions: readonly RulingAction[]): Promise<void>;
  settleRound(dispute: bigint, round: number): Promise<void>;
  /** Pays an account what it is owed; returns CXT wei. */
  withdraw(account: string): Promise<bigint>;
}

/** The court on chain. */
export function chainCourt(context: ActionContext): Court {
  return {
    address: contractAddress(context.contracts.arbitration),
    async draw(dispute) {
      await drawJurors(context, dispute);
    },
    async commit(dispute, round, commitment) {
      await commitVote(context, dispute, round, commitment);
    },
    async reveal(dispute, round, vote) {
      await revealVote(context, dispute, round, vote);
    },
    async advance(dispute) {
      await advanceDispute(context, dispute);
    },
    async execute(dispute, actions) {
      await executeRuling(context, dispute, actions);
    },
    async settleRound(dispute, round) {
      await settleRound(context, dispute, round);
    },
    async withdraw(account) {
      return (await withdrawCourt(context, account)).result;
    },
  };
}
