import { circuitParams, type CircuitName, modelShape } from "../circuits/circuit-params.ts";
import { commitModel, commitModelGradient } from "../commit/commit-model.ts";
import { requireField } from "../commit/field.ts";
import { applyStep, laneShares } from "../math/apply-step.ts";
import { requireLength } from "../math/matrix.ts";
import type { Statement } from "./prove-statement.ts";
import { parseSignals, type SignalCodec } from "./signals.ts";

/** What is known of a step over several lanes. Tensors in units of 2^(-F), in the order of the weights. */
export interface ApplyStepSecrets {
  readonly weights: readonly bigint[];
  /** Gradient of each of the N lanes; undefined for an absent one. */
  readonly gradients: readonly (readonly bigint[] | undefined)[];
  /** Equal shares of the present lanes when left out. */
  readonly shares?: readonly bigint[];
  /** Salt of weights and gradients. */
  readonly modelSalt: bigint;
  /** Context that the contract computes. */
  readonly ctx: bigint;
}

export interface ApplyStepSignals {
  readonly weights: bigint;
  readonly newWeights: bigint;
  /** Commitment of each lane's gradient, zero for an absent lane. */
  readonly gradients: readonly bigint[];
  /** Shares of the lanes; they add up to 2^SHARE_BITS. */
  readonly shares: readonly bigint[];
  readonly ctx: bigint;
}

export interface ApplyStepStatement extends Statement<ApplyStepSignals> {
  readonly newWeights: bigint[];
}

/** Codec of ApplyStep with N lanes: weights, newWeights, N gradients, N shares, ctx. */
export function applyStepSignals(N: number): SignalCodec<ApplyStepSignals> {
  return {
    encode: ({ weights, newWeights, gradients, shares, ctx }) => {
      requireLength("gradients", gradients, N);
      requireLength("shares", shares, N);
      return [weights, newWeights, ...gradients, ...shares, ctx];
    },
    parse: (values) => {
      const parsed = parseSignals(values, 2 * N + 3);
      const [weights = 0n, newWeights = 0n] = parsed;
      const [gradients, shares] = [parsed.slice(2, 2 + N), parsed.slice(2 + N, 2 + 2 * N)];
      return { weights, newWeights, gradients, shares, ctx: parsed.at(-1) ?? 0n };
    },
  };
}

/** Statement of ApplyStep. Errors as `applyStep` and `commitTensor`; MATH_SHAPE when the number of lanes is not N. */
export async function applyStepStatement(secrets: ApplyStepSecrets, entry: CircuitName): Promise<ApplyStepStatement> {
  const { weights, gradients, modelSalt, ctx } = secrets;
  const params = circuitParams(entry, "ApplyStep");
  requireField(ctx, "ctx");
  requireLength("gradients", gradients, params.N);
  const present = gradients.map((gradient) => gradient !== undefined);
  const shares = secrets.shares ?? laneShares(present);
  const newWeights = applyStep({ weights, gradients, shares, params });

  const model = { salt: modelSalt, shape: modelShape(entry), format: params };
  const signals = {
    weights: await commitModel({ ...model, values: weights }),
    newWeights: await commitModel({ ...model, values: newWeights }),
    gradients: await Promise.all(
      gradients.map(async (values) => (values === undefined ? 0n : commitModelGradient({ ...model, values }))),
    ),
    shares,
    ctx,
  };
  const inputs = {
    W: weights,
    newW: newWeights,
    G: gradients.map((values) => values ?? weights.map(() => 0n)),
    shares,
    present: present.map((isPresent) => (isPresent ? 1n : 0n)),
    modelSalt,
    ctx,
  };
  return { inputs, signals, publicSignals: applyStepSignals(params.N).encode(signals), newWeights };
}
