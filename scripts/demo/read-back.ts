import { join } from "node:path";

import { linearStepParams } from "@corex/sdk/circuits/linear-step-params";
import { repositoryRoot, type Circuit } from "@corex/sdk/circuits/manifest";
import type { Dataset } from "@corex/sdk/data/dataset";
import { evaluateOneVsRest, type Evaluation } from "@corex/sdk/data/evaluate";
import type { PublishedDataset } from "@corex/sdk/data/publish-dataset";
import { readLineage } from "@corex/sdk/models/read-lineage";

import { auditPermissions } from "../audit-permissions.ts";
import { checkLedgers, checkRecords, checkTraining, equal, type Check } from "./checks.ts";
import { checkPoints, checkSupply } from "./conservation.ts";
import { readGas } from "./gas.ts";
import { readIncome } from "./income.ts";
import type { DemoNetwork, DemoNode } from "./network.ts";
import { readRounds } from "./round-read-back.ts";
import type { RoundScene } from "./round-scene.ts";
import type { Share } from "./shares.ts";
import { checkStakes, checkStandings, readStandings } from "./standings.ts";
import { printSummary } from "./summary.ts";
import type { Sales } from "./trade.ts";
import type { TrainedTask, TrainingContext } from "./training.ts";

/** What happened, as far as the owner knows without asking the chain. */
export interface Story {
  readonly dataset: Dataset;
  readonly published: PublishedDataset;
  readonly circuit: Circuit;
  readonly modelSalt: bigint;
  readonly networkTask: TrainedTask;
  readonly marketTask: TrainedTask;
  /** The data-parallel task, if there was one. */
  readonly rounds: RoundScene | undefined;
  /** Models of the first two tasks, in this order. */
  readonly models: readonly [string, string];
  /** Accounts of the owner and of the Operations Committee. */
  readonly accounts: readonly string[];
  /** CXT wei that each node sold. */
  readonly sold: Sales;
  /** Parts of the draws as the market task began. */
  readonly shares: readonly Share[];
  /** The node that faked its benchmark, if there was one. */
  readonly exposed: DemoNode | undefined;
}

/** Reads everything back from the chain, prints it, and returns the number of checks that failed. */
export async function readBack(network: DemoNetwork, context: TrainingContext, story: Story): Promise<number> {
  const { dataset, circuit, networkTask, marketTask, models } = story;
  const { m, d, F } = linearStepParams(circuit.entry);
  const tasks = [networkTask, marketTask];
  const zeros = dataset.classes.map(() => Array<bigint>(d).fill(0n));
  const before = evaluateOneVsRest(zeros, dataset.heldOut);
  const after = evaluateOneVsRest(marketTask.weights, dataset.heldOut);
  const steps = tasks.flatMap((task) => task.steps.flat());
  const fragments = story.rounds?.trained.fragments ?? [];
  const work = { market: marketTask.steps.flat(), rounds: fragments };
  const standings = await readStandings(network, work, story.shares);
  const income = await readIncome(network, [...steps, ...fragments], story.sold);
  const rounds =
    story.rounds === undefined ? undefined : await readRounds(network, context, story.rounds, story.modelSalt);
  const lineage = await readLineage(network.contracts, models[1]);
  const checks = [
    ...(await checkTasks(context, story, zeros)),
    ...(rounds?.checks ?? []),
    ...(await checkLedgers(context)),
    await checkSupply(network, story.accounts),
    ...(await checkPoints(network, [...steps, ...fragments])),
    ...(await checkStakes(network)),
    ...(await checkStandings(network, standings, story.exposed)),
    ...income.checks,
    equal("the model descends from the network task's model", lineage.join(), models.toReversed().join()),
    await checkAuthority(network),
    checkAccuracy(after),
  ];

  const { miningPool, token } = network.contracts;
  const balance = await token.balanceOf(miningPool);
  printSummary({
    labels: dataset.classes,
    fraction: F,
    batchSize: m,
    tasks,
    before,
    after,
    gas: await readGas(network, steps),
    rounds: rounds?.summary,
    income: income.nodes,
    standings,
    pool: { balance, released: (await token.INITIAL_SUPPLY()) - balance },
    model: { id: models[1], lineage },
    checks,
  });
  const failed = checks.filter(({ ok }) => !ok).length;
  const verdict = failed === 0 ? `All ${checks.length} checks hold.` : `${failed} of ${checks.length} checks FAILED.`;
  process.stdout.write(`\n${verdict}\n`);
  return failed;
}

async function checkTasks(
  context: TrainingContext,
  { published, circuit, modelSalt, networkTask, marketTask }: Story,
  zeros: readonly (readonly bigint[])[],
): Promise<Check[]> {
  const retrain = { dataset: published, circuit, modelSalt };
  return [
    ...(await checkTraining(context, networkTask, { ...retrain, start: zeros })),
    ...(await checkTraining(context, marketTask, { ...retrain, start: networkTask.weights })),
    ...(await checkRecords(context, networkTask)),
    ...(await checkRecords(context, marketTask)),
  ];
}

async function checkAuthority({ provider, deployment }: DemoNetwork): Promise<Check> {
  const artifactsDir = join(repositoryRoot(), "artifacts");
  const { checks } = await auditPermissions({ provider, deployment, artifactsDir });
  const findings = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  const detail = findings.length === 0 ? `${checks.length} checks` : findings.join(", ");
  return { name: "nobody has authority over token and pool", ok: findings.length === 0, detail };
}

function checkAccuracy({ accuracy, majorityAccuracy }: Evaluation): Check {
  return {
    name: "the model beats the most frequent class",
    ok: accuracy > majorityAccuracy,
    detail: `${(100 * accuracy).toFixed(1)} % against ${(100 * majorityAccuracy).toFixed(1)} %`,
  };
}
