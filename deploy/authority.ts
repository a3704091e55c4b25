/**
 * Who may do what: the one table of authority. Deployment configures the `AccessManager` from it, the tests try every
 * role against every line. A restricted function that is not listed belongs to ADMIN.
 */

import { GOVERNANCE_AUTHORITY } from "./authority-governance.ts";
import { SUITE_AUTHORITY } from "./authority-table.ts";

/** One line for each restricted function that a role may call. */
export const AUTHORITY: readonly AuthorityLine[] = [...SUITE_AUTHORITY, ...GOVERNANCE_AUTHORITY];

/** Role numbers, equal to `contracts/types/Roles.sol` (checked by a test). */
export const ROLES = {
  ADMIN: 0n,
  OPERATIONS: 1n,
  SECURITY: 2n,
  ATTESTOR: 3n,
  REPORTER: 4n,
  PARAMETERS: 5n,
  BENCHMARK: 6n,
  DISCIPLINE: 7n,
  MARKET: 8n,
  REPUTATION: 9n,
  STAKING: 10n,
  SLASHER: 11n,
  LIABILITY: 12n,
  JUDGE: 13n,
  REVIEW: 14n,
  ARBITER: 15n,
  EXECUTIVE: 16n,
  DAO: 17n,
  BUDGET: 18n,
  REWARDS: 19n,
  GRANTS: 20n,
  BUYBACK: 21n,
  BRAKE: 22n,
  PHASE: 23n,
} as const;

export type RoleName = keyof typeof ROLES;

/** Contracts that have restricted functions. */
export type RestrictedContract =
  | "NodeRegistry"
  | "RewardDistributor"
  | "FeeRouter"
  | "Scheduler"
  | "Reputation"
  | "StakeVault"
  | "Slasher"
  | "BenchmarkRegistry"
  | "VerifierCommittee"
  | "CircuitRegistry"
  | "TaskMarket"
  | "RoundMarket"
  | "WorkMarket"
  | "WorkReview"
  | "Parameters"
  | "SelectorRegistry"
  | "Treasury"
  | "GrantStream"
  | "BuybackAuction"
  | "DeveloperRegistry"
  | "Council"
  | "GovernanceRewards";

export interface AuthorityLine {
  readonly contract: RestrictedContract;
  /** Canonical signature of the function. */
  readonly signature: string;
  readonly role: RoleName;
  /** What limits the caller. */
  readonly bound: string;
  /** Whom a hostile holder of the role could hurt, and how much. */
  readonly harm: string;
}

/** Contracts that hold roles. Those that are named beside the restricted ones have no restricted function. */
export type RoleHolder = RestrictedContract | "Arbitration" | "TechnicalTimelock" | "CouncilPowers" | "Handover";

/**
 * Roles that contracts of the suite hold from the deployment on, for ever. What people hold, and what the DAO gets later, is in
 * `holders.ts`.
 */
export const CONTRACT_ROLES: readonly { readonly role: RoleName; readonly contract: RoleHolder }[] = [
  { role: "REPORTER", contract: "TaskMarket" },
  { role: "REPORTER", contract: "RoundMarket" },
  { role: "MARKET", contract: "TaskMarket" },
  { role: "MARKET", contract: "RoundMarket" },
  { role: "LIABILITY", contract: "TaskMarket" },
  { role: "LIABILITY", contract: "RoundMarket" },
  { role: "LIABILITY", contract: "BenchmarkRegistry" },
  { role: "LIABILITY", contract: "VerifierCommittee" },
  { role: "JUDGE", contract: "TaskMarket" },
  { role: "JUDGE", contract: "RoundMarket" },
  { role: "JUDGE", contract: "BenchmarkRegistry" },
  { role: "JUDGE", contract: "VerifierCommittee" },
  { role: "BENCHMARK", contract: "BenchmarkRegistry" },
  { role: "DISCIPLINE", contract: "Reputation" },
  { role: "REPUTATION", contract: "Reputation" },
  { role: "STAKING", contract: "StakeVault" },
  { role: "SLASHER", contract: "Slasher" },
  { role: "REPORTER", contract: "WorkMarket" },
  { role: "MARKET", contract: "WorkMarket" },
  { role: "LIABILITY", contract: "WorkMarket" },
  { role: "JUDGE", contract: "WorkMarket" },
  { role: "REVIEW", contract: "WorkReview" },
  { role: "ARBITER", contract: "Arbitration" },
  { role: "LIABILITY", contract: "Arbitration" },
  { role: "JUDGE", contract: "Arbitration" },
  { role: "PARAMETERS", contract: "Parameters" },
  { role: "REWARDS", contract: "GovernanceRewards" },
  { role: "GRANTS", contract: "GrantStream" },
  { role: "BUYBACK", contract: "BuybackAuction" },
  { role: "BRAKE", contract: "CouncilPowers" },
  { role: "DAO", contract: "TechnicalTimelock" },
  { role: "EXECUTIVE", contract: "TechnicalTimelock" },
  { role: "SECURITY", contract: "TechnicalTimelock" },
  { role: "PHASE", contract: "TechnicalTimelock" },
  { role: "PHASE", contract: "Handover" },
];
