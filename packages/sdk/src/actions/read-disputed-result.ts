import { AbiCoder } from "ethers";

import { CorexError } from "../errors.ts";
import { toWorkTerms, WORK_TERMS_TYPE, type WorkTerms } from "../task/work-terms.ts";
import { ACTION_KINDS, type DisputeActions } from "./read-dispute-actions.ts";

/** The result that a dispute is about. */
export interface DisputedResult {
  readonly terms: WorkTerms;
  readonly fragment: number;
  /** Whether the claimant says that it is right. */
  readonly claimsRight: boolean;
}

/**
 * The result that a dispute over a verdict, an acceptance or a plant is about, out of the announced actions; undefined when they
 * rule over no result.
 *
 * @throws CorexError CHAIN_ERROR when the data of the action is not of its form.
 */
export function readDisputedResult({ claimant }: DisputeActions): DisputedResult | undefined {
  const action = claimant.find(({ kind }) => ACTION_KINDS[Number(kind)] === "rule-result");
  if (action === undefined) return undefined;
  try {
    const types = [WORK_TERMS_TYPE, "uint32", "bool"];
    const values: unknown[] = AbiCoder.defaultAbiCoder().decode(types, action.data).toArray();
    const [terms, fragment, claimsRight] = values as [WorkTerms, bigint, boolean];
    return { terms: toWorkTerms(terms), fragment: Number(fragment), claimsRight };
  } catch (cause) {
    throw new CorexError("CHAIN_ERROR", "the action of the ruling has data of another form", { cause });
  }
}
