import { CorexError } from "../errors.ts";
import { decodeError } from "./decode-error.ts";
import type { Deployment } from "./deployment.ts";
import type { RpcProvider } from "./rpc-provider.ts";

/**
 * Checks that the endpoint serves the chain of `deployment` and that the market is deployed there.
 *
 * @throws CorexError CHAIN_WRONG_NETWORK, CHAIN_NOT_DEPLOYED, CHAIN_UNREACHABLE.
 */
export async function requireChain(provider: RpcProvider, deployment: Deployment): Promise<void> {
  const market = deployment.contracts.TaskMarket;
  try {
    const chainId = Number(BigInt((await provider.send("eth_chainId", [])) as string));
    if (chainId !== deployment.chainId) {
      throw new CorexError(
        "CHAIN_WRONG_NETWORK",
        `the endpoint serves chain ${chainId}, expected ${deployment.chainId}`,
        {
          retry: "after-change",
          details: { chainId, expected: deployment.chainId },
        },
      );
    }
    if ((await provider.getCode(market)) === "0x") {
      throw new CorexError("CHAIN_NOT_DEPLOYED", `no task market at ${market} on chain ${chainId}`, {
        retry: "after-change",
        details: { market, chainId },
      });
    }
  } catch (cause) {
    throw decodeError(cause);
  }
}
