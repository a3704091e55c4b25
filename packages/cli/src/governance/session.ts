import type { JsonRpcProvider, Signer } from "ethers";

import { createSender } from "@corex/sdk/actions/create-sender";
import type { GovernanceContext, GovernanceReader } from "@corex/sdk/actions/governance/governance-context";
import { connectGovernance } from "@corex/sdk/contracts/connect-governance";
import { createProvider } from "@corex/sdk/contracts/create-provider";
import { loadDeployment, type Deployment } from "@corex/sdk/contracts/deployment";
import { requireChain } from "@corex/sdk/contracts/require-chain";
import { CorexError } from "@corex/sdk/errors";
import { knownContracts, type KnownContracts } from "@corex/sdk/governance/known-contracts";

import type { GovernanceFlags } from "./flags.ts";
import { openSigner } from "./open-signer.ts";

/** A checked chain with governance. */
export interface GovernanceSession extends GovernanceReader {
  readonly provider: JsonRpcProvider;
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly known: KnownContracts;
  readonly addresses: Deployment["contracts"];
}

/** The same with an account that acts. */
export interface ActingSession extends GovernanceSession {
  readonly context: GovernanceContext;
  readonly signer: Signer;
}

/** Runs `command` on the chain of the flags. @throws CorexError CONFIG_*, CHAIN_*, and what `command` throws. */
export async function withChain<Result>(
  flags: GovernanceFlags,
  command: (session: GovernanceSession) => Promise<Result>,
): Promise<Result> {
  const deployment = loadDeployment(flags.deployment);
  const rpcUrl = flags.rpc ?? deployment.rpcUrl;
  if (rpcUrl === undefined) {
    throw new CorexError("CONFIG_MISSING", "the deployment has no endpoint: give --rpc", { retry: "after-change" });
  }
  const { chainId, fromBlock = 0 } = deployment;
  const provider = createProvider(rpcUrl, chainId);
  try {
    await requireChain(provider, deployment);
    const contracts = connectGovernance(deployment, provider);
    const known = knownContracts(deployment, contracts);
    return await command({ provider, rpcUrl, chainId, contracts, known, addresses: deployment.contracts, fromBlock });
  } finally {
    provider.destroy();
  }
}

/** Runs `command` as the account of the flags. @throws CorexError CONFIG_*, KEY_*, CHAIN_*, and what `command` throws. */
export async function withAccount<Result>(
  flags: GovernanceFlags,
  command: (session: ActingSession) => Promise<Result>,
): Promise<Result> {
  return withChain(flags, async (session) => {
    const signer = await openSigner(flags, session.provider);
    const context = { contracts: session.contracts, sender: await createSender(signer) };
    return command({ ...session, signer, context });
  });
}
