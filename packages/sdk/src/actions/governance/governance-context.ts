import type { Provider } from "ethers";

import type { GovernanceContracts } from "../../contracts/connect-governance.ts";
import type { Sender } from "../sender.ts";

/** What an action of governance needs: typed contracts and the account that sends. It does for every other action, too. */
export interface GovernanceContext {
  readonly contracts: GovernanceContracts;
  readonly sender: Sender;
}

/** What reading governance needs. */
export interface GovernanceReader {
  readonly contracts: GovernanceContracts;
  readonly provider: Provider;
  /** Block of the deployment: no proposal is before it. */
  readonly fromBlock: number;
}

/** A governor: the first stage, or one of the two second ones. */
export type GovernorName = "supportGovernor" | "policyGovernor" | "technicalGovernor";

/** A governor of the second stage. */
export type StageName = Exclude<GovernorName, "supportGovernor">;
