import type { Provider } from "ethers";

/** A provider that also takes raw JSON-RPC requests: ethers' own ones do, and Hardhat's. */
export interface RpcProvider extends Provider {
  send(method: string, params: unknown[]): Promise<unknown>;
}
