import { FetchRequest, JsonRpcProvider, Network } from "ethers";

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * A JSON-RPC provider that fails fast instead of retrying for minutes, so that callers decide when to try again.
 * It never asks which chain it talks to: see {@link requireChain}.
 */
export function createProvider(rpcUrl: string, chainId: number): JsonRpcProvider {
  const request = new FetchRequest(rpcUrl);
  request.timeout = REQUEST_TIMEOUT_MS;
  request.setThrottleParams({ maxAttempts: 2 });
  return new JsonRpcProvider(request, Network.from(chainId), {
    staticNetwork: true,
    batchMaxCount: 1,
    cacheTimeout: -1,
  });
}
