import { drawMatrix, drawVector, type Instance, matrixOf, type Values, vectorOf } from "./instance.ts";
import { Random } from "./random.ts";
import { combine, dot, log2, multiply, rounded, roundedMatrix, transpose, updated } from "./reference.ts";

/** Eight bits of which three are fractions, two samples of two features: small, with every kind of statement in it. */
const [m, d, B, F, T] = [2, 2, 8, 3, 2];
const SHIFT = 2 * F + log2(m);
const MAX = 2n ** BigInt(B - 1) - 1n;
const MIN = -MAX - 1n;
const SALTS = { modelSalt: 11n, batchSalt: 22n, ctx: 33n };

/** Residuals X w - 2^F y. */
export function residualsOf(values: Values): bigint[] {
  const w = vectorOf(values, "w");
  const y = vectorOf(values, "y");
  return matrixOf(values, "X").map((row, i) => dot(row, w) - 2n ** BigInt(F) * (y[i] ?? 0n));
}

export function gradientOf(values: Values): bigint[] {
  const X = matrixOf(values, "X");
  const shift = 2 * F + log2(X.length);
  return transpose(X).map((feature) => rounded(dot(feature, residualsOf(values)), shift).value);
}

function withStep(values: Values): Values {
  const g = gradientOf(values);
  const w2 = vectorOf(values, "w").map((w, j) => w - rounded(g[j] ?? 0n, T).value);
  return { ...values, g, w2 };
}

/** A batch that fills more than one block of the hash: 32 samples of one feature, 56 bits. */
function twoBlocks(): { truths: Values[]; excesses: Values[] } {
  const random = new Random(3);
  const truth = { X: drawMatrix(random, 32, 1, 40n), y: drawVector(random, 32, 40n), w: [7n], ...SALTS };
  // A feature and a label one beyond their range, in samples that the rest of the step is recomputed for.
  const excess = 2n ** 55n;
  return {
    truths: [truth],
    excesses: [
      { ...truth, X: truth.X.with(0, [excess]) },
      { ...truth, X: truth.X.with(31, [-excess - 1n]) },
      { ...truth, y: truth.y.with(31, excess) },
    ],
  };
}

/** Batches and weights that stay in range: random ones, end points whose residuals cancel, zeros. */
export function truths(): Values[] {
  const random = new Random(41);
  const drawn = Array.from({ length: 3 }, () => ({
    X: drawMatrix(random, m, d, 12n),
    y: drawVector(random, m, 12n),
    w: drawVector(random, d, 12n),
  }));
  // prettier-ignore
  const ends = [
    { X: [[MAX, MAX], [MIN, MIN]], y: [0n, 0n], w: [MAX, -MAX] },
    { X: [[0n, 0n], [0n, 0n]], y: [MIN, MAX], w: [MIN, MAX] },
    { X: [[5n, -7n], [MIN, MAX]], y: [3n, -9n], w: [2n, 1n] },
    // Gradients of 127 and -128.
    { X: [[16n, 0n], [0n, 0n]], y: [1n, 0n], w: [64n, 0n] },
    { X: [[16n, 0n], [0n, 0n]], y: [0n, 0n], w: [-64n, 0n] },
  ];
  return [...drawn, ...ends].map((truth) => ({ ...truth, ...SALTS }));
}

/** Values one above or below their range, and values in range whose gradient is not. */
export function excesses(): Values[] {
  const [truth] = truths();
  if (truth === undefined) return [];
  const wide = [MAX + 1n, MIN - 1n].flatMap((value) => [
    { ...truth, X: [[value, 1n], ...matrixOf(truth, "X").slice(1)] },
    { ...truth, y: [value, ...vectorOf(truth, "y").slice(1)] },
    { ...truth, w: [value, ...vectorOf(truth, "w").slice(1)] },
  ]);
  // prettier-ignore
  const overflows = [
    { ...truth, X: [[MIN, MIN], [MIN, MIN]], y: [MAX, MAX], w: [MIN, MIN] },
    { ...truth, X: [[MAX, MAX], [MAX, MAX]], y: [MIN, MIN], w: [MAX, MAX] },
    // Gradients of 128, -129 and 200.
    { ...truth, X: [[16n, 0n], [0n, 0n]], y: [0n, 0n], w: [64n, 0n] },
    { ...truth, X: [[16n, 0n], [0n, 0n]], y: [1n, 0n], w: [-64n, 0n] },
    { ...truth, X: [[16n, 0n], [0n, 0n]], y: [0n, 0n], w: [100n, 0n] },
  ];
  return [...wide, ...overflows];
}

const COMMON = { publicInputs: ["ctx"], truths: truths(), excesses: excesses() };

/** The circuits with one output column, all of whose products are checked directly. */
export const LINEAR_INSTANCES: Readonly<Record<string, Instance>> = {
  LinearStep: {
    ...COMMON,
    file: "linear_step",
    main: `LinearStep(${m}, ${d}, ${B}, ${F}, ${T})`,
    complete: withStep,
    claims: ["g", "w2"],
  },
  "LinearStep, two blocks": {
    ...twoBlocks(),
    file: "linear_step",
    main: "LinearStep(32, 1, 56, 3, 2)",
    publicInputs: ["ctx"],
    complete: withStep,
    claims: ["g", "w2"],
  },
  LinearGradient: {
    ...COMMON,
    file: "linear_gradient",
    main: `LinearGradient(${m}, ${d}, ${B}, ${F})`,
    complete: (truth) => ({ ...truth, g: gradientOf(truth) }),
    claims: ["g"],
  },
};

/** Instances with k outputs; `bits` is the width of a feature. */
function linearK(k: number, bits: number): { truths: Values[]; excesses: Values[] } {
  const random = new Random(17 * bits + k);
  const max = 2n ** BigInt(bits - 1) - 1n;
  const inside = Array.from({ length: 3 }, () => ({
    X: drawMatrix(random, m, d, 12n),
    Y: drawMatrix(random, m, k, 12n),
    W: drawMatrix(random, d, k, 12n),
    ...SALTS,
  }));
  const row = (value: bigint): bigint[] => Array.from({ length: k }, () => value);
  // prettier-ignore
  const ends = [
    { X: [[max, max], [-max - 1n, -max - 1n]], Y: [row(0n), row(0n)], W: [row(MAX), row(-MAX)], ...SALTS },
    { X: [[0n, 0n], [0n, 0n]], Y: [row(MIN), row(MAX)], W: [row(MIN), row(MAX)], ...SALTS },
    // Remainders at both ends of their range.
    { X: [[1n, 0n], [0n, 0n]], Y: [row(0n), row(0n)], W: [row(63n), row(0n)], ...SALTS },
    { X: [[1n, 0n], [0n, 0n]], Y: [row(0n), row(0n)], W: [row(-64n), row(0n)], ...SALTS },
  ];
  const [truth] = inside;
  if (truth === undefined) throw new Error("no vector");
  const wide = [
    ...[max + 1n, -max - 2n].map((value) => ({ ...truth, X: [[value, 1n], ...truth.X.slice(1)] })),
    ...[MAX + 1n, MIN - 1n].flatMap((value) => [
      { ...truth, Y: [[...row(1n).slice(1), value], ...truth.Y.slice(1)] },
      { ...truth, W: [[value, ...row(1n).slice(1)], ...truth.W.slice(1)] },
    ]),
    { ...truth, X: [row2(max), row2(max)], Y: [row(MIN), row(MIN)], W: [row(MAX), row(MAX)] },
  ];
  return { truths: [...inside, ...ends], excesses: wide };
}

function row2(value: bigint): bigint[] {
  return Array.from({ length: d }, () => value);
}

function withGradientK(truth: Values): Values {
  const [X, Y, W] = [matrixOf(truth, "X"), matrixOf(truth, "Y"), matrixOf(truth, "W")];
  const residual = combine(multiply(X, W), Y, (p, y) => p - 2n ** BigInt(F) * y);
  const { value, remainder } = roundedMatrix(multiply(transpose(X), residual), SHIFT);
  return { ...truth, G: value, R: remainder, C: multiply(transpose(Y), residual) };
}

function withStepK(truth: Values): Values {
  const values = withGradientK(truth);
  return { ...values, W2: updated(matrixOf(values, "W"), matrixOf(values, "G"), T) };
}

/** The circuits with k outputs and one challenge. */
export const LINEAR_K_INSTANCES: Readonly<Record<string, Instance>> = {
  LinearGradientK: {
    ...linearK(2, 6),
    file: "linear_gradient_k",
    main: `LinearGradientK(${m}, ${d}, 2, 6, ${B}, ${F})`,
    publicInputs: ["ctx"],
    complete: withGradientK,
    claims: ["G", "R", "C"],
    shifts: [["G", "R", SHIFT]],
    challenge: true,
  },
  LinearStepK: {
    ...linearK(3, B),
    file: "linear_step_k",
    main: `LinearStepK(${m}, ${d}, 3, ${B}, ${B}, ${F}, ${T})`,
    publicInputs: ["ctx"],
    complete: withStepK,
    claims: ["G", "R", "C", "W2"],
    shifts: [["G", "R", SHIFT]],
    challenge: true,
  },
  LinearEvaluate: {
    truths: linearK(3, B).truths,
    // Without a gradient, nothing but the values themselves can be too large.
    excesses: linearK(3, B).excesses.slice(0, 6),
    file: "linear_evaluate",
    main: `LinearEvaluate(${m}, ${d}, 3, ${B}, ${F})`,
    publicInputs: ["ctx"],
    complete: (truth) => truth,
    claims: [],
  },
  "LinearEvaluate, one output": {
    truths: linearK(1, B).truths,
    // Without a gradient, nothing but the values themselves can be too large.
    excesses: linearK(1, B).excesses.slice(0, 6),
    file: "linear_evaluate",
    main: `LinearEvaluate(${m}, ${d}, 1, ${B}, ${F})`,
    publicInputs: ["ctx"],
    complete: (truth) => truth,
    claims: [],
  },
};
