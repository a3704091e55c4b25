import { checkClaim } from "@corex/sdk/work/check-claim";
import { checkFragment } from "@corex/sdk/work/check-fragment";
import { execute } from "@corex/sdk/work/execute";

/** How a node does work and judges that of others: what the SDK does, unless its operator has something of its own. */
export interface WorkSkill {
  readonly execute: typeof execute;
  readonly check: typeof checkFragment;
  /** Judges a result of a task with a circuit. */
  readonly checkClaim: typeof checkClaim;
}

export const WORK_SKILL: WorkSkill = { execute, check: checkFragment, checkClaim };
