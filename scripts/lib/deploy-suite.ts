import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { readManifest, repositoryRoot } from "@corex/sdk/circuits/manifest";
import type { Deployment } from "@corex/sdk/contracts/deployment";
import { network } from "hardhat";

import Circuits from "../../deploy/modules/Circuits.ts";
import Corex from "../../deploy/modules/Corex.ts";
import { requireDeployableKeys } from "./require-deployable-keys.ts";

export interface DeploySuiteOptions {
  /** Network of hardhat.config.ts. */
  readonly network: string;
  /** Overrides the URL of that network. */
  readonly rpcUrl?: string;
  /** File of deploy/parameters, without extension. */
  readonly parameters: string;
  /** Accounts that hold the roles; the deploying account where absent. */
  readonly roles?: Readonly<
    Partial<Record<"executive" | "operations" | "security" | "attestor" | "attestor2", string>>
  >;
  /** Name of the Ignition journal; deploying again under it resumes. */
  readonly deploymentId: string;
  /** Where the addresses are written for agents, SDK and audit. */
  readonly deploymentFile: string;
  /** Blocks to wait for; 1 on a local chain. */
  readonly confirmations?: number;
}

/**
 * Deploys the suite through Ignition, registers the circuits, and writes the addresses.
 *
 * @throws CorexError DEPLOY_DEVELOPMENT_KEY, DEPLOY_KEY_MARKS before anything was sent.
 */
export async function deploySuite(options: DeploySuiteOptions): Promise<Deployment> {
  const { rpcUrl } = options;
  const connection = await network.create({
    network: options.network,
    ...(rpcUrl === undefined ? {} : { override: { url: rpcUrl } }),
  });
  try {
    const { chainId } = await connection.ethers.provider.getNetwork();
    requireDeployableKeys(readManifest().circuits, chainId);
    const parameters = readParameters(options);
    const fromBlock = await firstBlock(connection.ethers.provider, options.deploymentFile);
    const settings = {
      parameters,
      deploymentId: options.deploymentId,
      config: options.confirmations === 1 ? { requiredConfirmations: 1, blockPollingInterval: 100 } : {},
    };
    const suite = await connection.ignition.deploy(Corex, settings);
    await connection.ignition.deploy(Circuits, settings);

    const addresses = await Promise.all(
      Object.entries(suite).map(async ([key, contract]) => [contractName(key), await contract.getAddress()] as const),
    );
    const deployment: Deployment = {
      chainId: Number(chainId),
      ...(rpcUrl === undefined ? {} : { rpcUrl }),
      fromBlock,
      contracts: Object.fromEntries(addresses) as Deployment["contracts"],
    };
    mkdirSync(dirname(options.deploymentFile), { recursive: true });
    writeFileSync(options.deploymentFile, `${JSON.stringify(deployment, null, 2)}\n`);
    return deployment;
  } finally {
    await connection.close();
  }
}

/** Block before which nothing is deployed; a resumed deployment keeps the one it began with. */
async function firstBlock(provider: { getBlockNumber(): Promise<number> }, file: string): Promise<number> {
  const now = await provider.getBlockNumber();
  if (!existsSync(file)) return now;
  const { fromBlock = now } = JSON.parse(readFileSync(file, "utf8")) as Partial<Deployment>;
  return Math.min(fromBlock, now);
}

/** `corexToken` in an Ignition module is `CorexToken` in a deployment. */
function contractName(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

/** Parameters of a deployment, with the accounts of its roles. Ignition writes integers beyond 2^53 as "123n" in its parameter files. */
export function readParameters({ parameters, roles = {} }: DeploySuiteOptions) {
  const file = join(repositoryRoot(), "deploy/parameters", `${parameters}.json`);
  const revive = (_key: string, value: unknown) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  // Shared by all modules: the hand-over gives committees what the deployment planned for them.
  const { $global: shared, ...modules } = JSON.parse(readFileSync(file, "utf8"), revive) as Record<
    string,
    Record<string, string | number | bigint | readonly Readonly<Record<string, number | bigint>>[]>
  >;
  return { ...modules, $global: { ...shared, ...roles } };
}
