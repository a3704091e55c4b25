import { FIELD_ORDER } from "../../../packages/sdk/src/commit/field.ts";
import { type Instance, matrixOf, type Values, vectorOf } from "./instance.ts";
import { excesses, gradientOf, residualsOf, truths } from "./linear-instances.ts";
import { dot, rounded, transpose } from "./reference.ts";

const [m, d, B, F] = [2, 2, 8, 3];
const MAX = 2n ** BigInt(B - 1) - 1n;
const HALF = (FIELD_ORDER + 1n) / 2n;
const SALTS = { modelSalt: 11n, batchSalt: 22n, ctx: 33n };

function withGradient(truth: Values): Values {
  return { ...truth, g: truth.g ?? gradientOf(truth) };
}

/** Weights near the given ones with a loss that is at most as high. */
function better(truth: Values): readonly bigint[] {
  return neighbours(truth).reduce(
    (best, w) => (lossOf(truth, w) <= lossOf(truth, best) ? w : best),
    vectorOf(truth, "w"),
  );
}

/** Weights near the given ones with the highest loss. */
function worse(truth: Values): readonly bigint[] {
  return neighbours(truth).reduce(
    (best, w) => (lossOf(truth, w) > lossOf(truth, best) ? w : best),
    vectorOf(truth, "w"),
  );
}

function neighbours(truth: Values): bigint[][] {
  const w = vectorOf(truth, "w");
  return w.flatMap((value, j) =>
    [1n, -1n].map((by) => w.with(j, value + by)).filter(() => value > -MAX && value < MAX),
  );
}

function lossOf(truth: Values, w: readonly bigint[]): bigint {
  const residuals = residualsOf({ ...truth, w });
  return dot(residuals, residuals);
}

/** The tightest bounds that hold, plus some slack. */
function bounds(truth: Values, slack: bigint): { residualBound: bigint; gradientBound: bigint } {
  const highest = (values: readonly bigint[]): bigint =>
    values.reduce((most, value) => (value > most ? value : -value > most ? -value : most), 0n);
  return { residualBound: highest(residualsOf(truth)) + slack, gradientBound: highest(gradientOf(truth)) + slack };
}

/** A gradient and a bound that are halves of odd numbers modulo p: the range of the gradient is what excludes them. */
function halves(truth: Values): Values[] {
  const [feature = []] = transpose(matrixOf(truth, "X"));
  const { value: twice } = rounded(dot(feature, residualsOf(truth)), 2 * F);
  const size = twice < 0n ? -twice : twice;
  if (size % 2n === 0n) return [];
  return [
    { ...truth, ...bounds(truth, 0n), g: [(twice * HALF) % FIELD_ORDER], gradientBound: (size * HALF) % FIELD_ORDER },
  ];
}

const ONE_FEATURE: readonly Values[] = [
  { X: [[5n], [-7n]], y: [3n, -9n], w: [2n], ...SALTS },
  { X: [[6n], [-7n]], y: [4n, -9n], w: [1n], ...SALTS },
  { X: [[9n], [3n]], y: [4n, -9n], w: [-5n], ...SALTS },
  { X: [[12n], [3n]], y: [4n, -2n], w: [-5n], ...SALTS },
];

/** Eight samples whose predictions are all at the end of their range, the largest loss, against none. */
const WORST: Values = {
  X: Array.from({ length: 8 }, () => [-MAX - 1n]),
  y: Array.from({ length: 8 }, () => MAX),
  w: [MAX],
  w2: [-8n],
  ...SALTS,
};

/** The circuits that look at residuals and losses. */
export const ANALYSIS_INSTANCES: Readonly<Record<string, Instance>> = {
  LinearProgress: {
    file: "linear_progress",
    main: `LinearProgress(${m}, ${d}, ${B}, ${F})`,
    publicInputs: ["ctx"],
    truths: truths().map((truth) => ({ ...truth, w2: better(truth) })),
    excesses: [
      // Without a gradient, nothing but the values themselves can be too large.
      ...excesses()
        .slice(0, 6)
        .map((truth) => ({ ...truth, w2: vectorOf(truth, "w") })),
      ...truths()
        .slice(0, 3)
        .map((truth) => ({ ...truth, w: better(truth), w2: worse(truth) })),
      // Worse by one.
      // prettier-ignore
      { X: [[1n, 0n], [0n, 0n]], y: [0n, 0n], w: [0n, 0n], w2: [1n, 0n], ...SALTS },
    ],
    complete: (truth) => truth,
    claims: [],
  },
  "LinearProgress, largest loss": {
    file: "linear_progress",
    main: `LinearProgress(8, 1, ${B}, ${F})`,
    publicInputs: ["ctx"],
    truths: [WORST],
    complete: (truth) => truth,
    claims: [],
  },
  LinearResiduals: {
    file: "linear_residuals",
    main: `LinearResiduals(${m}, ${d}, ${B}, ${F})`,
    publicInputs: ["residualBound", "gradientBound", "ctx"],
    truths: truths().flatMap((truth) => [0n, 1n].map((slack) => ({ ...truth, ...bounds(truth, slack) }))),
    excesses: [
      ...excesses().map((truth) => ({ ...truth, ...bounds(truth, 0n) })),
      ...truths()
        .slice(0, 3)
        .flatMap((truth) => [
          { ...truth, ...bounds(truth, 0n), residualBound: bounds(truth, -1n).residualBound },
          { ...truth, ...bounds(truth, 0n), gradientBound: bounds(truth, -1n).gradientBound },
          // Bounds beyond what WithinBound admits.
          { ...truth, ...bounds(truth, 0n), residualBound: 2n ** 18n },
          { ...truth, ...bounds(truth, 0n), gradientBound: 2n ** BigInt(B + 1) },
        ]),
    ],
    complete: withGradient,
    claims: ["g"],
  },
  "LinearResiduals, one feature": {
    file: "linear_residuals",
    main: `LinearResiduals(${m}, 1, ${B}, ${F})`,
    publicInputs: ["residualBound", "gradientBound", "ctx"],
    truths: ONE_FEATURE.map((truth) => ({ ...truth, ...bounds(truth, 0n) })),
    excesses: ONE_FEATURE.flatMap(halves),
    complete: withGradient,
    claims: ["g"],
  },
};
