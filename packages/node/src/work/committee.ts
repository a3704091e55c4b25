import { commitVerdict, type SealedVerdict } from "@corex/sdk/actions/commit-verdict";
import { concludeCase } from "@corex/sdk/actions/conclude-case";
import { drawCase } from "@corex/sdk/actions/draw-case";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { revealVerdict } from "@corex/sdk/actions/reveal-verdict";
import { contractAddress } from "@corex/sdk/contracts/contract-address";

/** What can be sent to the verifier committee. Every call can throw CorexError CHAIN_*. */
export interface Committee {
  readonly address: string;
  draw(caseId: bigint): Promise<void>;
  commit(caseId: bigint, commitment: string): Promise<void>;
  reveal(caseId: bigint, verdict: SealedVerdict): Promise<void>;
  conclude(caseId: bigint): Promise<void>;
}

/** The committee on chain. */
export function chainCommittee(context: ActionContext): Committee {
  return {
    address: contractAddress(context.contracts.verifierCommittee),
    async draw(caseId) {
      await drawCase(context, caseId);
    },
    async commit(caseId, commitment) {
      await commitVerdict(context, caseId, commitment);
    },
    async reveal(caseId, verdict) {
      await revealVerdict(context, caseId, verdict);
    },
    async conclude(caseId) {
      await concludeCase(context, caseId);
    },
  };
}
