import { loadCircuit, type Circuit } from "@corex/sdk/circuits/manifest";
import { randomSalt } from "@corex/sdk/commit/random-salt";
import { buildRoundDataset } from "@corex/sdk/data/build-round-dataset";
import { publishRoundDataset, type PublishedRoundDataset } from "@corex/sdk/data/publish-round-dataset";
import type { RawDataset } from "@corex/sdk/data/raw-dataset";
import type { RoundDataset } from "@corex/sdk/data/round-dataset";
import { CorexError } from "@corex/sdk/errors";
import type { ContentStore } from "@corex/sdk/store/content-store";
import { initialModelWeights } from "@corex/sdk/task/initial-weights";
import { roundModel, type RoundCircuits, type RoundModel } from "@corex/sdk/task/round-model";
import { trainRounds } from "@corex/sdk/task/train-rounds";

import { ROUND_CIRCUITS } from "./round-circuits.ts";

/** Sample order and initial weights that the curves in docs/data.md are about. */
const ORDER_SEED = "corex";
const WEIGHTS_SEED = "seed-1";

/** Each costs a proof. */
const HELD_OUT_SHARDS = 4;

/** What data may be like without anything being wrong with it: the circuits cannot learn from it, and a scene is left out. */
const UNFIT = new Set(["DATA_TOO_MANY_CLASSES", "DATA_EMPTY", "MATH_OVERFLOW"]);

/** Everything that is known about the data-parallel task before the chain is. */
export interface RoundPlan {
  readonly rounds: number;
  /** Whether the samples are the demo's own, whose learning curve is known. */
  readonly isKnown: boolean;
  readonly circuits: Required<RoundCircuits<Circuit>>;
  readonly model: RoundModel;
  readonly dataset: RoundDataset;
  readonly published: PublishedRoundDataset;
  readonly initialWeights: readonly bigint[];
}

/** Prepares the data-parallel task, or says why these samples have none. */
export async function planRounds(
  raw: RawDataset,
  { rounds, isKnown }: Pick<RoundPlan, "rounds" | "isKnown">,
  store: ContentStore,
): Promise<RoundPlan | { readonly unfit: string }> {
  const circuits = {
    gradient: loadCircuit(ROUND_CIRCUITS.gradient),
    apply: loadCircuit(ROUND_CIRCUITS.apply),
    evaluate: loadCircuit(ROUND_CIRCUITS.evaluate),
  };
  const { gradient, apply, evaluate } = circuits;
  const model = roundModel({ gradient: gradient.entry, apply: apply.entry, evaluate: evaluate.entry });
  const { m, B: bits, F: fraction } = model;
  const { d, k } = model.shape;
  try {
    const shape = { m, d, k, bits, fraction };
    const dataset = buildRoundDataset(raw, { ...shape, seed: ORDER_SEED, heldOutShards: HELD_OUT_SHARDS });
    const initialWeights = initialModelWeights(model.shape, WEIGHTS_SEED, model);
    await requireProvable({ rounds, model, dataset, initialWeights });
    const published = await publishRoundDataset(dataset, { store, newSalt: () => randomSalt() });
    return { rounds, isKnown, circuits, model, dataset, published, initialWeights };
  } catch (error) {
    if (error instanceof CorexError && UNFIT.has(error.code)) return { unfit: error.message };
    throw error;
  }
}

/** Trains once without proofs: a step in which a value leaves its bits has no proof, and the nodes would wait for ever. */
async function requireProvable({
  rounds,
  model,
  dataset,
  initialWeights,
}: Pick<RoundPlan, "rounds" | "model" | "dataset" | "initialWeights">): Promise<void> {
  const { train, heldOut } = dataset;
  const terms = {
    rounds: BigInt(rounds),
    lanes: BigInt(model.lanes),
    shards: BigInt(train.length),
    heldOut: BigInt(heldOut.length),
  };
  await trainRounds({ model, terms, dataset, initialWeights, modelSalt: 0n });
}
