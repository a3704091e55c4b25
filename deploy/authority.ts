import { WORK_AUTHORITY } from "./authority-of-work.ts";

/**
 * Who may do what: the one table of authority. Deployment configures the `AccessManager` from it, the tests try every
 * role against every line. A restricted function that is not listed belongs to ADMIN.
 */

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
  | "WorkReview";

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

/** Seconds between announcing a call of PARAMETERS and executing it, once `HandOver` ran. Other roles act at once. */
export const PARAMETER_DELAY = 2 * 86_400;

/** Seconds between announcing a call of ADMIN and executing it, once `HandOver` ran: it can give itself every other role. */
export const ADMIN_DELAY = 7 * 86_400;

/** Contracts that hold roles. `Arbitration` has no restricted function: nobody has a role there. */
export type RoleHolder = RestrictedContract | "Arbitration";

/** Roles that contracts of the suite hold from the deployment on. No person holds any of them but DISCIPLINE. */
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
];

export const AUTHORITY: readonly AuthorityLine[] = [
  {
    contract: "RewardDistributor",
    signature: "creditMatched(uint32,uint8,uint256,uint256,uint256)",
    role: "REPORTER",
    bound: "matched fee, daily capacity of the node, multiplier of 3.9, epoch budget",
    harm: "other nodes' share of the epoch",
  },
  {
    contract: "RewardDistributor",
    signature: "creditNetwork(uint32,uint8,uint256,uint256)",
    role: "REPORTER",
    bound: "network share of the epoch, daily capacity of the node, multiplier of 3.9",
    harm: "other nodes' share of the epoch",
  },
  {
    contract: "RewardDistributor",
    signature: "creditMany(uint8,bool,uint256,uint32[],uint256[],uint256[])",
    role: "REPORTER",
    bound: "each as by creditMatched or creditNetwork",
    harm: "other nodes' share of the epoch",
  },
  {
    contract: "RewardDistributor",
    signature: "setTerms((uint16,uint16,uint16,uint16,uint64))",
    role: "PARAMETERS",
    bound: "hard bounds of each term; only epochs that open later",
    harm: "future rewards, within the bounds; never the emission curve",
  },
  {
    contract: "FeeRouter",
    signature: "setBurnShare(uint256)",
    role: "PARAMETERS",
    bound: "0 to 100 % of fees",
    harm: "nobody directly: fees are burned instead of returned to the pool",
  },
  {
    contract: "CircuitRegistry",
    signature: "register((string,uint32,uint256[]),(bytes32,bytes32,uint64,uint8,bool),uint256[])",
    role: "PARAMETERS",
    bound: "append-only; well-formed, contributed keys; no development key outside test chains",
    harm: "owners who choose a circuit whose key was set up dishonestly; the network share of the epoch",
  },
  {
    contract: "CircuitRegistry",
    signature: "retire(bytes32)",
    role: "SECURITY",
    bound: "new tasks only; running tasks go on",
    harm: "owners who wanted to publish with it",
  },
  {
    contract: "TaskMarket",
    signature:
      "publishNetwork((address,bytes32,bytes32,bytes32,bytes32,uint256,uint32,uint32,uint32,uint16,uint8,uint8,uint64))",
    role: "OPERATIONS",
    bound: "network share of each epoch's budget",
    harm: "market tasks' share of the epoch",
  },
  {
    contract: "TaskMarket",
    signature: "setProtocolFee(uint256)",
    role: "PARAMETERS",
    bound: "0 to 10 %; only tasks published later",
    harm: "owners and nodes of future tasks",
  },
  {
    contract: "RoundMarket",
    signature:
      "publishNetwork((address,bytes32,bytes32,bytes32,bytes32,bytes32,uint256,bytes32,uint256,uint256,uint256,uint32,uint32,uint32,uint32,uint16,uint16,uint16,uint8,uint8,uint64))",
    role: "OPERATIONS",
    bound: "network share of each epoch's budget",
    harm: "market tasks' share of the epoch",
  },
  {
    contract: "RoundMarket",
    signature: "setProtocolFee(uint256)",
    role: "PARAMETERS",
    bound: "0 to 10 %; only tasks published later",
    harm: "owners and nodes of future tasks",
  },
  {
    contract: "NodeRegistry",
    signature: "suspend(uint32)",
    role: "DISCIPLINE",
    bound: "stops future draws only; earned money is paid",
    harm: "the node, until it is reinstated",
  },
  {
    contract: "NodeRegistry",
    signature: "reinstate(uint32)",
    role: "DISCIPLINE",
    bound: "suspended nodes only",
    harm: "nobody",
  },
  {
    contract: "NodeRegistry",
    signature: "remove(uint32)",
    role: "DISCIPLINE",
    bound: "stops future draws only; earned money is paid, stake can be withdrawn",
    harm: "the node, for good",
  },
  {
    contract: "NodeRegistry",
    signature: "recordBenchmark(uint32,uint64,uint40)",
    role: "BENCHMARK",
    bound: "capacity up to a hard maximum, for 90 days at most",
    harm: "other nodes' share of draws and rewards",
  },
  {
    contract: "Scheduler",
    signature: "take((uint40,bytes32,uint8,uint8,uint32))",
    role: "MARKET",
    bound: "draws by weight with decided entropy; the limit of each node's tier",
    harm: "nodes, kept busy up to their limit",
  },
  {
    contract: "Scheduler",
    signature: "giveBack(uint32)",
    role: "MARKET",
    bound: "fragments that were taken",
    harm: "nodes, loaded beyond their limit",
  },
  {
    contract: "Scheduler",
    signature: "giveBackMany(uint32[])",
    role: "MARKET",
    bound: "fragments that were taken",
    harm: "nodes, loaded beyond their limit",
  },
  {
    contract: "Scheduler",
    signature: "setStanding(uint32,uint256,uint256)",
    role: "REPUTATION",
    bound: "0 to one; counts from the next period on",
    harm: "nodes' share of the draws",
  },
  {
    contract: "Scheduler",
    signature: "setBoost(uint32,uint256)",
    role: "STAKING",
    bound: "one, or 1.1 to 3; counts from the next period on",
    harm: "nodes' share of the draws",
  },
  {
    contract: "Reputation",
    signature: "recordMeasured(uint32)",
    role: "BENCHMARK",
    bound: "once for each node: one half",
    harm: "nobody",
  },
  {
    contract: "Reputation",
    signature: "recordCompleted(uint32,uint256)",
    role: "MARKET",
    bound: "2 % of what is missing to one",
    harm: "other nodes' share of the draws",
  },
  {
    contract: "Reputation",
    signature: "recordCompletedMany(uint32[],uint256[])",
    role: "MARKET",
    bound: "each as by recordCompleted",
    harm: "other nodes' share of the draws",
  },
  {
    contract: "Reputation",
    signature: "recordRefused(uint32)",
    role: "MARKET",
    bound: "1 % of the score",
    harm: "the node",
  },
  {
    contract: "Reputation",
    signature: "recordOffence(uint32,uint8)",
    role: "SLASHER",
    bound: "the table of offences",
    harm: "the node, up to its removal",
  },
  {
    contract: "Reputation",
    signature: "annul(uint32,uint256)",
    role: "ARBITER",
    bound: "what the node gained since a past day; never below what its score was before it",
    harm: "the node, up to its suspension",
  },
  {
    contract: "StakeVault",
    signature: "hold(uint32,uint256)",
    role: "LIABILITY",
    bound: "stake that is free",
    harm: "stakers, until it is let go",
  },
  {
    contract: "StakeVault",
    signature: "unhold(uint32,uint256)",
    role: "LIABILITY",
    bound: "what is held",
    harm: "those whom the liability protects",
  },
  {
    contract: "StakeVault",
    signature: "slash(uint32,uint256)",
    role: "SLASHER",
    bound: "the stake of one node",
    harm: "its stakers",
  },
  {
    contract: "Slasher",
    signature: "punish((uint32,uint8,uint256,address,uint256))",
    role: "JUDGE",
    bound: "the table of offences; half of the stake in 30 days unless it removes the node",
    harm: "the node and its stakers",
  },
  {
    contract: "BenchmarkRegistry",
    signature: "setMacsPerWorkUnit(uint64)",
    role: "PARAMETERS",
    bound: "hard bounds; only measurements concluded later",
    harm: "nodes measured later, all alike",
  },
  ...WORK_AUTHORITY,
];
