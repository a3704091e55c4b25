import { readFileSync } from "node:fs";

import { getAddress, isAddress, ZeroAddress } from "ethers";

import { CorexError } from "../errors.ts";

/** Every contract of a deployment, by the name of its implementation. */
export const CONTRACT_NAMES = [
  "AccessManager",
  "VotingPower",
  "Treasury",
  "NodeRegistry",
  "RewardDistributor",
  "MiningPool",
  "CorexToken",
  "FeeRouter",
  "EntropySource",
  "Scheduler",
  "Reputation",
  "StakeVault",
  "Slasher",
  "BenchmarkRegistry",
  "VerifierCommittee",
  "CircuitRegistry",
  "ProofVerifier",
  "TaskEscrow",
  "TaskMarket",
  "RoundEscrow",
  "RoundMarket",
  "WorkEscrow",
  "WorkMarket",
  "WorkReview",
  "JurorPool",
  "Arbitration",
  "Explainer",
  "ModelRegistry",
  "ModelMetrics",
  "ModelContributions",
  "DatasetRegistry",
  "ContributionUnits",
  "Parameters",
  "GrantStream",
  "BuybackAuction",
  "DeveloperRegistry",
  "Council",
  "CouncilPowers",
  "PolicyTimelock",
  "TechnicalTimelock",
  "SelectorRegistry",
  "PolicyRegistry",
  "SupportGovernor",
  "PolicyGovernor",
  "TechnicalGovernor",
  "GovernanceRewards",
  "Handover",
] as const;

export type ContractName = (typeof CONTRACT_NAMES)[number];

/** Where Corex lives on one chain: what a client needs to know to talk to it. */
export interface Deployment {
  readonly chainId: number;
  /** Endpoint to use when the reader was given none. */
  readonly rpcUrl?: string;
  /** Block of the deployment: nothing of Corex is before it. */
  readonly fromBlock?: number;
  readonly contracts: Readonly<Record<ContractName, string>>;
}

/**
 * Reads a deployment file.
 *
 * @throws CorexError CONFIG_UNREADABLE when the file cannot be read, CONFIG_INVALID when it is no deployment.
 */
export function loadDeployment(file: string): Deployment {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new CorexError("CONFIG_UNREADABLE", `cannot read the deployment file ${file}`, {
      retry: "after-change",
      details: { file },
      cause,
    });
  }
  try {
    return parseDeployment(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorexError("CONFIG_INVALID", `${file} is no deployment: ${reason}`, {
      retry: "after-change",
      details: { file },
      cause,
    });
  }
}

/** Checks the shape of a deployment and returns it with checksummed addresses. @throws CorexError CONFIG_INVALID. */
export function parseDeployment(value: unknown): Deployment {
  if (!isRecord(value)) throw invalid("it is not an object");
  const { chainId, rpcUrl, fromBlock, contracts } = value;
  if (typeof chainId !== "number" || !Number.isSafeInteger(chainId) || chainId <= 0) {
    throw invalid(`chainId is ${String(chainId)}, expected a positive integer`);
  }
  if (rpcUrl !== undefined && (typeof rpcUrl !== "string" || !URL.canParse(rpcUrl))) {
    throw invalid(`rpcUrl is ${JSON.stringify(rpcUrl)}, expected a URL`);
  }
  if (fromBlock !== undefined && (!Number.isSafeInteger(fromBlock) || Number(fromBlock) < 0)) {
    throw invalid(`fromBlock is ${JSON.stringify(fromBlock)}, expected a block number`);
  }
  if (!isRecord(contracts)) throw invalid("contracts is missing");
  const addresses = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, addressOf(name, contracts[name])]));
  return {
    chainId,
    ...(rpcUrl === undefined ? {} : { rpcUrl }),
    ...(fromBlock === undefined ? {} : { fromBlock: Number(fromBlock) }),
    contracts: addresses as Record<ContractName, string>,
  };
}

function addressOf(name: string, value: unknown): string {
  if (typeof value !== "string" || !isAddress(value) || value === ZeroAddress) {
    throw invalid(`contracts.${name} is ${String(value)}, expected a non-zero address`);
  }
  return getAddress(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(reason: string): CorexError {
  return new CorexError("CONFIG_INVALID", reason, { retry: "after-change" });
}
