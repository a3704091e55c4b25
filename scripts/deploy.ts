/**
 * Deploys the suite to a network of hardhat.config.ts and writes the addresses to `.corex/deployments/NETWORK.json`.
 *
 *   npm run deploy -- --network NETWORK [--parameters FILE_OF_deploy/parameters]
 *
 * Keys and endpoints come from Hardhat's keystore or the environment (see deploy/README.md). Running it again resumes.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";

import { repositoryRoot } from "@corex/sdk/circuits/manifest";
import { CorexError } from "@corex/sdk/errors";

import { deploySuite } from "./lib/deploy-suite.ts";

const { values } = parseArgs({
  options: { network: { type: "string" }, parameters: { type: "string" } },
});
try {
  const { network } = values;
  if (network === undefined) {
    throw new CorexError("DEPLOY_USAGE", "say where: npm run deploy -- --network NETWORK");
  }
  const deploymentFile = join(repositoryRoot(), ".corex/deployments", `${network}.json`);
  const { contracts } = await deploySuite({
    network,
    parameters: values.parameters ?? network,
    deploymentId: network,
    deploymentFile,
    ...(network === "local" ? { confirmations: 1 } : {}),
  });
  console.table(contracts);
  console.log(
    `Addresses: ${deploymentFile}\nNext: npm run audit:permissions -- --network ${network}, then deploy/README.md, "Hand over".`,
  );
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
