import { circuitId } from "../circuits/circuit-id.ts";
import { readManifest } from "../circuits/manifest.ts";
import { loadRoundDatasetManifest, type RoundDatasetManifest } from "../data/round-dataset-manifest.ts";
import type { RoundSplit } from "../data/round-dataset.ts";
import { verifyShardRoot } from "../data/shard-tree.ts";
import { CorexError } from "../errors.ts";
import { bytes32ToContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { getProvedWorkManifest } from "../task/proved-work-manifest.ts";
import { modelOpening } from "../task/tensor-opening.ts";
import { getWeightsOpening, type WeightsOpening } from "../task/weights-opening.ts";
import type { WorkTerms } from "../task/work-terms.ts";
import { type EvaluationFormat, requireEvaluation } from "./evaluation-format.ts";
import { WORK_KIND } from "./work-kind.ts";

/** Everything about a task of work with a circuit that its fragments share, checked against its terms. */
export interface ProvedWork {
  readonly terms: WorkTerms;
  /** Key of the circuit in circuits.json. */
  readonly circuit: string;
  readonly format: EvaluationFormat;
  readonly weights: WeightsOpening;
  readonly dataset: RoundDatasetManifest;
  readonly split: RoundSplit;
}

/**
 * Fetches what a task of work with a circuit refers to, and checks it against what is on chain. The circuit need not be compiled
 * here: evaluating takes its parameters alone.
 *
 * @throws CorexError TASK_INVALID when it is no inference, TASK_MANIFEST_INVALID, TASK_MANIFEST_MISMATCH, CIRCUIT_UNKNOWN,
 *   CIRCUIT_MISMATCH, WEIGHTS_OPENING_INVALID, WEIGHTS_COMMITMENT_MISMATCH, DATA_MANIFEST_INVALID, DATA_ROOT_MISMATCH, and what
 *   the store throws.
 */
export async function loadProvedWork(store: ContentStore, terms: WorkTerms): Promise<ProvedWork> {
  if (Number(terms.kind) !== WORK_KIND.inference) {
    throw new CorexError("TASK_INVALID", `work of kind ${terms.kind} has a circuit: claims are inference`);
  }
  const manifest = await getProvedWorkManifest(store, bytes32ToContentId(terms.manifest));
  const { circuit, split } = manifest;
  const entry = readManifest().circuits[circuit];
  if (entry === undefined) throw new CorexError("CIRCUIT_UNKNOWN", `no circuit "${circuit}" in circuits.json`);
  if (circuitId(entry) !== terms.circuit) {
    throw mismatch(terms, `circuit ${circuit} has id ${circuitId(entry)}, the terms say ${terms.circuit}`);
  }
  const dataset = await loadRoundDatasetManifest(store, manifest.dataset);
  verifyShardRoot(dataset[split], terms.inputRoot);
  const format = requireEvaluation(entry, dataset.shape);
  const weights = await getWeightsOpening(store, manifest.weights, terms.weights);
  const expected = modelOpening({ ...weights, shape: format.shape, format });
  if (describe(weights) !== describe(expected)) {
    throw mismatch(terms, `its weights are ${describe(weights)}, the circuit takes ${describe(expected)}`);
  }
  return { terms, circuit, format, weights, dataset, split };
}

function describe({ rows, cols, depth, bits, fraction }: WeightsOpening): string {
  return `${[rows, cols, ...(depth === undefined ? [] : [depth])].join(" x ")} in ${bits} bits, ${fraction} of fraction`;
}

function mismatch({ manifest }: WorkTerms, reason: string): CorexError {
  return new CorexError("TASK_MANIFEST_MISMATCH", `the manifest of the work is not what was published: ${reason}`, {
    details: { manifest },
  });
}
