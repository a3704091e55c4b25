import {
  type CircuitName,
  circuitParams,
  circuitTemplate,
  modelShape,
} from "../../../packages/sdk/src/circuits/circuit-params.ts";
import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { signedBounds } from "../../../packages/sdk/src/math/fixed-point.ts";
import type { Matrix } from "../../../packages/sdk/src/math/matrix.ts";
import { type ModelShape, weightCount } from "../../../packages/sdk/src/math/model-shape.ts";
import { applyStepStatement } from "../../../packages/sdk/src/proof/apply-step.ts";
import { linearProgressStatement, type ProgressSecrets } from "../../../packages/sdk/src/proof/linear-progress.ts";
import { linearResidualsStatement, type ResidualsSecrets } from "../../../packages/sdk/src/proof/linear-residuals.ts";
import type { Statement } from "../../../packages/sdk/src/proof/prove-statement.ts";
import {
  evaluationStatementOf,
  gradientStatementOf,
  stepStatementOf,
} from "../../../packages/sdk/src/proof/prove-model.ts";
import type { TrainingSecrets } from "../../../packages/sdk/src/proof/training-secrets.ts";
import type { CircuitInputs } from "../../../packages/sdk/src/proof/prover.ts";
import { drawModelVector, drawValues } from "./model-vectors.ts";
import type { Random } from "./random.ts";

/** What makes a statement of some circuit, by name: tensors, salts, context. */
export type Secrets = TrainingSecrets & Readonly<Record<string, unknown>>;

/** A circuit that is compared with the SDK, on a tiny instance and on that of the manifest. */
export interface SdkInstance {
  /** Source without extension. */
  readonly file: string;
  readonly tiny: CircuitName;
  readonly publicInputs: readonly string[];
  /** Key of the manifest, when an instance of it has one. */
  readonly key?: string;
  /** What only this circuit takes. */
  readonly extra?: (random: Random, secrets: Secrets, entry: CircuitName) => object;
  /** Random vectors leave its ranges now and then. */
  readonly refuses: boolean;
  /** Remainders are among its inputs, so that roundings of exactly one half can be counted. */
  readonly rounds?: true;
  readonly statement: (secrets: never, entry: CircuitName) => Promise<Statement<unknown>>;
  /** Inputs that claim what the SDK refuses to state; by default those of the statement with room for every value. */
  readonly claim?: (secrets: never, wide: CircuitName) => Promise<CircuitInputs>;
  /** Full name of the challenge, and the inputs that it does not depend on. */
  readonly challenge?: { readonly name: string; readonly without: readonly string[] };
}

const lanes = (random: Random, secrets: Secrets, entry: CircuitName): object => {
  const { N, B } = circuitParams(entry, "ApplyStep");
  const last = Number(random.next() % BigInt(N));
  const scale = random.pick([2n, 16n, signedBounds(B).max]);
  const gradients = Array.from({ length: N }, (_, lane) =>
    lane === last || random.next() % 2n === 0n ? drawValues(random, secrets.weights.length, B, scale) : undefined,
  );
  return { gradients };
};

/** Weights that are as good: the same, or those of a step if it helps; sometimes neither. */
const newWeights = (random: Random, { weights }: Secrets, entry: CircuitName): object => {
  const { B } = circuitParams(entry, "LinearProgress");
  const { min, max } = signedBounds(B);
  const near = weights.map((w) => w + random.between(-1n, 1n));
  return { newWeights: near.map((w) => (w < min ? min : w > max ? max : w)) };
};

const slack = (random: Random): object =>
  random.next() % 2n === 0n ? {} : { residualBound: 1n << random.between(9n, 12n), gradientBound: 127n };

/** Bounds that do not hold, or do. */
const claimBounds = async (secrets: ResidualsSecrets, wide: CircuitName): Promise<CircuitInputs> => {
  const { residualBound, gradientBound, ...rest } = secrets;
  const { inputs } = await linearResidualsStatement(rest, wide);
  return {
    ...inputs,
    ...(residualBound === undefined ? {} : { residualBound }),
    ...(gradientBound === undefined ? {} : { gradientBound }),
  };
};

/** A loss that rises, or not. */
const claimProgress = async (secrets: ProgressSecrets, wide: CircuitName): Promise<CircuitInputs> => {
  const { inputs } = await linearProgressStatement({ ...secrets, newWeights: secrets.weights }, wide);
  return { ...inputs, w2: [...secrets.newWeights] };
};

/** What a dishonest node would claim of a vector: all that follows from it, whatever its range. */
export async function claimedInputs(instance: SdkInstance, secrets: Secrets): Promise<CircuitInputs> {
  const wide = widened(instance.tiny);
  if (instance.claim !== undefined) return instance.claim(secrets as never, wide);
  return (await instance.statement(secrets as never, wide)).inputs;
}

/** LinearStep has tests of its own against the SDK. */
export const SDK_INSTANCES: Readonly<Record<string, SdkInstance>> = {
  LinearGradient: {
    file: "linear_gradient",
    tiny: { name: "LinearGradient", params: [2, 2, 8, 3] },
    publicInputs: ["ctx"],
    key: "linear-gradient-8x8",
    refuses: true,
    statement: gradientStatementOf,
  },
  LinearGradientK: {
    file: "linear_gradient_k",
    tiny: { name: "LinearGradientK", params: [2, 2, 2, 6, 8, 3] },
    publicInputs: ["ctx"],
    refuses: true,
    rounds: true,
    statement: gradientStatementOf,
    challenge: { name: "main.challenge.z", without: [] },
  },
  LinearStepK: {
    file: "linear_step_k",
    tiny: { name: "LinearStepK", params: [2, 2, 3, 8, 8, 3, 2] },
    publicInputs: ["ctx"],
    key: "linear-step-k-8x8x4",
    refuses: true,
    rounds: true,
    statement: stepStatementOf,
    challenge: { name: "main.step.challenge.z", without: ["W2"] },
  },
  MlpGradient: {
    file: "mlp_gradient",
    tiny: { name: "MlpGradient", params: [2, 2, 2, 2, 8, 3] },
    publicInputs: ["ctx"],
    key: "mlp-gradient-8x8x8x4",
    refuses: true,
    rounds: true,
    statement: gradientStatementOf,
    challenge: { name: "main.challenge.z", without: [] },
  },
  MlpStep: {
    file: "mlp_step",
    tiny: { name: "MlpStep", params: [2, 3, 2, 1, 8, 3, 2] },
    publicInputs: ["ctx"],
    key: "mlp-step-8x8x8x2",
    refuses: true,
    rounds: true,
    statement: stepStatementOf,
    challenge: { name: "main.step.challenge.z", without: ["W1new", "W2new"] },
  },
  ApplyStep: {
    file: "apply_step",
    tiny: { name: "ApplyStep", params: [3, 3, 0, 1, 8, 3, 2] },
    publicInputs: ["shares", "ctx"],
    key: "apply-step-4-8x8x4",
    extra: lanes,
    refuses: true,
    statement: applyStepStatement,
  },
  "ApplyStep, perceptron": {
    file: "apply_step",
    tiny: { name: "ApplyStep", params: [1, 2, 2, 2, 8, 3, 2] },
    publicInputs: ["shares", "ctx"],
    key: "apply-step-4-8x1",
    extra: lanes,
    refuses: true,
    statement: applyStepStatement,
  },
  LinearEvaluate: {
    file: "linear_evaluate",
    tiny: { name: "LinearEvaluate", params: [2, 2, 3, 8, 3] },
    publicInputs: ["ctx"],
    key: "linear-evaluate-8x8x4",
    refuses: false,
    statement: evaluationStatementOf,
  },
  "LinearEvaluate, one output": {
    file: "linear_evaluate",
    tiny: { name: "LinearEvaluate", params: [2, 2, 1, 8, 3] },
    publicInputs: ["ctx"],
    refuses: false,
    statement: evaluationStatementOf,
  },
  MlpEvaluate: {
    file: "mlp_evaluate",
    tiny: { name: "MlpEvaluate", params: [3, 2, 2, 3, 8, 3] },
    publicInputs: ["ctx"],
    key: "mlp-evaluate-8x8x8x4",
    refuses: true,
    rounds: true,
    statement: evaluationStatementOf,
    challenge: { name: "main.challenge.z", without: [] },
  },
  LinearResiduals: {
    file: "linear_residuals",
    tiny: { name: "LinearResiduals", params: [2, 2, 8, 3] },
    publicInputs: ["residualBound", "gradientBound", "ctx"],
    key: "linear-residuals-8x8",
    extra: slack,
    refuses: true,
    statement: linearResidualsStatement,
    claim: claimBounds,
  },
  LinearProgress: {
    file: "linear_progress",
    tiny: { name: "LinearProgress", params: [2, 2, 8, 3] },
    publicInputs: ["ctx"],
    key: "linear-progress-8x8",
    extra: newWeights,
    refuses: true,
    statement: linearProgressStatement,
    claim: claimProgress,
  },
};

/** Codes of what has no proof: a value, a bound or a loss that the circuit must refuse, too. */
const REFUSED = ["MATH_OVERFLOW", "MATH_NO_PROGRESS", "MATH_BOUND_EXCEEDED", "MATH_OUT_OF_RANGE"];

/** The result, or undefined when the SDK has no statement because the circuit has no proof. */
export async function orRefused<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CorexError && REFUSED.includes(error.code)) return undefined;
    throw error;
  }
}

interface Format {
  readonly m: number;
  readonly shape: ModelShape;
  readonly B: number;
  readonly BX: number;
  readonly F: number;
}

/** Sizes and widths of an instance; a circuit without a batch gets one that it ignores. */
export function formatOf(entry: CircuitName): Format {
  const params = circuitParams(entry, circuitTemplate(entry)) as { m?: number; B: number; BX?: number; F: number };
  const { m = 1, B, BX = B, F } = params;
  return { m, shape: modelShape(entry), B, BX, F };
}

/** A random vector, all of it. */
export function drawSecrets({ extra }: Pick<SdkInstance, "extra">, entry: CircuitName, random: Random): Secrets {
  return complete(drawModelVector(random, formatOf(entry)), entry, random, extra);
}

/** Vectors of small values in which one of the tensors has one value just out of its range. */
export function exceeding({ extra }: SdkInstance, entry: CircuitName, random: Random): Secrets[] {
  const { m, shape, B, BX } = formatOf(entry);
  const [value, feature] = [signedBounds(B), signedBounds(BX)];
  const small = (count: number): bigint[] => drawValues(random, count, 2, 1n);
  const rows = (count: number): bigint[][] => Array.from({ length: m }, () => small(count));
  const vectors = [value.min - 1n, value.max + 1n].map((out) => ({
    X: rows(shape.d),
    Y: rows(shape.k),
    weights: small(weightCount(shape)).with(0, out),
  }));
  const ofBatch = [
    ...[feature.min - 1n, feature.max + 1n].map((out) => ({
      X: [small(shape.d).with(0, out), ...rows(shape.d).slice(1)],
    })),
    ...[value.min - 1n, value.max + 1n].map((out) => ({ Y: [small(shape.k).with(0, out), ...rows(shape.k).slice(1)] })),
  ].map((change) => ({ X: rows(shape.d), Y: rows(shape.k), weights: small(weightCount(shape)), ...change }));
  const all = circuitTemplate(entry) === "ApplyStep" ? vectors : [...vectors, ...ofBatch];
  return all.map((vector) => complete(vector, entry, random, extra));
}

/** Zeros, end points of every tensor, and batches whose mean gradient or step is one half of a unit, of both signs. */
export function edgeSecrets({ extra }: SdkInstance, entry: CircuitName, random: Random): Secrets[] {
  const { m, shape, B, BX, F } = formatOf(entry);
  const [value, feature] = [signedBounds(B), signedBounds(BX)];
  const fill = (rows: number, cols: number, entry: (i: number) => bigint): Matrix =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, () => entry(i)));
  const weights = (entry: (j: number) => bigint): bigint[] =>
    Array.from({ length: weightCount(shape) }, (_, j) => entry(j));
  const ends = [value.min, value.max, 0n].flatMap((w) =>
    [feature.min, feature.max, 0n].flatMap((x) =>
      [value.min, value.max, 0n].map((y) => ({
        X: fill(m, shape.d, () => x),
        Y: fill(m, shape.k, () => y),
        weights: weights(() => w),
      })),
    ),
  );
  // Signs alternate, so that sums of end points cancel and stay in range.
  const cancelling = [value.max, value.min].map((y) => ({
    X: fill(m, shape.d, (i) => (i % 2 === 0 ? feature.max : feature.min)),
    Y: fill(m, shape.k, (i) => (i % 2 === 0 ? y : -1n - y)),
    weights: weights((j) => (j % 2 === 0 ? value.max : -value.max)),
  }));
  // With weights zero and one feature of one unit, the gradient of a linear model is -y / 2^(F + log2 m).
  const unit = 1n << BigInt(F + Math.ceil(Math.log2(m)));
  const halves = [unit / 2n, -unit / 2n, 3n * (unit / 2n), 2n * unit, -2n * unit].map((y) => ({
    X: fill(m, shape.d, (i) => (i === 0 ? 1n : 0n)),
    Y: fill(m, shape.k, () => y),
    weights: weights(() => 0n),
  }));
  // A first feature of two, and weights of a quarter of the range on it: hidden units of half the range, either way.
  const { k } = shape;
  const firstRow = shape.kind === "mlp" ? shape.h : k;
  const hidden = [-value.min / 2n, value.min / 2n, value.min / 2n + 1n].map((w) => ({
    X: Array.from({ length: m }, () => Array.from({ length: shape.d }, (_, j) => (j === 0 ? 2n << BigInt(F) : 0n))),
    Y: fill(m, k, () => 0n),
    weights: weights((j) => (j < firstRow ? w : 0n)),
  }));
  return [...ends, ...cancelling, ...halves, ...hidden].map((vector) => complete(vector, entry, random, extra));
}

function complete(
  vector: Pick<TrainingSecrets, "X" | "Y" | "weights">,
  entry: CircuitName,
  random: Random,
  extra: SdkInstance["extra"],
): Secrets {
  const secrets = { ...vector, modelSalt: random.field(), batchSalt: random.field(), ctx: random.field() };
  return { ...secrets, ...extra?.(random, secrets, entry) };
}

/** The same circuit with room for every value, to compute what a vector out of range would claim. */
function widened({ name, params }: CircuitName): CircuitName {
  const names = Object.keys(circuitParams({ name, params }, circuitTemplate({ name })));
  return { name, params: params.map((value, i) => (["B", "BX"].includes(names[i] ?? "") ? 100 : value)) };
}
