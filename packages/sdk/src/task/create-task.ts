import type { DeviceClass } from "../actions/register-node.ts";
import { circuitId } from "../circuits/circuit-id.ts";
import { linearStepParams } from "../circuits/linear-step-params.ts";
import type { Circuit } from "../circuits/manifest.ts";
import { commitWeights } from "../commit/commit-weights.ts";
import type { PublishedDataset } from "../data/publish-dataset.ts";
import { CorexError } from "../errors.ts";
import { contentIdToBytes32, type ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { deviceTerm } from "./device-term.ts";
import { hashHeads } from "./hash-heads.ts";
import { putTaskManifest } from "./manifest.ts";
import type { TaskTerms } from "./terms.ts";
import { putWeightsOpening } from "./weights-opening.ts";

export interface CreateTaskInput {
  readonly store: ContentStore;
  readonly circuit: Circuit;
  readonly dataset: PublishedDataset;
  /** Account that will publish. */
  readonly owner: string;
  /** Steps of each chain. */
  readonly steps: number;
  /** CXT wei; zero for a network task. */
  readonly feePerFragment: bigint;
  /** Seconds from assignment to submission. */
  readonly fragmentDuration: number;
  /** Weights each chain starts from, d values each in units of 2^(-F); zeros when absent. */
  readonly initialWeights?: readonly (readonly bigint[])[];
  /** Salt of all weights and gradients: keep that of the parent model when its weights are the start. */
  readonly modelSalt: bigint;
  /** Hardware the nodes must have; any when absent. */
  readonly device?: DeviceClass;
  /** Lowest tier of the nodes, 0 to 4; 0 when absent. */
  readonly minTier?: number;
  /** Tells apart tasks that are equal otherwise. */
  readonly nonce: bigint;
}

/** A task that is ready to be published: everything its nodes need is in the store. */
export interface CreatedTask {
  readonly terms: TaskTerms;
  readonly manifestId: ContentId;
  /** Weights commitment that each chain starts from. */
  readonly heads: readonly bigint[];
}

/**
 * Commits the initial weights, stores their openings and the task manifest, and fills in the terms.
 *
 * @throws CorexError TASK_INVALID when the initial weights are not one row of d values per chain, and what the store and
 *   the commitments throw.
 */
export async function createTask(input: CreateTaskInput): Promise<CreatedTask> {
  const { store, circuit, dataset, modelSalt } = input;
  const params = linearStepParams(circuit.entry);
  const { chains, shardsPerChain } = dataset;
  const zeros = Array<bigint>(params.d).fill(0n);
  const initial = input.initialWeights ?? Array.from({ length: chains }, () => zeros);
  const wrong = initial.find((weights) => weights.length !== params.d);
  if (initial.length !== chains || wrong !== undefined) {
    throw new CorexError(
      "TASK_INVALID",
      `initial weights are ${initial.length} rows of ${(wrong ?? initial[0])?.length ?? 0} values, expected ${chains} rows of ${params.d}`,
      { retry: "after-change" },
    );
  }

  const heads: bigint[] = [];
  const openings: ContentId[] = [];
  for (const weights of initial) {
    heads.push(await commitWeights({ weights, salt: modelSalt, params }));
    const shape = { rows: params.d, cols: 1, bits: params.B, fraction: params.F };
    openings.push(await putWeightsOpening(store, { ...shape, values: weights, salt: modelSalt }));
  }
  const manifestId = await putTaskManifest(store, {
    circuit: circuit.key,
    dataset: dataset.manifestId,
    modelSalt,
    initialHeads: heads,
    initialWeights: openings,
    labels: dataset.manifest.classes,
  });
  const terms: TaskTerms = {
    owner: input.owner,
    circuit: circuitId(circuit.entry),
    shardRoot: dataset.root,
    initialWeights: hashHeads(heads),
    manifest: contentIdToBytes32(manifestId),
    feePerFragment: input.feePerFragment,
    fragmentDuration: BigInt(input.fragmentDuration),
    steps: BigInt(input.steps),
    shardsPerChain: BigInt(shardsPerChain),
    chains: BigInt(chains),
    device: deviceTerm(input.device),
    minTier: BigInt(input.minTier ?? 0),
    nonce: input.nonce,
  };
  return { terms, manifestId, heads };
}
