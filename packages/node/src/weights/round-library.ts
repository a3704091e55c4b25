import { circuitId } from "@corex/sdk/circuits/circuit-id";
import { loadCircuit, type Circuit } from "@corex/sdk/circuits/manifest";
import { loadRoundShard, type RoundShardOpening } from "@corex/sdk/data/load-round-shard";
import { loadRoundDatasetManifest, type RoundDatasetManifest } from "@corex/sdk/data/round-dataset-manifest";
import type { RoundSplit } from "@corex/sdk/data/round-dataset";
import { shardProofIn, verifyShardRoot } from "@corex/sdk/data/shard-tree";
import { bytes32ToContentId } from "@corex/sdk/store/content-id";
import type { ContentStore } from "@corex/sdk/store/content-store";
import { getRoundManifest, type RoundTaskManifest } from "@corex/sdk/task/round-manifest";
import { roundModel, type RoundCircuits, type RoundModel } from "@corex/sdk/task/round-model";
import type { RoundTerms } from "@corex/sdk/task/round-terms";

import type { KnownTask } from "../journal/task-log.ts";
import { manifestMismatch } from "./task-library.ts";

/** Everything about a task of rounds that does not change, checked against its terms. */
export interface RoundInputs {
  readonly task: KnownTask<RoundTerms>;
  readonly manifest: RoundTaskManifest;
  readonly dataset: RoundDatasetManifest;
  readonly circuits: RoundCircuits<Circuit>;
  readonly model: RoundModel;
}

/** Fetches what tasks of rounds refer to and checks it against what is on chain. Checked tasks are kept in memory. */
export class RoundLibrary {
  readonly #store: ContentStore;
  readonly #inputs = new Map<string, RoundInputs>();

  constructor(store: ContentStore) {
    this.#store = store;
  }

  /**
   * @throws CorexError TASK_MANIFEST_INVALID, TASK_MANIFEST_MISMATCH, DATA_MANIFEST_INVALID, DATA_ROOT_MISMATCH,
   *   CIRCUIT_UNKNOWN, CIRCUIT_MISMATCH, STORE_NOT_FOUND, STORE_DIGEST_MISMATCH.
   */
  async load(task: KnownTask<RoundTerms>): Promise<RoundInputs> {
    const known = this.#inputs.get(task.task);
    if (known !== undefined) return known;

    const { terms } = task;
    const manifest = await getRoundManifest(this.#store, bytes32ToContentId(terms.manifest));
    if (manifest.initialHead !== terms.initialWeights) {
      throw manifestMismatch(task, "its initial head is not that of the terms");
    }
    const { gradient, apply, evaluate } = manifest.circuits;
    const circuits = {
      gradient: requireCircuit(task, gradient, terms.gradientCircuit),
      apply: requireCircuit(task, apply, terms.applyCircuit),
      ...(evaluate === undefined ? {} : { evaluate: requireCircuit(task, evaluate, terms.evaluateCircuit) }),
    };
    const model = roundModel({
      gradient: circuits.gradient.entry,
      apply: circuits.apply.entry,
      ...(circuits.evaluate === undefined ? {} : { evaluate: circuits.evaluate.entry }),
    });
    if (BigInt(model.lanes) !== terms.lanes) throw manifestMismatch(task, `its circuits have ${model.lanes} lanes`);
    const dataset = await loadRoundDatasetManifest(this.#store, manifest.dataset);
    verifyShardRoot(dataset.train, terms.shardRoot);
    if (circuits.evaluate !== undefined) verifyShardRoot(dataset.heldOut, terms.heldOutRoot);

    const inputs = { task, manifest, dataset, circuits, model };
    this.#inputs.set(task.task, inputs);
    return inputs;
  }

  /** A shard of either split, opened and checked. @throws CorexError DATA_*, STORE_*. */
  async shard({ dataset }: RoundInputs, split: RoundSplit, index: number): Promise<RoundShardOpening> {
    return loadRoundShard(dataset, split, index, this.#store);
  }

  /** Merkle path of a shard. @throws CorexError DATA_UNKNOWN_SHARD. */
  shardPath({ dataset }: RoundInputs, split: RoundSplit, index: number): string[] {
    return shardProofIn(dataset[split], index);
  }
}

function requireCircuit(task: KnownTask<RoundTerms>, key: string, expected: string): Circuit {
  const circuit = loadCircuit(key);
  const actual = circuitId(circuit.entry);
  if (actual === expected) return circuit;
  throw manifestMismatch(task, `circuit ${key} has id ${actual}, the terms say ${expected}`);
}
