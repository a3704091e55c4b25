import { auditWork } from "@corex/sdk/actions/audit-work";
import { claimResult } from "@corex/sdk/actions/claim-result";
import { concedeWork } from "@corex/sdk/actions/concede-work";
import { decideWork } from "@corex/sdk/actions/decide-work";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { finaliseWork } from "@corex/sdk/actions/finalise-work";
import { proveWork } from "@corex/sdk/actions/prove-work";

import type { ProvedClaim } from "../journal/submission-json.ts";
import { toClaimStruct } from "../markets/submission-structs.ts";
import type { WorkPlace } from "./work-place.ts";

/** What can be sent about a result under review. Every call can throw CorexError CHAIN_*. */
export interface Reviews {
  audit(place: WorkPlace): Promise<void>;
  decide(place: WorkPlace): Promise<void>;
  finalise(place: WorkPlace): Promise<void>;
  concede(place: WorkPlace): Promise<void>;
  /** Proves a result that was not accepted: it is final and paid. */
  prove(place: WorkPlace, claim: ProvedClaim): Promise<void>;
  /** Takes it before the court; `evidence` is the digest of a document. */
  claim(place: WorkPlace, evidence: string): Promise<void>;
}

/** The review on chain. */
export function chainReviews(context: ActionContext): Reviews {
  return {
    async audit({ task, fragment }) {
      await auditWork(context, task.terms, fragment);
    },
    async decide({ task, fragment }) {
      await decideWork(context, task.terms, fragment);
    },
    async finalise({ task, fragment }) {
      await finaliseWork(context, task.terms, fragment);
    },
    async concede({ task, fragment }) {
      await concedeWork(context, task.terms, fragment);
    },
    async prove({ task, fragment }, claim) {
      await proveWork(context, task.terms, fragment, toClaimStruct(claim));
    },
    async claim({ task, fragment }, evidence) {
      await claimResult(context, task.terms, fragment, evidence);
    },
  };
}
