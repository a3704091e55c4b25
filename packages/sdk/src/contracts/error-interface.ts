import { Interface, type JsonFragment } from "ethers";

import { BlockEntropy__factory } from "../../../../typechain-types/factories/contracts/matching/BlockEntropy__factory.ts";
import { IBenchmarkRegistry__factory } from "../../../../typechain-types/factories/contracts/benchmark/IBenchmarkRegistry__factory.ts";
import { Scheduler__factory } from "../../../../typechain-types/factories/contracts/matching/Scheduler__factory.ts";
import { IReputation__factory } from "../../../../typechain-types/factories/contracts/reputation/IReputation__factory.ts";
import { ISlasher__factory } from "../../../../typechain-types/factories/contracts/staking/ISlasher__factory.ts";
import { StakeVault__factory } from "../../../../typechain-types/factories/contracts/staking/StakeVault__factory.ts";
import { Fragments__factory } from "../../../../typechain-types/factories/contracts/market/Fragments__factory.ts";
import { ITaskEscrow__factory } from "../../../../typechain-types/factories/contracts/market/ITaskEscrow__factory.ts";
import { IRoundMarket__factory } from "../../../../typechain-types/factories/contracts/market/IRoundMarket__factory.ts";
import { ITaskMarket__factory } from "../../../../typechain-types/factories/contracts/market/ITaskMarket__factory.ts";
import { IDatasetRegistry__factory } from "../../../../typechain-types/factories/contracts/data/IDatasetRegistry__factory.ts";
import { IFeeRouter__factory } from "../../../../typechain-types/factories/contracts/mining/IFeeRouter__factory.ts";
import { IMiningPool__factory } from "../../../../typechain-types/factories/contracts/mining/IMiningPool__factory.ts";
import { IRewardDistributor__factory } from "../../../../typechain-types/factories/contracts/mining/IRewardDistributor__factory.ts";
import { IModelContributions__factory } from "../../../../typechain-types/factories/contracts/models/IModelContributions__factory.ts";
import { IModelMetrics__factory } from "../../../../typechain-types/factories/contracts/models/IModelMetrics__factory.ts";
import { IModelRegistry__factory } from "../../../../typechain-types/factories/contracts/models/IModelRegistry__factory.ts";
import { INodeRegistry__factory } from "../../../../typechain-types/factories/contracts/registry/INodeRegistry__factory.ts";
import { CorexToken__factory } from "../../../../typechain-types/factories/contracts/token/CorexToken__factory.ts";
import { IArbitration__factory } from "../../../../typechain-types/factories/contracts/arbitration/IArbitration__factory.ts";
import { IJurorPool__factory } from "../../../../typechain-types/factories/contracts/arbitration/IJurorPool__factory.ts";
import { IVerifierCommittee__factory } from "../../../../typechain-types/factories/contracts/committee/IVerifierCommittee__factory.ts";
import { IWorkMarket__factory } from "../../../../typechain-types/factories/contracts/market/IWorkMarket__factory.ts";
import { IWorkReview__factory } from "../../../../typechain-types/factories/contracts/review/IWorkReview__factory.ts";
import { ICircuitRegistry__factory } from "../../../../typechain-types/factories/contracts/verification/ICircuitRegistry__factory.ts";
import { IProofVerifier__factory } from "../../../../typechain-types/factories/contracts/verification/IProofVerifier__factory.ts";
import { GOVERNANCE_ABIS } from "./governance-errors.ts";

const COREX_ABIS: readonly (readonly JsonFragment[])[] = [
  ...GOVERNANCE_ABIS,
  Fragments__factory.abi,
  BlockEntropy__factory.abi,
  Scheduler__factory.abi,
  IReputation__factory.abi,
  StakeVault__factory.abi,
  ISlasher__factory.abi,
  IBenchmarkRegistry__factory.abi,
  ITaskEscrow__factory.abi,
  ITaskMarket__factory.abi,
  IRoundMarket__factory.abi,
  IWorkMarket__factory.abi,
  IVerifierCommittee__factory.abi,
  IWorkReview__factory.abi,
  IArbitration__factory.abi,
  IJurorPool__factory.abi,
  IFeeRouter__factory.abi,
  IMiningPool__factory.abi,
  IRewardDistributor__factory.abi,
  IModelRegistry__factory.abi,
  IModelMetrics__factory.abi,
  IModelContributions__factory.abi,
  IDatasetRegistry__factory.abi,
  INodeRegistry__factory.abi,
  CorexToken__factory.abi,
  ICircuitRegistry__factory.abi,
  IProofVerifier__factory.abi,
];

/** Errors of libraries, ours and OpenZeppelin's, that implementations can raise beside those of their interfaces. */
const LIBRARY_ERRORS = [
  "error VerifyingKeyOutOfBounds(uint256 word, uint256 count, uint256 offset)",
  "error BN254PrecompileFailed(uint256 precompile)",
  "error BatchCallOutOfBounds(uint256 index, uint256 count)",
  "error FailedCall()",
  "error AddressEmptyCode(address target)",
  "error CheckpointUnorderedInsertion()",
  "error AccessManagedUnauthorized(address caller)",
  "error AccessManagedInvalidAuthority(address authority)",
  "error AccessManagedRequiredDelay(address caller, uint32 delay)",
  "error AccessManagerUnauthorizedAccount(address msgsender, uint64 roleId)",
  "error AccessManagerUnauthorizedCall(address caller, address target, bytes4 selector)",
  "error AccessManagerAlreadyScheduled(bytes32 operationId)",
  "error AccessManagerNotScheduled(bytes32 operationId)",
  "error AccessManagerNotReady(bytes32 operationId)",
  "error AccessManagerExpired(bytes32 operationId)",
  "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
  "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
  "error ERC20InvalidReceiver(address receiver)",
  "error ERC2612ExpiredSignature(uint256 deadline)",
  "error ERC2612InvalidSigner(address signer, address owner)",
  "error SafeERC20FailedOperation(address token)",
  "error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)",
  "error ReentrancyGuardReentrantCall()",
] as const;

/** Every custom error that a call into Corex can end with, once each. */
export const ERROR_INTERFACE = new Interface(collect());

function collect(): JsonFragment[] {
  const fragments = [
    ...COREX_ABIS.flat(),
    ...(JSON.parse(new Interface(LIBRARY_ERRORS).formatJson()) as JsonFragment[]),
  ];
  const bySignature = new Map<string, JsonFragment>();
  for (const fragment of fragments) {
    if (fragment.type !== "error") continue;
    const types = (fragment.inputs ?? []).map(({ type }) => type).join(",");
    bySignature.set(`${fragment.name}(${types})`, fragment);
  }
  return [...bySignature.values()];
}
