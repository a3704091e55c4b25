import { getAddress, isAddress, type Provider } from "ethers";

import { CorexError } from "../errors.ts";
import { RemoteSigner } from "./remote-signer.ts";
import { requestSigner } from "./request-signer.ts";

/**
 * Connects to a remote signer as `account`, or as its only account.
 *
 * @throws CorexError KEY_MISSING when it has no such account, or several and none was named; KEY_SIGNER_UNREACHABLE, KEY_SIGNER_REFUSED.
 */
export async function connectRemoteSigner(
  url: string,
  provider: Provider | null,
  account?: string,
): Promise<RemoteSigner> {
  const answer = await requestSigner(url, "eth_accounts", []);
  const accounts = (Array.isArray(answer) ? answer : []).filter(isAddress).map((address) => getAddress(address));
  const [first, ...others] = account === undefined ? accounts : accounts.filter((own) => own === getAddress(account));
  if (first !== undefined && others.length === 0) return new RemoteSigner(url, first, provider);
  const what = first === undefined ? `has no account ${account ?? ""}`.trimEnd() : "has several accounts: name one";
  throw new CorexError("KEY_MISSING", `the remote signer ${what}`, { retry: "after-change", details: { accounts } });
}
