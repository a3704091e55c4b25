import type { CircuitEntry } from "../../../../packages/sdk/src/circuits/manifest.ts";
import type { PublishedRoundDataset } from "../../../../packages/sdk/src/data/publish-round-dataset.ts";
import type { ContentStore } from "../../../../packages/sdk/src/store/content-store.ts";
import type { CreateRoundTaskInput } from "../../../../packages/sdk/src/task/create-round-task.ts";
import { initialModelWeights } from "../../../../packages/sdk/src/task/initial-weights.ts";

/** A circuit of which only its identity matters. */
export function circuitOf(name: string, params: readonly number[]): { key: string; entry: CircuitEntry } {
  const pinned = { path: "", sha256: "" };
  const entry = {
    name,
    version: 1,
    params,
    paramNames: [],
    main: "",
    publicSignals: [],
    constraints: { nonLinear: 0, linear: 0 },
    r1cs: { sha256: "" },
    zkey: pinned,
    verificationKey: pinned,
    transcript: "",
    workUnits: 1,
    devOnly: true,
  };
  return { key: `${name}-${params.join("-")}`, entry };
}

/** Circuits of a perceptron 4 x 3 x 4 on batches of 4, three lanes, learning rate 1/2. */
export const CIRCUITS = {
  gradient: circuitOf("MlpGradient", [4, 4, 3, 4, 16, 8]),
  apply: circuitOf("ApplyStep", [3, 4, 3, 4, 16, 8, 1]),
  evaluate: circuitOf("MlpEvaluate", [4, 4, 3, 4, 16, 8]),
};

export const SHAPE = { kind: "mlp", d: 4, h: 3, k: 4 } as const;

export const MODEL = { shape: SHAPE, m: 4, B: 16, F: 8, T: 1, lanes: 3 };

export const MODEL_SALT = 77n;

export const OWNER = "0x00000000000000000000000000000000000000AA";

/** Five rounds on the sample dataset. */
export function roundTaskInput(store: ContentStore, dataset: PublishedRoundDataset): CreateRoundTaskInput {
  return {
    store,
    circuits: CIRCUITS,
    dataset,
    owner: OWNER,
    rounds: 5,
    quorum: 2,
    fees: { gradient: 3n, apply: 4n, evaluation: 5n },
    fragmentDuration: 60,
    roundDuration: 120,
    initialWeights: initialModelWeights(SHAPE, "start", MODEL),
    modelSalt: MODEL_SALT,
    device: "GPU",
    minTier: 2,
    nonce: 9n,
  };
}
