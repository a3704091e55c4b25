import { circuitId } from "@corex/sdk/circuits/circuit-id";
import { linearStepParams } from "@corex/sdk/circuits/linear-step-params";
import { loadCircuit, type Circuit } from "@corex/sdk/circuits/manifest";
import { commitBatch } from "@corex/sdk/commit/commit-batch";
import { loadShard, type ShardOpening } from "@corex/sdk/data/load-shard";
import { loadManifest, type DatasetManifest } from "@corex/sdk/data/manifest";
import { shardProof, verifyDatasetRoot } from "@corex/sdk/data/shard-tree";
import { CorexError } from "@corex/sdk/errors";
import type { LinearStepParams } from "@corex/sdk/math/linear-step";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import { hashHeads } from "@corex/sdk/task/hash-heads";
import { getTaskManifest, type TaskManifest } from "@corex/sdk/task/manifest";
import { shardIndex } from "@corex/sdk/task/shard-index";
import type { TaskTerms } from "@corex/sdk/task/terms";

import type { KnownTask } from "../journal/task-log.ts";

/** Everything about a task that does not change, checked against its terms. */
export interface TaskInputs {
  readonly task: KnownTask<TaskTerms>;
  readonly manifest: TaskManifest;
  readonly dataset: DatasetManifest;
  readonly circuit: Circuit;
  readonly params: LinearStepParams;
}

/** Fetches what tasks refer to and checks it against what is on chain. Checked tasks are kept in memory. */
export class TaskLibrary {
  readonly #store: ContentStore;
  readonly #inputs = new Map<string, TaskInputs>();

  constructor(store: ContentStore) {
    this.#store = store;
  }

  /**
   * @throws CorexError TASK_MANIFEST_INVALID, TASK_MANIFEST_MISMATCH, DATA_MANIFEST_INVALID, DATA_ROOT_MISMATCH,
   *   CIRCUIT_UNKNOWN, CIRCUIT_MISMATCH, STORE_NOT_FOUND, STORE_DIGEST_MISMATCH.
   */
  async load(task: KnownTask<TaskTerms>): Promise<TaskInputs> {
    const known = this.#inputs.get(task.task);
    if (known !== undefined) return known;

    const { terms } = task;
    const manifest = await getTaskManifest(this.#store, bytes32ToContentId(terms.manifest));
    if (
      hashHeads(manifest.initialHeads) !== terms.initialWeights ||
      manifest.initialHeads.length !== Number(terms.chains)
    ) {
      throw manifestMismatch(task, "its initial heads are not those of the terms");
    }
    const circuit = loadCircuit(manifest.circuit);
    if (circuitId(circuit.entry) !== terms.circuit) {
      throw manifestMismatch(
        task,
        `circuit ${manifest.circuit} has id ${circuitId(circuit.entry)}, the terms say ${terms.circuit}`,
      );
    }
    const dataset = await loadManifest(this.#store, manifest.dataset);
    verifyDatasetRoot(dataset, terms.shardRoot);

    const inputs = { task, manifest, dataset, circuit, params: linearStepParams(circuit.entry) };
    this.#inputs.set(task.task, inputs);
    return inputs;
  }

  /** The shard that a step trains on, opened and checked. @throws CorexError DATA_COMMITMENT_MISMATCH, STORE_*. */
  async shard({ task, dataset, params }: TaskInputs, chain: number, step: number): Promise<ShardOpening> {
    const commit = async ({ X, y, salt }: ShardOpening): Promise<bigint> => commitBatch({ X, y, salt, params });
    return loadShard(dataset, shardIndex(task.terms, chain, step), this.#store, { commit });
  }

  /** Merkle path of the shard that a step trains on. */
  shardPath({ task, dataset }: TaskInputs, chain: number, step: number): string[] {
    return shardProof(dataset, shardIndex(task.terms, chain, step));
  }
}

/** What a task says of itself does not fit what it was published with. */
export function manifestMismatch(
  { task, terms }: KnownTask<{ readonly manifest: string }>,
  reason: string,
): CorexError {
  return new CorexError("TASK_MANIFEST_MISMATCH", `the manifest of task ${task} is not what was published: ${reason}`, {
    details: { task, manifest: terms.manifest },
  });
}
