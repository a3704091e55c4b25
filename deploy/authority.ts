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
} as const;

export type RoleName = keyof typeof ROLES;

export interface AuthorityLine {
  readonly contract: "NodeRegistry" | "RewardDistributor" | "FeeRouter" | "CircuitRegistry" | "TaskMarket";
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

export const AUTHORITY: readonly AuthorityLine[] = [
  {
    contract: "RewardDistributor",
    signature: "creditMatched(uint32,uint8,uint256,uint256)",
    role: "REPORTER",
    bound: "matched fee, daily capacity of the node, epoch budget",
    harm: "other nodes' share of the epoch",
  },
  {
    contract: "RewardDistributor",
    signature: "creditNetwork(uint32,uint8,uint256)",
    role: "REPORTER",
    bound: "network share of the epoch, daily capacity of the node",
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
    signature: "publishNetwork((address,bytes32,bytes32,bytes32,bytes32,uint256,uint32,uint32,uint32,uint16,uint64))",
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
    contract: "NodeRegistry",
    signature: "suspend(uint32)",
    role: "SECURITY",
    bound: "stops future draws only; earned money is paid",
    harm: "the node, until it is reinstated",
  },
  {
    contract: "NodeRegistry",
    signature: "reinstate(uint32)",
    role: "SECURITY",
    bound: "suspended nodes only",
    harm: "nobody",
  },
  {
    contract: "NodeRegistry",
    signature: "remove(uint32)",
    role: "SECURITY",
    bound: "stops future draws only; earned money is paid",
    harm: "the node, for good",
  },
];
