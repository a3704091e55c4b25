import { setTimeout as sleep } from "node:timers/promises";

import { createSender } from "@corex/sdk/actions/create-sender";
import type { Circuit } from "@corex/sdk/circuits/manifest";
import { randomSalt } from "@corex/sdk/commit/random-salt";
import type { Dataset } from "@corex/sdk/data/dataset";
import { CorexError } from "@corex/sdk/errors";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { parseEther, Wallet } from "ethers";

import type { Child } from "../lib/children.ts";
import { Board } from "./board.ts";
import { prepareDataset } from "./dataset.ts";
import { startAttestor, startNetwork, startNode, type DemoFolder, type DemoNetwork } from "./network.ts";
import type { DemoOptions } from "./options.ts";
import { profileOf } from "./profiles.ts";
import { readBack } from "./read-back.ts";
import { Lazybones } from "./lazy.ts";
import { firstCxt, honestyScene, marketScene, networkScene, networkSteps, payOut, type Stage } from "./scenes.ts";

/** The least that the market takes, so that a missed deadline costs the demo a minute and no more. */
const FRAGMENT_SECONDS = 60;

/** Runs the whole story and returns the exit code. */
export async function runDemo(options: DemoOptions, folder: DemoFolder, circuit: Circuit): Promise<number> {
  const children: Child[] = [];
  const stop = async () => {
    for (const child of children.toReversed()) await child.stop();
  };
  process.once("SIGINT", () => void stop().then(() => process.exit(130)));
  process.once("SIGTERM", () => void stop().then(() => process.exit(143)));
  try {
    const { network, failed } = await tell(options, folder, circuit, children);
    if (options.keep) {
      print(
        `\nChain and agents keep running. RPC: ${network.rpcUrl}  Deployment: ${network.deploymentFile}  (Ctrl-C stops them)`,
      );
      await Promise.race(children.map(({ ended }) => ended));
    }
    return failed === 0 ? 0 : 1;
  } finally {
    await stop();
  }
}

async function tell(options: DemoOptions, folder: DemoFolder, circuit: Circuit, children: Child[]) {
  const store = new DirectoryStore(folder.store);
  print("Preparing data ...");
  const { dataset, published } = await prepareDataset(options, circuit, store);
  describe(dataset);

  print("Starting chain, attestors and agents ...");
  const labels = dataset.classes;
  const board = new Board(labels, (networkSteps(labels.length) + options.steps) * labels.length);
  const network = await startAll(options, folder, board, children);
  const { contracts, provider } = network;
  const bank = await provider.getSigner(0);
  const ownerWallet = new Wallet(Wallet.createRandom().privateKey, provider);
  await (await bank.sendTransaction({ to: ownerWallet.address, value: parseEther("10") })).wait();
  const modelSalt = randomSalt();
  const stage: Stage = {
    network,
    context: { contracts, provider, store },
    board,
    labels,
    operations: { contracts, sender: await createSender(bank) },
    owner: { contracts, sender: await createSender(ownerWallet) },
    ownerWallet,
    task: { store, circuit, dataset: published, fragmentDuration: FRAGMENT_SECONDS, modelSalt },
    death: () => firstDeath(children),
  };

  const first = await networkScene(stage);
  const sold = await firstCxt(stage, options.steps);
  const exposed = await honestyScene(stage);
  const { scene: second, shares } = await marketScene(stage, first, options.steps);
  await payOut(stage);

  print("Reading everything back from the chain ...");
  const story = {
    ...{ dataset, published, circuit, modelSalt, sold, shares, exposed },
    networkTask: first.trained,
    marketTask: second.trained,
    models: [first.model, second.model] as const,
  };
  return { network, failed: await readBack(network, stage.context, story) };
}

function describe({ counts, classes, features }: Dataset): void {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  print(
    `  ${sum(counts.train)} training and ${sum(counts.heldOut)} held-out samples of ${classes.length} classes ` +
      `(${classes.join(", ")}), ${features.length} features`,
  );
}

async function startAll(
  options: DemoOptions,
  folder: DemoFolder,
  board: Board,
  children: Child[],
): Promise<DemoNetwork> {
  const keys = [Wallet.createRandom(), Wallet.createRandom()] as const;
  const { child, ...network } = await startNetwork(folder, [keys[0].address, keys[1].address], options.port);
  children.push(child);
  const attestors: string[] = [];
  for (const [index, { privateKey }] of keys.entries()) {
    const attestor = await startAttestor(folder, network.deploymentFile, privateKey, `attestor ${index + 1}`);
    children.push(attestor.child);
    attestors.push(attestor.url);
  }
  const lazybones = new Lazybones(FRAGMENT_SECONDS);
  const nodes = [];
  for (let index = 0; index < options.nodes; index += 1) {
    const node = await startNode(index, {
      folder,
      ...network,
      attestors,
      onLine: (name, line, child) => {
        board.read(name, line);
        if (profileOf(index).conduct === "lazy") lazybones.read(line, child);
      },
    });
    children.push(node.child);
    nodes.push(node);
    const { dailyWorkUnits } = await network.contracts.nodeRegistry.get(node.id);
    const { threads, conduct } = node.profile;
    print(
      `  ${node.name} (${conduct}): measured on ${threads} ${threads === 1 ? "thread" : "threads"}, ` +
        `${dailyWorkUnits.toLocaleString("en-US")} work units a day`,
    );
  }
  return { ...network, nodes, attestors };
}

/** Rejects as soon as a process that should run ends; one that the demo asked to stop is not missed. */
async function firstDeath(children: readonly Child[]): Promise<never> {
  const { name, logFile, code } = await Promise.race(
    children
      .filter(({ isStopping }) => !isStopping())
      .map(async (child) => ({ name: child.name, logFile: child.logFile, code: await child.ended })),
  );
  await sleep(100);
  throw new CorexError("DEMO_PROCESS_DIED", `${name} ended (exit ${code ?? "by signal"}); its log is ${logFile}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
