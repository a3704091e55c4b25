import { createSender } from "@corex/sdk/actions/create-sender";
import type { Circuit } from "@corex/sdk/circuits/manifest";
import { randomSalt } from "@corex/sdk/commit/random-salt";
import type { Dataset } from "@corex/sdk/data/dataset";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { formatEther, parseEther, Wallet, type HDNodeWallet } from "ethers";

import type { Child } from "../../lib/children.ts";
import { Board } from "../board.ts";
import { prepareDataset, readSamples } from "../dataset.ts";
import { waitForPeriod, waitUntilEligible } from "../economy.ts";
import {
  startAttestor,
  startNetwork,
  startNode,
  type Committees,
  type DemoFolder,
  type DemoNetwork,
  type DemoNode,
} from "../network.ts";
import type { DemoOptions } from "../options.ts";
import { print } from "../print.ts";
import type { Profile } from "../profiles.ts";
import type { Stage } from "../scenes.ts";
import { stakeAll } from "../staking.ts";
import { trade, type Wish } from "../trade.ts";
import type { TrainedTask } from "../training.ts";
import { CAST } from "./cast.ts";
import { earn } from "./earn.ts";

/** Seconds that nodes have for a proved step. */
const FRAGMENT_SECONDS = 120;

/** How nodes of these scenes are started. */
export interface RaiseOptions {
  readonly options: DemoOptions;
  readonly folder: DemoFolder;
  readonly circuit: Circuit;
  readonly children: Child[];
  /** Program of the agents. */
  readonly program: string;
  readonly runArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Nodes to start; those of the scenes about work when absent. */
  readonly cast?: readonly Profile[];
  /** Committees to deploy for; the deploying account stands for them when absent. */
  readonly committees?: Committees;
  /** Key of the Operations Committee. */
  readonly operations?: Wallet | HDNodeWallet;
  readonly death: (nodes: readonly DemoNode[]) => Promise<never>;
}

/** Starts chain, attestors and nodes. */
export async function raiseNetwork(raise: RaiseOptions): Promise<{ stage: Stage; dataset: Dataset }> {
  const { folder, circuit } = raise;
  const store = new DirectoryStore(folder.store);
  print("Preparing data ...");
  const { dataset, published } = await prepareDataset(await readSamples({}), circuit, store);
  print("Starting chain, attestors and agents ...");
  const board = new Board(dataset.classes);
  const network = await start(raise, board);
  const { contracts, provider } = network;
  const bank = await provider.getSigner(0);
  const ownerWallet = new Wallet(Wallet.createRandom().privateKey, provider);
  const operations = raise.operations?.connect(provider) ?? bank;
  for (const { address } of [ownerWallet, operations]) {
    await (await bank.sendTransaction({ to: address, value: parseEther("10") })).wait();
  }
  const stage: Stage = {
    network,
    context: { contracts, provider, store },
    board,
    labels: dataset.classes,
    operations: { contracts, sender: await createSender(operations) },
    owner: { contracts, sender: await createSender(ownerWallet) },
    ownerWallet,
    task: { store, circuit, dataset: published, fragmentDuration: FRAGMENT_SECONDS, modelSalt: randomSalt() },
    death: async () => raise.death(network.nodes),
  };
  return { stage, dataset };
}

/**
 * The nodes earn what verifiers must stake and the reputation they must have, the owner and the jurors buy what they need, and
 * everybody stakes. Returns the last task that they trained.
 */
export async function endow(stage: Stage, wishes: readonly Wish[]): Promise<TrainedTask> {
  const { network } = stage;
  const stakes = network.nodes.flatMap(({ payout, profile }) =>
    profile.stake === undefined ? [] : [{ account: payout.address, amount: profile.stake.amount }],
  );
  const all = [...wishes, ...stakes];
  const needed = all.reduce((sum, { amount }) => sum + amount, 0n);
  print(`\nNobody owns CXT yet. Verifiers, owner and jurors need ${formatEther(needed)} CXT: the nodes earn it.`);
  const trained = await earn(stage, needed);
  await trade(network, all);
  await stakeAll(network);
  await waitUntilEligible(network);
  await waitForPeriod(network);
  return trained;
}

async function start(
  { options, folder, children, program, runArgs, env, committees, cast = CAST }: RaiseOptions,
  board: Board,
): Promise<DemoNetwork> {
  const keys = [Wallet.createRandom(), Wallet.createRandom()] as const;
  const { child, ...network } = await startNetwork(folder, [keys[0].address, keys[1].address], {
    port: options.port,
    committees,
  });
  children.push(child);
  const attestors: string[] = [];
  for (const [index, { privateKey }] of keys.entries()) {
    const attestor = await startAttestor(folder, network.deploymentFile, privateKey, `attestor ${index + 1}`);
    children.push(attestor.child);
    attestors.push(attestor.url);
  }
  const nodes: DemoNode[] = [];
  for (const [index, profile] of cast.entries()) {
    const node = await startNode(index, {
      ...{ folder, ...network, attestors, profile, program, runArgs },
      env: { ...env, DEMO_NODE: profile.name },
      onLine: (name, line) => board.read(name, line),
    });
    children.push(node.child);
    nodes.push(node);
  }
  print(`  ${nodes.length} nodes joined and were measured`);
  return { ...network, nodes, attestors };
}
