import { createSender } from "@corex/sdk/actions/create-sender";
import type { Circuit } from "@corex/sdk/circuits/manifest";
import { randomSalt } from "@corex/sdk/commit/random-salt";
import type { Dataset } from "@corex/sdk/data/dataset";
import type { RawDataset } from "@corex/sdk/data/raw-dataset";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { parseEther, Wallet } from "ethers";

import type { Child } from "../lib/children.ts";
import { Board } from "./board.ts";
import { prepareDataset, readSamples } from "./dataset.ts";
import { firstDeath } from "./first-death.ts";
import { startAttestor, startNetwork, startNode, type DemoFolder, type DemoNetwork } from "./network.ts";
import type { DemoOptions } from "./options.ts";
import { print } from "./print.ts";
import { profileOf } from "./profiles.ts";
import { readBack } from "./read-back.ts";
import { planRounds, type RoundPlan } from "./round-plan.ts";
import { roundCost, roundFragments, roundScene } from "./round-scene.ts";
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
  const raw = await readSamples(options);
  const { dataset, published } = await prepareDataset(raw, circuit, store);
  describe(dataset);
  const plan = await planOf(raw, options, store);

  print("Starting chain, attestors and agents ...");
  const labels = dataset.classes;
  const steps = (networkSteps(labels.length) + options.steps) * labels.length;
  const board = new Board(labels, steps + (plan === undefined ? 0 : roundFragments(plan)));
  const network = await startAll(options, folder, board, children);
  const { contracts, provider } = network;
  const bank = await provider.getSigner(0);
  const ownerWallet = new Wallet(Wallet.createRandom().privateKey, provider);
  await (await bank.sendTransaction({ to: ownerWallet.address, value: parseEther("10") })).wait();
  const modelSalt = randomSalt();
  const killed = new Set<Child>();
  const stage: Stage = {
    network,
    context: { contracts, provider, store },
    board,
    labels,
    operations: { contracts, sender: await createSender(bank) },
    owner: { contracts, sender: await createSender(ownerWallet) },
    ownerWallet,
    task: { store, circuit, dataset: published, fragmentDuration: FRAGMENT_SECONDS, modelSalt },
    death: () => firstDeath(children, network.nodes, killed),
  };

  const first = await networkScene(stage);
  const sold = await firstCxt(stage, options.steps, plan === undefined ? 0n : roundCost(plan));
  const exposed = await honestyScene(stage);
  const { scene: second, shares } = await marketScene(stage, first, options.steps);
  const rounds = plan === undefined ? undefined : await roundScene(stage, plan);
  await payOut(stage);

  print("Reading everything back from the chain ...");
  const story = {
    ...{ dataset, published, circuit, modelSalt, sold, shares, exposed, rounds },
    accounts: [stage.owner.sender.address, stage.operations.sender.address],
    networkTask: first.trained,
    marketTask: second.trained,
    models: [first.model, second.model] as const,
  };
  return { network, failed: await readBack(network, stage.context, story) };
}

/** The data-parallel task; undefined when it was not asked for, or when these samples do not fit its circuits. */
async function planOf(raw: RawDataset, { rounds, table }: DemoOptions, store: DirectoryStore) {
  if (rounds === 0) return undefined;
  const plan = await planRounds(raw, { rounds, isKnown: table === undefined }, store);
  if ("unfit" in plan) {
    print(`  Scene 3, data-parallel rounds of a perceptron, is left out: ${plan.unfit}.`);
    return undefined;
  }
  return plan satisfies RoundPlan;
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
  const { child, ...network } = await startNetwork(folder, [keys[0].address, keys[1].address], { port: options.port });
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
