import { readLineage } from "@corex/sdk/models/read-lineage";
import { evaluateShards } from "@corex/sdk/task/train-rounds";

import { equal, type Check } from "./checks.ts";
import { readRoundGas } from "./gas.ts";
import type { DemoNetwork } from "./network.ts";
import { checkReplay, checkRounds, replayRounds } from "./round-checks.ts";
import type { RoundScene } from "./round-scene.ts";
import { correctOf, majorityOf, type RoundSummary } from "./round-summary.ts";
import type { TrainingContext } from "./training.ts";

/** Reads the data-parallel task back: what to print of it, and what must be true of it. */
export async function readRounds(
  network: DemoNetwork,
  context: TrainingContext,
  scene: RoundScene,
  modelSalt: bigint,
): Promise<{ summary: RoundSummary; checks: Check[] }> {
  const { trained, model } = scene;
  const { plan, created } = trained;
  const replay = await replayRounds(trained, modelSalt);
  const before = evaluateShards(created.model, plan.initialWeights, plan.dataset.heldOut);
  const lineage = await readLineage(network.contracts, model);
  const summary = {
    ...{ trained, before, model, lineage },
    after: replay.evaluations,
    gas: await readRoundGas(network, scene),
    nameOf: (node: bigint) => network.nodes.find(({ id }) => id === node)?.name ?? `node id ${node}`,
  };
  const checks = [
    ...checkReplay(trained, replay),
    ...(await checkRounds(context, scene, replay)),
    equal("the perceptron began with drawn weights and has no ancestor", lineage.join(), model),
    ...checkLearning(summary),
  ];
  return { summary, checks };
}

/** Rounds that the perceptron needs to learn what the demo says it learns. */
const ENOUGH_ROUNDS = 4;

/** Whether it learned: only asked of the demo's own data, where a run that follows the rules always does. */
function checkLearning({ trained, before, after }: RoundSummary): Check[] {
  if (trained.plan.rounds < ENOUGH_ROUNDS || !trained.plan.isKnown) return [];
  const [first, last, majority] = [correctOf(before), correctOf(after), majorityOf(trained)];
  return [
    {
      name: "the perceptron's proved accuracy beats its initial weights and the most frequent class",
      ok: last > first && last > majority,
      detail: `${last} hits against ${first} and ${majority}`,
    },
  ];
}
