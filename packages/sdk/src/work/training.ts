import { CorexError } from "../errors.ts";
import type { ContentStore } from "../store/content-store.ts";
import { baselineLoss, evaluateNetwork, type NetworkMetrics } from "./evaluate-network.ts";
import { MAX_RESULT_BYTES, requireAffordable, requireResultSize, requireValuesFit } from "./limits.ts";
import { networkSize } from "./network.ts";
import { trainNetwork } from "./train-network.ts";
import type { TrainingParams } from "./training-params.ts";
import { readTraining, type TrainingResult, writeTraining } from "./training-result.ts";
import { abstainOver, accept, reject } from "./verdict.ts";
import { forKind, type WorkExecutor } from "./work-executor.ts";
import { readSamples, type WorkSamples } from "./work-input.ts";

/** Multiplications of a step for each weight and sample: forward, and backward by weights and by values. */
const PASSES = 3;
/** Updates of the weights in one fragment: small batches cost time, some milliseconds each, that their multiplications do not show. */
const MAX_STEPS = 2 ** 15;

/**
 * Trains a network on the samples of a fragment. Checking evaluates the weights again on the public validation samples: it
 * tells what they are worth, not how they were found. Units: 3 x epochs x samples x weights.
 */
export const TRAINING: WorkExecutor = forKind("training", {
  async execute(spec, input, { store, node, fragment }) {
    const { training } = spec;
    const samples = samplesOf(training, input);
    requireAffordable("training", unitsOf(training, samples));
    requireFewSteps(training, samples);
    requireValuesFit(networkSize(training.architecture), spec);
    const validation = await validationOf(training, store);
    const weights = await trainNetwork(training, samples);
    const metrics = evaluateNetwork(training.architecture, weights, validation);
    const problem = qualityProblem(training, metrics, validation);
    if (problem !== undefined) {
      throw new CorexError("WORK_BELOW_QUALITY", `training as the spec says ends in a result it refuses: ${problem}`);
    }
    const result = writeTraining({ node, fragment, ...metrics, weights });
    requireResultSize(result, spec);
    return result;
  },

  async check(spec, _input, result, { store, node, fragment }) {
    const { training } = spec;
    let validation: WorkSamples;
    try {
      validation = await validationOf(training, store);
    } catch (error) {
      return abstainOver(error);
    }
    let parsed: TrainingResult;
    try {
      parsed = readTraining(result, spec.maxResultBytes);
    } catch (error) {
      if (error instanceof CorexError) return reject(error.message);
      throw error;
    }
    const problem = problemOf(training, parsed, validation, { node, fragment });
    if (problem !== undefined) return reject(problem);
    const { hits } = parsed;
    return accept(
      `the weights reach the claimed metrics on the validation samples: ${hits} of ${validation.labels.length}`,
    );
  },

  // Weights of zero with the metrics of real ones: what somebody would submit who did nothing.
  lie(result) {
    const training = readTraining(result, MAX_RESULT_BYTES);
    return writeTraining({ ...training, weights: training.weights.map(() => 0) });
  },

  units: ({ training }, input) => Promise.resolve(unitsOf(training, samplesOf(training, input))),
});

function samplesOf({ architecture: { inputs, classes } }: TrainingParams, bytes: Uint8Array): WorkSamples {
  return readSamples(bytes, inputs, classes);
}

/** @throws CorexError WORK_TOO_LARGE when evaluating on the samples would, and what reading and fetching throw. */
async function validationOf(training: TrainingParams, store: ContentStore): Promise<WorkSamples> {
  const validation = samplesOf(training, await store.get(training.validation));
  requireAffordable("training", validation.labels.length * networkSize(training.architecture));
  return validation;
}

function unitsOf({ architecture, epochs }: TrainingParams, { labels }: WorkSamples): number {
  return PASSES * epochs * labels.length * networkSize(architecture);
}

/** @throws CorexError WORK_TOO_LARGE. */
function requireFewSteps({ epochs, batchSize }: TrainingParams, { labels }: WorkSamples): void {
  const steps = epochs * Math.ceil(labels.length / batchSize);
  if (steps <= MAX_STEPS) return;
  throw new CorexError("WORK_TOO_LARGE", `training takes ${steps} steps, at most ${MAX_STEPS} are allowed`, {
    retry: "after-change",
  });
}

/** Why a result of anyone is refused; undefined when it is not. */
function problemOf(
  training: TrainingParams,
  { node, fragment, loss, hits, weights }: TrainingResult,
  validation: WorkSamples,
  executor: { readonly node: number; readonly fragment: number },
): string | undefined {
  if (node !== executor.node) return `the result names node ${node}, node ${executor.node} submitted it: copied`;
  if (fragment !== executor.fragment) return `the result is of fragment ${fragment}, expected ${executor.fragment}`;
  const size = networkSize(training.architecture);
  if (weights.length !== size) return `${weights.length} weights, the architecture has ${size}`;
  const found = evaluateNetwork(training.architecture, weights, validation);
  const { absolute, relative, hits: hitsApart } = training.tolerance;
  const allowed = absolute + relative * found.loss;
  // Written so that NaN and infinity fail.
  if (!(Number.isFinite(found.loss) && Math.abs(loss - found.loss) <= allowed)) {
    return `the loss is ${found.loss}, claimed ${loss}, at most ${allowed} apart is allowed`;
  }
  if (Math.abs(hits - found.hits) > hitsApart) {
    return `${found.hits} samples are classified rightly, claimed ${hits}, at most ${hitsApart} apart is allowed`;
  }
  return qualityProblem(training, found, validation);
}

function qualityProblem(
  { margin, minAccuracy }: TrainingParams,
  { loss, hits }: NetworkMetrics,
  { labels }: WorkSamples,
): string | undefined {
  const most = baselineLoss({ labels }) - margin;
  if (!(loss <= most)) return `the loss ${loss} is above ${most}, that of the class frequencies minus ${margin}`;
  if (hits < minAccuracy * labels.length) {
    return `${hits} of ${labels.length} samples are classified rightly, ${minAccuracy} of them are asked for`;
  }
  return undefined;
}
