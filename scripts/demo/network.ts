import { join } from "node:path";

import { repositoryRoot } from "@corex/sdk/circuits/manifest";
import { connect, type CorexContracts } from "@corex/sdk/contracts/connect";
import { createProvider } from "@corex/sdk/contracts/create-provider";
import type { Deployment } from "@corex/sdk/contracts/deployment";
import { CorexError } from "@corex/sdk/errors";
import { parseEther, Wallet, type HDNodeWallet, type JsonRpcProvider } from "ethers";

import { freePort, startChain } from "../lib/chain.ts";
import { startChild, type Child } from "../lib/children.ts";
import { deploySuite, type DeploySuiteOptions } from "../lib/deploy-suite.ts";
import { profileOf, type Profile } from "./profiles.ts";

/** One node: an agent process with its operator key, and the owner's separate payout account. */
export interface DemoNode {
  readonly name: string;
  readonly profile: Profile;
  readonly id: bigint;
  readonly operator: Wallet | HDNodeWallet;
  readonly child: Child;
  readonly payout: Wallet | HDNodeWallet;
}

/** Accounts of the committees of a deployment that is handed over. */
export type Committees = Readonly<Record<"executive" | "operations" | "security", string>>;

/** Everything that runs. */
export interface DemoNetwork {
  /** Accounts of the attestors. */
  readonly attestorAccounts: readonly [string, string];
  /** The deploying account stands for them when absent. */
  readonly committees?: Committees | undefined;
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly deploymentFile: string;
  readonly provider: JsonRpcProvider;
  readonly contracts: CorexContracts;
  readonly nodes: readonly DemoNode[];
  /** Base URLs. */
  readonly attestors: readonly string[];
}

export interface DemoFolder {
  /** Holds logs, journals and the deployment of this run. */
  readonly run: string;
  /** Content-addressed store that owner and agents share. */
  readonly store: string;
}

const CLI = join(repositoryRoot(), "packages/node/src/cli.ts");
/** Long enough for a second more or less not to matter much. */
const BENCHMARK_SECONDS = "5";

const FUNDS = parseEther("10");

/** Starts the chain as its own process and deploys the suite on it. */
export async function startNetwork(
  folder: DemoFolder,
  attestorAccounts: readonly [string, string],
  { port, committees }: { port?: number | undefined; committees?: Committees | undefined } = {},
) {
  const { rpcUrl, child } = await startChain(join(folder.run, "chain.log"), port);
  const deploymentFile = join(folder.run, "deployment.json");
  const deployment = await deploySuite(deployOptions({ rpcUrl, deploymentFile, attestorAccounts, committees }));
  const provider = createProvider(rpcUrl, deployment.chainId);
  provider.pollingInterval = 200;
  const contracts = connect(deployment, provider);
  return { rpcUrl, child, deployment, deploymentFile, provider, contracts, attestorAccounts, committees };
}

/** How a network is deployed, and handed over. */
export function deployOptions({
  rpcUrl,
  deploymentFile,
  attestorAccounts: [attestor, attestor2],
  committees = undefined,
}: Pick<DemoNetwork, "rpcUrl" | "deploymentFile" | "attestorAccounts" | "committees">): DeploySuiteOptions {
  return {
    network: "local",
    rpcUrl,
    parameters: "demo",
    roles: { attestor, attestor2, ...committees },
    deploymentId: "demo",
    deploymentFile,
    confirmations: 1,
  };
}

/** Starts an attestor, which recomputes lanes of the nodes' benchmarks and signs what it found. */
export async function startAttestor(folder: DemoFolder, deploymentFile: string, key: string, name: string) {
  const port = await freePort();
  const child = startChild({
    name,
    args: [CLI, "attestor", "--deployment", deploymentFile, "--port", String(port)],
    env: { COREX_PRIVATE_KEY: key },
    logFile: join(folder.run, `${name.replaceAll(" ", "-")}.log`),
  });
  return { url: `http://127.0.0.1:${port}`, child };
}

/** Joins a node and starts its agent; each command is its own process. */
export async function startNode(index: number, context: StartNodeContext): Promise<DemoNode> {
  const { folder, deploymentFile, attestors, provider, contracts, onLine } = context;
  const { profile = profileOf(index), program = CLI, runArgs = [] } = context;
  const { name } = profile;
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
    args: [
      ...[CLI, "join", ...common, ...journal, "--payout", payout.address, "--attestor", attestors.join(",")],
      ...["--threads", String(profile.threads), "--benchmark-seconds", BENCHMARK_SECONDS, "--poll-ms", "200"],
      ...(profile.deviceClass === undefined ? [] : ["--device-class", profile.deviceClass]),
    ],
    env,
    logFile,
  });
  const code = await join_.ended;
  if (code !== 0)
    throw new CorexError("DEMO_JOIN_FAILED", `${name} could not join (exit ${code}); its log is ${logFile}`);

  const child: Child = startChild({
    name,
    args: [program, "run", ...common, ...journal, "--poll-ms", "500", "--attestor", attestors.join(","), ...runArgs],
    env: { ...env, ...context.env },
    logFile,
    onLine: (line) => onLine(name, line, child),
  });
  const id = await contracts.nodeRegistry.nodeOf(operator.address);
  return { name, profile, id, operator, payout, child };
}

export interface StartNodeContext {
  readonly folder: DemoFolder;
  readonly deploymentFile: string;
  readonly attestors: readonly string[];
  readonly provider: JsonRpcProvider;
  readonly contracts: CorexContracts;
  readonly onLine: (node: string, line: string, child: Child) => void;
  /** What the node is like; by its index when absent. */
  readonly profile?: Profile;
  /** Program of its agent; the command line of operators when absent. */
  readonly program?: string;
  /** More arguments of `run`. */
  readonly runArgs?: readonly string[];
  /** More variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}
