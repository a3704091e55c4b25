import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { approveToken } from "@corex/sdk/actions/approve-token";
import { createSender } from "@corex/sdk/actions/create-sender";
import type { ActionContext } from "@corex/sdk/actions/execute";
import { publishNetworkTask } from "@corex/sdk/actions/publish-network-task";
import { publishTask } from "@corex/sdk/actions/publish-task";
import { linearStepParams } from "@corex/sdk/circuits/linear-step-params";
import { repositoryRoot, type Circuit } from "@corex/sdk/circuits/manifest";
import { randomSalt } from "@corex/sdk/commit/random-salt";
import { evaluateOneVsRest } from "@corex/sdk/data/evaluate";
import { CorexError } from "@corex/sdk/errors";
import { readLineage } from "@corex/sdk/models/read-lineage";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { createTask, type CreatedTask } from "@corex/sdk/task/create-task";
import { formatEther, parseEther, Wallet } from "ethers";

import { auditPermissions } from "../audit-permissions.ts";
import type { Child } from "../lib/children.ts";
import { Board } from "./board.ts";
import { checkRecords, checkSupply, checkTraining, equal, type Check } from "./checks.ts";
import { prepareDataset } from "./dataset.ts";
import { collectFees, passOneDay, sellToOwner, settleAll, waitUntilEligible } from "./economy.ts";
import { readIncome } from "./income.ts";
import { startAttestor, startNetwork, startNode, type DemoFolder, type DemoNetwork } from "./network.ts";
import type { DemoOptions } from "./options.ts";
import { printSummary } from "./summary.ts";
import {
  publishModel,
  readTrainedTask,
  waitForCompletion,
  type TrainedTask,
  type TrainingContext,
} from "./training.ts";

/** Steps of the network task that brings the first CXT into the world. */
const NETWORK_STEPS = 2;

const FEE_PER_FRAGMENT = parseEther("0.05");
const FRAGMENT_SECONDS = 120;
const SECONDS_PER_FRAGMENT_ALLOWED = 30;

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
  const params = linearStepParams(circuit.entry);

  print("Preparing data ...");
  const { dataset, published } = await prepareDataset(options, circuit, store);
  const labels = dataset.classes;
  const samples = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  print(
    `  ${samples(dataset.counts.train)} training and ${samples(dataset.counts.heldOut)} held-out samples of ${labels.length} classes ` +
      `(${labels.join(", ")}), ${dataset.features.length} features`,
  );

  print("Starting chain, attestor and agents ...");
  const board = new Board(labels, (NETWORK_STEPS + options.steps) * labels.length);
  const network = await startAll(options, folder, board, children);
  const context: TrainingContext = { ...network, store };
  const operations: ActionContext = {
    contracts: network.contracts,
    sender: await createSender(await network.provider.getSigner(0)),
  };
  const ownerWallet = new Wallet(Wallet.createRandom().privateKey, network.provider);
  await (
    await (await network.provider.getSigner(0)).sendTransaction({ to: ownerWallet.address, value: parseEther("10") })
  ).wait();
  const owner: ActionContext = { contracts: network.contracts, sender: await createSender(ownerWallet) };

  const modelSalt = randomSalt();
  const common = { store, circuit, dataset: published, fragmentDuration: FRAGMENT_SECONDS, modelSalt };
  const finish = async (name: string, task: string, created: CreatedTask): Promise<TrainedTask> => {
    const fragments = Number(created.terms.chains * created.terms.steps);
    const timeoutMs = 60_000 + fragments * SECONDS_PER_FRAGMENT_ALLOWED * 1000;
    await Promise.race([waitForCompletion(context, task, { fragments, timeoutMs }), firstDeath(children)]);
    await board.finish(fragments, 5_000);
    return readTrainedTask(context, { name, task, created });
  };

  print(
    `\nScene 1: nobody owns CXT yet. The Operations Committee issues a network task of ${NETWORK_STEPS} steps per class.`,
  );
  const firstTask = await createTask({
    ...common,
    owner: operations.sender.address,
    steps: NETWORK_STEPS,
    feePerFragment: 0n,
    nonce: 1n,
  });
  const first = await publishNetworkTask(operations, firstTask.terms);
  board.watch(first.result);
  const networkTask = await finish("network task", first.result, firstTask);
  const firstModel = await publishModel(operations, store, networkTask, {
    labels,
    metadataUri: "corex demo: network task",
  });

  const cost = FEE_PER_FRAGMENT * BigInt(options.steps * labels.length);
  print(`A day passes; the pool pays for the verified work; the owner buys ${formatEther(cost)} CXT from the nodes.`);
  await passOneDay(network.provider);
  await settleAll(operations, network.nodes);
  const sold = await sellToOwner(network, ownerWallet, cost);
  await waitUntilEligible(network);

  print(
    `\nScene 2: the owner publishes ${options.steps} more steps per class for ${formatEther(FEE_PER_FRAGMENT)} CXT each, starting from that model.`,
  );
  const secondTask = await createTask({
    ...common,
    owner: ownerWallet.address,
    steps: options.steps,
    feePerFragment: FEE_PER_FRAGMENT,
    initialWeights: networkTask.weights,
    nonce: 2n,
  });
  await approveToken(owner, await network.contracts.taskEscrow.getAddress(), cost);
  const second = await publishTask(owner, secondTask.terms);
  board.watch(second.result);
  const marketTask = await finish("market task", second.result, secondTask);
  const model = await publishModel(owner, store, marketTask, {
    labels,
    parent: firstModel,
    metadataUri: "corex demo: market task",
  });

  print("Another day passes; rewards are settled and fees collected.");
  await passOneDay(network.provider);
  await settleAll(operations, network.nodes);
  await collectFees(operations, network.nodes);

  print("Reading everything back from the chain ...");
  const zeros = labels.map(() => Array<bigint>(params.d).fill(0n));
  const retrain = { dataset: published, circuit, modelSalt };
  const lineage = await readLineage(network.contracts, model);
  const income = await readIncome(network, [networkTask, marketTask], sold);
  const audit = await auditPermissions({
    provider: network.provider,
    deployment: network.deployment,
    artifactsDir: join(repositoryRoot(), "artifacts"),
  });
  const checks: Check[] = [
    ...(await checkTraining(context, networkTask, { ...retrain, start: zeros })),
    ...(await checkTraining(context, marketTask, { ...retrain, start: networkTask.weights })),
    ...(await checkRecords(context, networkTask)),
    ...(await checkRecords(context, marketTask)),
    ...(await checkSupply(context)),
    ...income.checks,
    equal("the model descends from the network task's model", lineage.join(), [model, firstModel].join()),
    {
      name: "nobody has authority over token and pool",
      ok: audit.checks.every(({ ok }) => ok),
      detail:
        audit.checks
          .filter(({ ok }) => !ok)
          .map(({ name }) => name)
          .join(", ") || `${audit.checks.length} checks`,
    },
  ];
  const before = evaluateOneVsRest(zeros, dataset.heldOut);
  const after = evaluateOneVsRest(marketTask.weights, dataset.heldOut);
  checks.push({
    name: "the model beats the most frequent class",
    ok: after.accuracy > after.majorityAccuracy,
    detail: `${(100 * after.accuracy).toFixed(1)} % against ${(100 * after.majorityAccuracy).toFixed(1)} %`,
  });

  const settled = [networkTask, marketTask].flatMap(({ steps }) => steps.flat());
  const gas = await readGas(network, settled);
  const { miningPool, token } = network.contracts;
  const balance = await token.balanceOf(miningPool);
  printSummary({
    labels,
    fraction: params.F,
    batchSize: params.m,
    tasks: [networkTask, marketTask],
    before,
    after,
    gas,
    income: income.nodes,
    pool: { balance, released: (await token.INITIAL_SUPPLY()) - balance },
    model: { id: model, lineage },
    checks,
  });
  const failed = checks.filter(({ ok }) => !ok).length;
  print(failed === 0 ? `\nAll ${checks.length} checks hold.` : `\n${failed} of ${checks.length} checks FAILED.`);
  return { network, failed };
}

async function startAll(
  options: DemoOptions,
  folder: DemoFolder,
  board: Board,
  children: Child[],
): Promise<DemoNetwork> {
  const attestorKey = Wallet.createRandom();
  const { child, ...network } = await startNetwork(folder, attestorKey.address, options.port);
  children.push(child);
  const attestor = await startAttestor(folder, network.deploymentFile, attestorKey.privateKey);
  children.push(attestor.child);
  const nodes = [];
  for (let index = 0; index < options.nodes; index += 1) {
    const started = await startNode(index, {
      folder,
      ...network,
      attestorUrl: attestor.url,
      onLine: (name, line) => board.read(name, line),
    });
    children.push(started.child);
    nodes.push(started.node);
    const { dailyWorkUnits } = await network.contracts.nodeRegistry.get(started.node.id);
    print(
      `  ${started.node.name}: joined with ${dailyWorkUnits.toLocaleString("en-US")} proved multiply-accumulates a day`,
    );
  }
  return { ...network, nodes, children };
}

async function readGas(
  { provider }: DemoNetwork,
  steps: readonly { transactionHash: string }[],
): Promise<Map<string, bigint>> {
  const receipts = await Promise.all(
    steps.map(({ transactionHash }) => provider.getTransactionReceipt(transactionHash)),
  );
  return new Map(receipts.flatMap((receipt) => (receipt === null ? [] : [[receipt.hash, receipt.gasUsed] as const])));
}

/** Rejects as soon as a process that should run ends. */
async function firstDeath(children: readonly Child[]): Promise<never> {
  const { name, logFile, code } = await Promise.race(
    children.map(async (child) => ({ name: child.name, logFile: child.logFile, code: await child.ended })),
  );
  await sleep(100);
  throw new CorexError("DEMO_PROCESS_DIED", `${name} ended (exit ${code ?? "by signal"}); its log is ${logFile}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
