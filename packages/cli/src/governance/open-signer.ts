import type { Provider, Signer } from "ethers";

import { connectRemoteSigner } from "@corex/sdk/key/connect-remote-signer";
import { loadKey } from "@corex/sdk/key/load-key";

import { askPassword } from "./ask-password.ts";
import type { GovernanceFlags } from "./flags.ts";

/** The account that the flags and the environment name. @throws CorexError KEY_*. */
export async function openSigner(flags: GovernanceFlags, provider: Provider): Promise<Signer> {
  const { signerUrl, account, keystore, passwordFile } = flags;
  if (signerUrl !== undefined) return connectRemoteSigner(signerUrl, provider, account);
  const { env } = process;
  const given = keystore === undefined || passwordFile !== undefined || env.COREX_KEYSTORE_PASSWORD !== undefined;
  const asked = given ? undefined : await askPassword(keystore);
  const sources = asked === undefined ? env : { ...env, COREX_KEYSTORE_PASSWORD: asked };
  const wallet = await loadKey({ keystore, keystorePasswordFile: passwordFile, env: sources });
  return wallet.connect(provider);
}
