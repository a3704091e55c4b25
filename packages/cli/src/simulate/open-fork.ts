import { CorexError } from "@corex/sdk/errors";
import { repositoryRoot } from "@corex/sdk/circuits/manifest";

/** A private copy of a chain's present state, in this process: nothing done to it reaches the chain. */
export interface Fork {
  request(method: string, params: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Forks the chain behind `rpcUrl` at a block. Hardhat, which runs the copy, comes with the repository and not with this package.
 *
 * @throws CorexError SIMULATE_UNAVAILABLE without Hardhat, or when the endpoint cannot be forked.
 */
export async function openFork(rpcUrl: string, chainId: number, blockNumber: number): Promise<Fork> {
  try {
    const { createHardhatRuntimeEnvironment } = await import("hardhat/hre");
    const fork = {
      type: "edr-simulated" as const,
      chainType: "l1" as const,
      chainId,
      gasPrice: 0,
      initialBaseFeePerGas: 0,
      // Without a number it would be a block that is some dozens behind.
      forking: { url: rpcUrl, blockNumber },
    };
    const { network } = await createHardhatRuntimeEnvironment({ networks: { fork } }, {}, repositoryRoot());
    const connection = await network.create("fork");
    return {
      request: async (method, params) =>
        connection.provider.request({ method, params: [...params] }) as Promise<unknown>,
      close: async () => connection.close(),
    };
  } catch (cause) {
    throw new CorexError(
      "SIMULATE_UNAVAILABLE",
      "cannot fork the chain: it takes Hardhat and an endpoint with its state",
      {
        retry: "after-change",
        cause,
      },
    );
  }
}
