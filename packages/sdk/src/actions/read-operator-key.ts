import { computeAddress, Transaction, type Provider } from "ethers";

import type { CorexContracts } from "../contracts/connect.ts";
import { decodeError } from "../contracts/decode-error.ts";
import { CorexError } from "../errors.ts";
import { scanEvents, type ScanRange } from "./scan-events.ts";

/**
 * The public key of the operator of a node, recovered from the signature of the transaction that registered it: what `sealNotice`
 * encrypts to.
 *
 * @param range blocks that hold the registration.
 * @throws CorexError NOTICE_NO_KEY when the registration is not in the range, or was not signed by the operator's own key; CHAIN_*.
 */
export async function readOperatorKey(
  { nodeRegistry }: CorexContracts,
  provider: Provider,
  node: bigint,
  range: ScanRange,
): Promise<string> {
  const event = nodeRegistry.getEvent("NodeRegistered");
  for await (const events of scanEvents(provider, nodeRegistry, event, range, [node])) {
    const [registered] = events;
    if (registered === undefined) continue;
    const key = await signerKey(provider, registered.transactionHash);
    if (key !== undefined && computeAddress(key) === registered.args.operator) return key;
    throw noKey(node, "its registration was not signed by its operator");
  }
  throw noKey(node, "it was not registered in the blocks searched");
}

async function signerKey(provider: Provider, hash: string): Promise<string | undefined> {
  try {
    const response = await provider.getTransaction(hash);
    if (response === null) return undefined;
    const { type, to, nonce, gasLimit, data, value, chainId, signature } = response;
    const fees =
      response.maxFeePerGas === null
        ? { gasPrice: response.gasPrice }
        : { maxFeePerGas: response.maxFeePerGas, maxPriorityFeePerGas: response.maxPriorityFeePerGas };
    const signed = Transaction.from({
      ...{ type, to, nonce, gasLimit, data, value, chainId, signature, ...fees },
      accessList: response.accessList,
    });
    return signed.hash === hash ? (signed.fromPublicKey ?? undefined) : undefined;
  } catch (cause) {
    throw decodeError(cause);
  }
}

function noKey(node: bigint, reason: string): CorexError {
  return new CorexError("NOTICE_NO_KEY", `the public key of node ${node} is unknown: ${reason}`, {
    retry: "after-change",
    details: { node },
  });
}
