import { publishNetworkRoundTask } from "@corex/sdk/actions/publish-network-round-task";
import { readSettledRoundFragments, type SettledRoundFragment } from "@corex/sdk/actions/read-settled-round-fragments";
import { registerCircuit } from "@corex/sdk/actions/register-circuit";
import { circuitParams, circuitTemplate, modelShape } from "@corex/sdk/circuits/circuit-params";
import { loadCircuit } from "@corex/sdk/circuits/manifest";
import { classTargets } from "@corex/sdk/data/class-targets";
import { publishRoundDataset, type PublishedRoundDataset } from "@corex/sdk/data/publish-round-dataset";
import type { RoundDataset, RoundShard } from "@corex/sdk/data/round-dataset";
import { createRoundTask, type CreatedRoundTask } from "@corex/sdk/task/create-round-task";
import { initialModelWeights } from "@corex/sdk/task/initial-weights";
import { trainRounds, type TrainRoundsInput, type TrainedRounds } from "@corex/sdk/task/train-rounds";

import { circuitRegistration } from "../../../deploy/circuit-registration.ts";
import type { AgentWorld } from "./agent-world.ts";

const MODEL_SALT = 1_234_567n;

/** Keys in circuits.json of circuits that belong together. */
export interface RoundCircuitKeys {
  readonly gradient: string;
  readonly apply: string;
  readonly evaluate?: string;
}

/** A linear model with one output in four lanes: the quickest to prove. */
export const LINEAR: RoundCircuitKeys = { gradient: "linear-gradient-8x8", apply: "apply-step-4-8x1" };

/** A perceptron in four lanes, which is evaluated. */
export const MLP: RoundCircuitKeys = {
  gradient: "mlp-gradient-8x8x8x4",
  apply: "apply-step-4-8x8x4",
  evaluate: "mlp-evaluate-8x8x8x4",
};

export interface RoundPublishOptions {
  readonly rounds?: number;
  readonly quorum?: number;
  /** Seconds that a node has for a fragment, and that a round waits for lanes beyond its quorum. */
  readonly seconds?: number;
  readonly circuits?: RoundCircuitKeys;
}

export interface PublishedRounds {
  readonly task: string;
  readonly created: CreatedRoundTask;
  readonly published: PublishedRoundDataset;
  /** The whole task in plain arithmetic; all lanes are present unless `isPresent` says otherwise. */
  train(isPresent?: TrainRoundsInput["isPresent"]): Promise<TrainedRounds>;
}

/** Enters circuits into the registry of the world. */
export async function registerCircuits({ admin }: AgentWorld, keys: RoundCircuitKeys): Promise<void> {
  for (const key of Object.values(keys) as string[]) {
    const { name, terms, verifyingKey } = circuitRegistration(loadCircuit(key).entry);
    await registerCircuit(admin, { name, terms, key: verifyingKey });
  }
}

/** Publishes a network task of rounds on a tiny dataset, with a shard for every gradient, and one held out. */
export async function publishRounds(world: AgentWorld, options: RoundPublishOptions = {}): Promise<PublishedRounds> {
  const { rounds = 1, seconds = 300, circuits: keys = LINEAR } = options;
  const circuits = {
    gradient: loadCircuit(keys.gradient),
    apply: loadCircuit(keys.apply),
    ...(keys.evaluate === undefined ? {} : { evaluate: loadCircuit(keys.evaluate) }),
  };
  const dataset = tinyDataset(circuits.gradient.entry, 4 * rounds);
  const published = await publishRoundDataset(dataset, {
    store: world.store,
    newSalt: (split, index) => BigInt(index + 1) + (split === "heldOut" ? 1_000n : 0n),
  });
  const shape = modelShape(circuits.gradient.entry);
  const initialWeights = initialModelWeights(shape, "start", { F: dataset.shape.fraction });
  const created = await createRoundTask({
    store: world.store,
    circuits,
    dataset: published,
    owner: world.admin.sender.address,
    rounds,
    ...(options.quorum === undefined ? {} : { quorum: options.quorum }),
    fees: { gradient: 0n, apply: 0n, evaluation: 0n },
    fragmentDuration: seconds,
    roundDuration: seconds,
    initialWeights,
    modelSalt: MODEL_SALT,
    nonce: world.nextNonce(),
  });
  const { result: task } = await publishNetworkRoundTask(world.admin, created.terms);
  const input = { model: created.model, terms: created.terms, dataset, initialWeights, modelSalt: MODEL_SALT };
  return {
    task,
    created,
    published,
    train: async (isPresent = () => true) => trainRounds({ ...input, isPresent }),
  };
}

/** Every settled fragment of a task of rounds, in order. */
export async function settledRounds(
  { suite, provider }: AgentWorld,
  task: string,
): Promise<readonly SettledRoundFragment[]> {
  const toBlock = await provider.getBlockNumber();
  return (await readSettledRoundFragments(suite.contracts, provider, { task, fromBlock: 0, toBlock })).fragments;
}

/** Made without randomness, so that every run is the same. */
export function tinyDataset(circuit: Parameters<typeof modelShape>[0], count: number): RoundDataset {
  const { d, k } = modelShape(circuit);
  const params: Readonly<Record<string, number>> = circuitParams(circuit, circuitTemplate(circuit));
  const { m = 0, B: bits = 0, F: fraction = 0 } = params;
  const one = 1n << BigInt(fraction);
  const value = (a: number, b: number, c: number) => BigInt(((a * 7_919 + b * 104_729 + c * 1_299_709) % 401) - 200);
  const classes = k === 1 ? 2 : k;
  const shard = (index: number, seed: number): RoundShard => {
    const rows = Array.from({ length: m }, (_, i) => i);
    const X = rows.map((i) => Array.from({ length: d }, (_, j) => (j === d - 1 ? one : value(seed, i, j))));
    return {
      index,
      X,
      Y: classTargets(
        rows.map((i) => (i + seed) % classes),
        k,
        fraction,
      ),
    };
  };
  return {
    shape: { m, d, k, bits, fraction },
    seed: "tiny",
    classes: Array.from({ length: classes }, (_, label) => `class-${label}`),
    features: [],
    train: Array.from({ length: count }, (_, index) => shard(index, index)),
    heldOut: [shard(0, 99)],
    counts: { train: Array<number>(classes).fill(m), heldOut: Array<number>(classes).fill(m) },
    source: "generated",
  };
}
