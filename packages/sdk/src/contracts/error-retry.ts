import type { Retry } from "../errors.ts";

/**
 * Whether a call that ended with the error can succeed when repeated.
 *
 * "later": the passing of time, or of blocks, can cure it. "after-change": the caller must change its arguments, its
 * balance, its allowance or its own state first. "never": the opportunity is gone or the call is wrong.
 */
export const ERROR_RETRY: Readonly<Record<string, Retry>> = {
  FragmentsAssigned: "later",
  FragmentsNotAssigned: "later",
  FragmentsEntropyPending: "later",
  FragmentsDeadlineNotPassed: "later",
  FragmentsDeadlinePassed: "never",
  FragmentsTooLateToRefuse: "never",

  MarketNotOwner: "never",
  TaskMarketTaskExists: "after-change",
  MarketWrongStatus: "never",
  MarketTermOutOfBounds: "after-change",
  MarketEmptyTerm: "after-change",
  MarketWrongSchema: "after-change",
  TaskMarketUnknownChain: "never",
  TaskMarketChainComplete: "never",
  MarketNotAssignee: "never",
  TaskMarketWrongStep: "never",
  MarketStaleHead: "after-change",
  TaskMarketWrongInitialHeads: "after-change",
  MarketShardNotInRoot: "after-change",

  RoundMarketTaskExists: "after-change",
  RoundMarketUnknownFragment: "never",
  RoundMarketNotOpen: "never",
  RoundMarketWrongRound: "never",
  RoundMarketRoundNotOver: "later",
  RoundMarketNoQuorum: "later",
  RoundMarketLaneBinding: "later",

  TaskEscrowOnlyMarket: "never",
  TaskEscrowInsufficient: "never",
  TaskEscrowNothingOwed: "later",

  NodeRegistryOperatorTaken: "never",
  NodeRegistryUnknownOperator: "after-change",
  NodeRegistryUnknownNode: "never",
  NodeRegistryInvalidPayout: "after-change",
  NodeRegistryMetadataTooLong: "after-change",
  NodeRegistryInvalidTransition: "never",
  NodeRegistryInvalidExpiry: "after-change",
  NodeRegistryInvalidCapacity: "after-change",
  NodeRegistryStillEligible: "later",

  BenchmarkRegistryNotMeasurable: "after-change",
  BenchmarkRegistrySizeOutOfBounds: "after-change",
  BenchmarkRegistryWrongStatus: "later",
  BenchmarkRegistryTooSoon: "later",
  BenchmarkRegistryTooLate: "never",
  BenchmarkRegistrySeedPending: "later",
  BenchmarkRegistrySeedExpired: "after-change",
  BenchmarkRegistryEmptyResult: "after-change",
  BenchmarkRegistryWrongAttestation: "after-change",
  BenchmarkRegistryInvalidAttestor: "after-change",
  BenchmarkRegistryTooFewAttestors: "after-change",
  BenchmarkRegistryNotChallengeable: "later",
  BenchmarkRegistryNotOver: "later",
  BenchmarkRegistryTermOutOfBounds: "after-change",

  SchedulerNothingOpen: "never",
  SchedulerValueOutOfBounds: "after-change",
  SchedulerUnknownClass: "after-change",

  ReputationUnknownNode: "never",
  ReputationQualityAboveOne: "after-change",
  ReputationNoOffence: "after-change",
  ReputationNotRehabilitable: "later",
  ReputationFutureLookup: "later",

  StakeVaultNotApproved: "after-change",
  StakeVaultNotOwner: "after-change",
  StakeVaultClosedNode: "never",
  StakeVaultOutOfBounds: "after-change",
  StakeVaultNoPlace: "later",
  StakeVaultLeaving: "after-change",
  StakeVaultStaying: "after-change",
  StakeVaultNotMature: "later",
  StakeVaultCommitmentNotRaised: "after-change",
  StakeVaultHeld: "later",
  StakeVaultNotHeld: "never",
  StakeVaultForgotten: "never",
  StakePoolWipedOut: "later",

  SlasherNoOffence: "after-change",

  RewardDistributorTermOutOfBounds: "after-change",

  MiningPoolOnlyDistributor: "never",
  MiningPoolEpochNotOver: "later",
  MiningPoolEpochAlreadyReleased: "never",
  MiningPoolBudgetExceeded: "never",
  MiningPoolZeroAmount: "after-change",

  FeeRouterBurnShareTooLarge: "after-change",

  CircuitRegistryUnknownCircuit: "after-change",
  CircuitRegistryCircuitExists: "never",
  CircuitRegistryCircuitRetired: "never",
  CircuitRegistryInvalidKeyLength: "after-change",
  CircuitRegistryUncontributedKey: "after-change",
  CircuitRegistryInvalidKeyPoint: "after-change",
  CircuitRegistryDevelopmentKey: "never",
  CircuitRegistryUnmarkedDevelopmentKey: "after-change",
  CircuitRegistryEmptyTerms: "after-change",

  ProofVerifierInputCount: "after-change",
  ProofVerifierInputNotInField: "after-change",
  ProofVerifierInvalidPoint: "after-change",
  ProofVerifierInvalidG2Point: "after-change",
  ProofVerifierInvalidProof: "after-change",

  ModelRegistryTaskNotCompleted: "later",
  ModelRegistryNotTaskOwner: "never",
  ModelRegistryModelExists: "never",
  ModelRegistryUnknownModel: "never",
  ModelRegistryNotParent: "after-change",
  ModelRegistryWrongCircuit: "after-change",
  ModelRegistryEmptyArtifact: "after-change",
  ModelRegistryMetadataTooLong: "after-change",

  AccessManagedUnauthorized: "after-change",
  AccessManagedRequiredDelay: "later",
  ERC20InsufficientBalance: "after-change",
  ERC20InsufficientAllowance: "after-change",
};
