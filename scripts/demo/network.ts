import { join } from "node:path";

import { repositoryRoot } from "@corex/sdk/circuits/manifest";
import { connect, type CorexContracts } from "@corex/sdk/contracts/connect";
import { createProvider } from "@corex/sdk/contracts/create-provider";
import type { Deployment } from "@corex/sdk/contracts/deployment";
import { CorexError } from "@corex/sdk/errors";
import { parseEther, Wallet, type HDNodeWallet, type JsonRpcProvider } from "ethers";

import { freePort, startChain } from "../lib/chain.ts";
import { startChild, type Child } from "../lib/children.ts";
import { deploySuite } from "../lib/deploy-suite.ts";

/** One node: an agent process with its operator key, and the owner's separate payout account. */
export interface DemoNode {
  readonly name: string;
  readonly id: bigint;
  readonly operator: string;
  readonly payout: Wallet | HDNodeWallet;
}

/** Everything that runs. */
export interface DemoNetwork {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly deploymentFile: string;
  readonly provider: JsonRpcProvider;
  readonly contracts: CorexContracts;
  readonly nodes: readonly DemoNode[];
  readonly children: readonly Child[];
}

export interface DemoFolder {
  /** Holds logs, journals and the deployment of this run. */
  readonly run: string;
  /** Content-addressed store that owner and agents share. */
  readonly store: string;
}

const CLI = join(repositoryRoot(), "packages/node/src/cli.ts");
const FUNDS = parseEther("10");

/** Starts the chain as its own process and deploys the suite on it. */
export async function startNetwork(folder: DemoFolder, attestor: string, port?: number) {
  const { rpcUrl, child } = await startChain(join(folder.run, "chain.log"), port);
  const deploymentFile = join(folder.run, "deployment.json");
  const deployment = await deploySuite({
    network: "local",
    rpcUrl,
    parameters: "local",
    roles: { attestor },
    deploymentId: "demo",
    deploymentFile,
    confirmations: 1,
  });
  const provider = createProvider(rpcUrl, deployment.chainId);
  provider.pollingInterval = 200;
  return { rpcUrl, child, deployment, deploymentFile, provider, contracts: connect(deployment, provider) };
}

/** Starts the attestor, which times the nodes' benchmark proofs and signs the score. */
export async function startAttestor(folder: DemoFolder, deploymentFile: string, key: string) {
  const port = await freePort();
  const child = startChild({
    name: "attestor",
    args: [CLI, "attestor", "--deployment", deploymentFile, "--port", String(port)],
    env: { COREX_PRIVATE_KEY: key },
    logFile: join(folder.run, "attestor.log"),
  });
  return { url: `http://127.0.0.1:${port}`, child };
}

/** Joins a node and starts its agent; each command is its own process. */
export async function startNode(
  index: number,
  { folder, deploymentFile, attestorUrl, provider, contracts, onLine }: StartNodeContext,
): Promise<{ node: DemoNode; child: Child }> {
  const name = `node ${index + 1}`;
  const operator = Wallet.createRandom();
  const payout = Wallet.createRandom();
  const bank = await provider.getSigner(0);
  for (const account of [operator, payout]) {
    await (await bank.sendTransaction({ to: account.address, value: FUNDS })).wait();
  }

  const logFile = join(folder.run, `node-${index + 1}.log`);
  const common = ["--deployment", deploymentFile, "--store", folder.store];
  const journal = ["--journal", join(folder.run, `node-${index + 1}.sqlite`)];
  const env = { COREX_PRIVATE_KEY: operator.privateKey };
  const join_ = startChild({
    name: `${name} join`,
    args: [CLI, "join", ...common, ...journal, "--attestor", attestorUrl, "--payout", payout.address],
    env,
    logFile,
  });
  const code = await join_.ended;
  if (code !== 0)
    throw new CorexError("DEMO_JOIN_FAILED", `${name} could not join (exit ${code}); its log is ${logFile}`);

  const child = startChild({
    name,
    args: [CLI, "run", ...common, ...journal],
    env,
    logFile,
    onLine: (line) => onLine(name, line),
  });
  const id = await contracts.nodeRegistry.nodeOf(operator.address);
  return { node: { name, id, operator: operator.address, payout }, child };
}

export interface StartNodeContext {
  readonly folder: DemoFolder;
  readonly deploymentFile: string;
  readonly attestorUrl: string;
  readonly provider: JsonRpcProvider;
  readonly contracts: CorexContracts;
  readonly onLine: (node: string, line: string) => void;
}
