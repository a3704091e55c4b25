import { circuitId } from "../circuits/circuit-id.ts";
import type { Circuit } from "../circuits/manifest.ts";
import { commitModel } from "../commit/commit-model.ts";
import type { PublishedRoundDataset } from "../data/publish-round-dataset.ts";
import type { RoundSplit } from "../data/round-dataset.ts";
import { shardRoot } from "../data/shard-tree.ts";
import type { ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { requireEvaluation } from "../work/evaluation-format.ts";
import { createWorkTask, type CreateWorkTaskInput } from "./create-work-task.ts";
import { putProvedWorkManifest } from "./proved-work-manifest.ts";
import { modelOpening } from "./tensor-opening.ts";
import { putWeightsOpening } from "./weights-opening.ts";
import type { WorkTerms } from "./work-terms.ts";

/** Follows from circuit and dataset. */
type Derived = "kind" | "spec" | "manifest" | "inputs" | "workUnits" | "circuit" | "acceptScore";

export interface CreateProvedWorkTaskInput extends Omit<CreateWorkTaskInput, Derived> {
  readonly store: ContentStore;
  /** A circuit that evaluates a model on a batch. */
  readonly circuit: Pick<Circuit, "key" | "entry">;
  /** A dataset of rounds whose shards are the inputs. */
  readonly batches: PublishedRoundDataset;
  /** Shards that are evaluated on; "heldOut" when absent. */
  readonly split?: RoundSplit;
  /** Weights in units of 2^(-F), in one list: each matrix row by row, one after the other. */
  readonly weights: readonly bigint[];
  readonly modelSalt: bigint;
}

/** A task of work with a circuit that is ready to be published: everything its nodes need is in the store. */
export interface CreatedProvedWorkTask {
  readonly terms: WorkTerms;
  readonly manifestId: ContentId;
}

/**
 * Commits the weights, stores their opening and the manifest, and fills in the terms of a task whose results a circuit can
 * prove: inference, a fragment for each shard, with the work that the circuit attests to.
 *
 * @throws CorexError CIRCUIT_MISMATCH when the circuit evaluates nothing or the batches have another shape, COMMIT_SHAPE when the
 * number of weights is not that of the model, TASK_INVALID naming the term that the market would refuse, and what the store
 * throws.
 */
export async function createProvedWorkTask(input: CreateProvedWorkTaskInput): Promise<CreatedProvedWorkTask> {
  const { store, circuit, batches, split = "heldOut", weights, modelSalt, ...rest } = input;
  const format = requireEvaluation(circuit.entry, batches.manifest.shape);
  const model = { values: weights, salt: modelSalt, shape: format.shape, format };
  const commitment = await commitModel(model);
  const shards = batches.manifest[split];
  const manifestId = await putProvedWorkManifest(store, {
    circuit: circuit.key,
    weights: await putWeightsOpening(store, modelOpening(model)),
    dataset: batches.manifestId,
    split,
  });
  const terms = createWorkTask({
    ...rest,
    kind: "inference",
    // What is to be done is what the circuit computes: nothing is specified beside the manifest.
    spec: manifestId,
    manifest: manifestId,
    inputs: shards.length,
    workUnits: BigInt(circuit.entry.workUnits),
    circuit: { id: circuitId(circuit.entry), weights: commitment, inputRoot: shardRoot(shards) },
  });
  return { terms, manifestId };
}
