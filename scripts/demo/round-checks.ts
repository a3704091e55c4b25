import { isDeepStrictEqual } from "node:util";

import type { SettledRoundFragment } from "@corex/sdk/actions/read-settled-round-fragments";
import { circuitId } from "@corex/sdk/circuits/circuit-id";
import { readMetrics } from "@corex/sdk/models/read-metrics";
import { laneShares } from "@corex/sdk/math/apply-step";
import { APPLY_FRAGMENT, FIRST_EVALUATION, roundShardIndex } from "@corex/sdk/task/round-fragment";
import { roundTaskFees } from "@corex/sdk/task/round-terms";
import { trainRounds, type TrainedRound, type TrainedRounds } from "@corex/sdk/task/train-rounds";
import { formatEther } from "ethers";

import { equal, type Check } from "./checks.ts";
import type { RoundScene } from "./round-scene.ts";
import type { TrainedRoundTask } from "./round-training.ts";
import type { TrainingContext } from "./training.ts";

/** Trains all rounds again in plain arithmetic, from the owner's data, over the lanes that delivered. */
export async function replayRounds({ created, plan, fragments }: TrainedRoundTask, modelSalt: bigint) {
  const delivered = new Set(
    fragments
      .filter(({ fragment }) => fragment < created.model.lanes)
      .map(({ round, fragment }) => `${round}:${fragment}`),
  );
  return trainRounds({
    model: created.model,
    terms: created.terms,
    dataset: plan.dataset,
    initialWeights: plan.initialWeights,
    modelSalt,
    isPresent: (round, lane) => delivered.has(`${round}:${lane}`),
  });
}

/** Compares every figure of the replay with what the network proved. */
export function checkReplay(trained: TrainedRoundTask, replay: TrainedRounds): Check[] {
  const checks = replay.rounds.map((round) => {
    const mismatch = mismatchOf(trained, round);
    return {
      name: `round ${round.round}: ${round.lanes.length} gradients and the step over them computed again`,
      ok: mismatch === undefined,
      detail: mismatch === undefined ? "the same commitments, losses, shards, shares and head" : `differs: ${mismatch}`,
    };
  });
  const evaluated = replay.evaluations.map(({ shard, loss, correct }) => {
    const batch = commitmentOf(trained, "heldOut", shard);
    const found = find(trained, trained.created.terms.rounds, FIRST_EVALUATION + shard);
    return { same: found?.loss === loss && found.correct === BigInt(correct) && found.batch === batch, shard };
  });
  const different = evaluated.filter(({ same }) => !same).map(({ shard }) => shard);
  checks.push({
    name: `${evaluated.length} held-out shards evaluated again`,
    ok: different.length === 0,
    detail: different.length === 0 ? "the same losses and hits" : `differs: shards ${different.join(", ")}`,
  });
  const expected = replay.rounds.at(-1)?.newWeights ?? [];
  checks.push({
    name: `the perceptron's ${trained.weights.length} published weights are those of the replay`,
    ok: trained.weights.join() === expected.join(),
    detail: trained.weights.join() === expected.join() ? "bit for bit" : "they differ",
  });
  return checks;
}

/** The chain's own record of the task, its money, and what the registry says of the model. */
export async function checkRounds(
  { contracts }: Pick<TrainingContext, "contracts">,
  { trained, model }: RoundScene,
  replay: TrainedRounds,
): Promise<Check[]> {
  const { modelRegistry, roundMarket, roundEscrow } = contracts;
  const { task, created, plan, fragments, transcript, closings } = trained;
  const records = fragments.map(({ round, fragment, node, output, batch, loss, correct }) => {
    return { round, fragment, node, output, batch, loss, correct };
  });
  const paid = fragments.reduce((sum, fragment) => sum + fragment.paid + fragment.fee, 0n);
  const dropped = closings.reduce((sum, { refunded, kept }) => sum + refunded + kept, 0n);
  const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
  const metrics = await readMetrics(contracts, model);
  const expected = {
    source: "proved",
    circuit: circuitId(plan.circuits.evaluate.entry),
    heldOutRoot: plan.published.heldOutRoot,
    loss: sum(replay.evaluations.map(({ loss }) => loss)),
    correct: sum(replay.evaluations.map(({ correct }) => BigInt(correct))),
    samples: BigInt(replay.evaluations.length * plan.model.m),
    shards: replay.evaluations.length,
  };
  return [
    equal("rounds: the records are those of the chain", await modelRegistry.isRoundTranscript(task, records), true),
    equal("rounds: the hash chain over them is the market's", transcript, await roundMarket.transcriptOf(task)),
    equal(
      dropped === 0n
        ? "rounds: fees paid = what the owner put in"
        : "rounds: fees paid and dropped = what the owner put in",
      formatEther(paid + dropped),
      formatEther(roundTaskFees(created.terms)),
    ),
    equal("rounds: the escrow holds nothing for it any more", await roundEscrow.heldFor(task), 0n),
    {
      name: "the registry's accuracy of the perceptron is the proved one",
      ok: isDeepStrictEqual(metrics, expected),
      detail: `${metrics.correct} of ${metrics.samples} samples in ${metrics.shards} shards`,
    },
  ];
}

/** The first thing that differs between a round of the replay and the chain's. */
function mismatchOf(trained: TrainedRoundTask, replayed: TrainedRound): string | undefined {
  const { terms, model } = trained.created;
  const { round, lanes, shares } = replayed;
  const present = Array.from({ length: model.lanes }, (_, lane) => find(trained, round, lane) !== undefined);
  if (laneShares(present).join() !== shares.join()) return "shares";
  for (const { lane, shard, loss, commitment } of lanes) {
    const settled = find(trained, round, lane);
    if (settled?.output !== commitment) return `gradient of lane ${lane}`;
    if (settled.loss !== loss) return `loss of lane ${lane}`;
    const batch = commitmentOf(trained, "train", roundShardIndex(terms, round, lane));
    if (shard !== roundShardIndex(terms, round, lane) || settled.batch !== batch) return `shard of lane ${lane}`;
  }
  return find(trained, round, APPLY_FRAGMENT)?.output === replayed.newHead ? undefined : "head";
}

function find(
  { fragments }: TrainedRoundTask,
  round: number | bigint,
  fragment: number,
): SettledRoundFragment | undefined {
  return fragments.find((settled) => settled.round === Number(round) && settled.fragment === fragment);
}

function commitmentOf({ plan }: TrainedRoundTask, split: "train" | "heldOut", shard: number): bigint {
  return BigInt(plan.published.manifest[split][shard]?.commitment ?? 0);
}
