import type { DeviceClass } from "../actions/register-node.ts";
import { circuitId } from "../circuits/circuit-id.ts";
import type { Circuit } from "../circuits/manifest.ts";
import { commitModel } from "../commit/commit-model.ts";
import type { PublishedRoundDataset } from "../data/publish-round-dataset.ts";
import { CorexError } from "../errors.ts";
import { contentIdToBytes32, type ContentId } from "../store/content-id.ts";
import type { ContentStore } from "../store/content-store.ts";
import { deviceTerm } from "./device-term.ts";
import { putRoundManifest } from "./round-manifest.ts";
import { type RoundCircuits, roundModel, type RoundModel } from "./round-model.ts";
import type { RoundTerms } from "./round-terms.ts";
import { modelOpening } from "./tensor-opening.ts";
import { putWeightsOpening } from "./weights-opening.ts";

/** Stands for "none" in terms. */
const ZERO_HASH = `0x${"0".repeat(64)}`;

export interface CreateRoundTaskInput {
  readonly store: ContentStore;
  /** Gradient, apply and, to have the model evaluated, evaluate circuit. */
  readonly circuits: RoundCircuits<Pick<Circuit, "key" | "entry">>;
  readonly dataset: PublishedRoundDataset;
  /** Account that will publish. */
  readonly owner: string;
  /** Rounds, each one step of the model. */
  readonly rounds: number;
  /** Gradients that are enough for a round once `roundDuration` is over; all lanes when absent. */
  readonly quorum?: number;
  /** CXT wei; zero for a network task. */
  readonly fees: { readonly gradient: bigint; readonly apply: bigint; readonly evaluation: bigint };
  /** Seconds from assignment to submission. */
  readonly fragmentDuration: number;
  /** Seconds from the opening of a round after which a quorum is enough; at least `fragmentDuration`. */
  readonly roundDuration: number;
  /** Weights that the first round starts from, in units of 2^(-F), in one list; see `initialModelWeights`. */
  readonly initialWeights: readonly bigint[];
  /** Salt of all weights and gradients: keep that of the parent model when its weights are the start. */
  readonly modelSalt: bigint;
  /** Hardware the nodes must have; any when absent. */
  readonly device?: DeviceClass;
  /** Lowest tier of the nodes, 0 to 4; 0 when absent. */
  readonly minTier?: number;
  /** Tells apart tasks that are equal otherwise. */
  readonly nonce: bigint;
}

/** A round task that is ready to be published: everything its nodes need is in the store. */
export interface CreatedRoundTask {
  readonly terms: RoundTerms;
  readonly manifestId: ContentId;
  readonly model: RoundModel;
  /** Weights commitment that the first round starts from: `terms.initialWeights`. */
  readonly head: bigint;
}

/**
 * Commits the initial weights, stores their opening and the task manifest, and fills in the terms.
 *
 * @throws CorexError CIRCUIT_MISMATCH when the circuits do not belong together, TASK_INVALID when the dataset has another
 * shape than they or the quorum more lanes, COMMIT_SHAPE when the number of initial weights is not that of the model, and
 * what the store and the commitments throw.
 */
export async function createRoundTask(input: CreateRoundTaskInput): Promise<CreatedRoundTask> {
  const { store, circuits, dataset, modelSalt } = input;
  const { gradient, apply, evaluate } = circuits;
  const model = roundModel({
    gradient: gradient.entry,
    apply: apply.entry,
    ...(evaluate === undefined ? {} : { evaluate: evaluate.entry }),
  });
  requireDataset(dataset, model);
  const quorum = requireQuorum(input.quorum ?? model.lanes, model);

  const initial = { values: input.initialWeights, salt: modelSalt, shape: model.shape, format: model };
  const head = await commitModel(initial);
  const manifestId = await putRoundManifest(store, {
    circuits: {
      gradient: gradient.key,
      apply: apply.key,
      ...(evaluate === undefined ? {} : { evaluate: evaluate.key }),
    },
    dataset: dataset.manifestId,
    shape: model.shape,
    modelSalt,
    initialHead: head,
    initialWeights: await putWeightsOpening(store, modelOpening(initial)),
    labels: dataset.manifest.classes,
  });
  const terms: RoundTerms = {
    owner: input.owner,
    gradientCircuit: circuitId(gradient.entry),
    applyCircuit: circuitId(apply.entry),
    evaluateCircuit: evaluate === undefined ? ZERO_HASH : circuitId(evaluate.entry),
    shardRoot: dataset.shardRoot,
    heldOutRoot: evaluate === undefined ? ZERO_HASH : dataset.heldOutRoot,
    initialWeights: head,
    manifest: contentIdToBytes32(manifestId),
    feePerGradient: input.fees.gradient,
    feePerApply: input.fees.apply,
    feePerEvaluation: evaluate === undefined ? 0n : input.fees.evaluation,
    fragmentDuration: BigInt(input.fragmentDuration),
    roundDuration: BigInt(input.roundDuration),
    rounds: BigInt(input.rounds),
    shards: BigInt(dataset.manifest.train.length),
    lanes: BigInt(model.lanes),
    quorum: BigInt(quorum),
    heldOut: evaluate === undefined ? 0n : BigInt(dataset.manifest.heldOut.length),
    device: deviceTerm(input.device),
    minTier: BigInt(input.minTier ?? 0),
    nonce: input.nonce,
  };
  return { terms, manifestId, model, head };
}

function requireDataset(
  { manifest: { shape } }: PublishedRoundDataset,
  { shape: { d, k }, m, B, F }: RoundModel,
): void {
  const actual = [shape.m, shape.d, shape.k, shape.bits, shape.fraction];
  const expected = [m, d, k, B, F];
  if (actual.join() === expected.join()) return;
  throw invalid(`the dataset has (m, d, k, B, F) = (${actual.join(", ")}), the circuits (${expected.join(", ")})`);
}

function requireQuorum(quorum: number, { lanes }: RoundModel): number {
  if (Number.isInteger(quorum) && quorum >= 1 && quorum <= lanes) return quorum;
  throw invalid(`a quorum of ${quorum} is not in [1, ${lanes}], the lanes of the apply circuit`);
}

function invalid(message: string): CorexError {
  return new CorexError("TASK_INVALID", message, { retry: "after-change" });
}
