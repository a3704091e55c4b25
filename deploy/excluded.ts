/**
 * The contracts whose CXT is somebody else's, or nobody's: they never have votes. The pool comes first, as `VotingPower.seal` asks.
 * Every contract of the suite that can hold CXT is here.
 */
export const EXCLUDED_FROM_VOTES = [
  "MiningPool",
  "RewardDistributor",
  "FeeRouter",
  "Treasury",
  "StakeVault",
  "Slasher",
  "BenchmarkRegistry",
  "TaskEscrow",
  "RoundEscrow",
  "WorkEscrow",
  "DatasetRegistry",
  "ModelContributions",
  "Arbitration",
  "JurorPool",
  "GrantStream",
  "GovernanceRewards",
  "BuybackAuction",
  "SupportGovernor",
  "PolicyTimelock",
  "TechnicalTimelock",
] as const;
