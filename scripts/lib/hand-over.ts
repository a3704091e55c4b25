import { network } from "hardhat";

import HandOver from "../../deploy/modules/HandOver.ts";
import { type DeploySuiteOptions, readParameters } from "./deploy-suite.ts";

/** Hands a deployment of `deploySuite` over, with the same options: the deploying account ends without any role. */
export async function handOver(options: DeploySuiteOptions): Promise<void> {
  const { rpcUrl } = options;
  const connection = await network.create({
    network: options.network,
    ...(rpcUrl === undefined ? {} : { override: { url: rpcUrl } }),
  });
  try {
    await connection.ignition.deploy(HandOver, {
      parameters: readParameters(options),
      deploymentId: options.deploymentId,
      config: options.confirmations === 1 ? { requiredConfirmations: 1, blockPollingInterval: 100 } : {},
    });
  } finally {
    await connection.close();
  }
}
