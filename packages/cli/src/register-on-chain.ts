import { createSender } from "@corex/sdk/actions/create-sender";
import { registerDataset } from "@corex/sdk/actions/register-dataset";
import { connect } from "@corex/sdk/contracts/connect";
import { createProvider } from "@corex/sdk/contracts/create-provider";
import { loadDeployment } from "@corex/sdk/contracts/deployment";
import { requireChain } from "@corex/sdk/contracts/require-chain";
import type { PreparedTerms } from "@corex/sdk/data/prepare/prepared-terms";
import { CorexError } from "@corex/sdk/errors";
import { loadKey } from "@corex/sdk/key/load-key";

/** Where and as whom to register. */
export interface ChainFlags {
  readonly deployment: string;
  readonly rpcUrl?: string;
  readonly keystore?: string;
  readonly keystorePasswordFile?: string;
}

/**
 * Registers a dataset and returns its id on chain. The key comes from a keystore or the environment, as that of the agent.
 *
 * @throws CorexError CONFIG_*, KEY_*, CHAIN_*.
 */
export async function registerOnChain(terms: PreparedTerms, flags: ChainFlags): Promise<string> {
  const deployment = loadDeployment(flags.deployment);
  const rpcUrl = flags.rpcUrl ?? deployment.rpcUrl;
  if (rpcUrl === undefined) {
    throw new CorexError("CONFIG_MISSING", "the deployment has no endpoint: give --rpc-url", { retry: "after-change" });
  }
  const { keystore, keystorePasswordFile } = flags;
  const wallet = await loadKey({ keystore, keystorePasswordFile, env: process.env });
  const provider = createProvider(rpcUrl, deployment.chainId);
  try {
    await requireChain(provider, deployment);
    const contracts = connect(deployment, provider);
    const sender = await createSender(wallet.connect(provider));
    const { result } = await registerDataset({ contracts, sender }, terms);
    return result;
  } finally {
    provider.destroy();
  }
}
