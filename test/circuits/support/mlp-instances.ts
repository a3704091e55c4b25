import { drawMatrix, drawVector, type Instance, matrixOf, type Values, vectorOf } from "./instance.ts";
import { Random } from "./random.ts";
import { combine, dot, log2, type Matrix, multiply, rounded, roundedMatrix, transpose, updated } from "./reference.ts";

/** Eight bits of which three are fractions; hidden and output layer of different widths, both above one. */
const [m, d, h, k, B, F, T] = [2, 2, 3, 2, 8, 3, 2];
const SHIFT = F + log2(m);
const MAX = 2n ** BigInt(B - 1) - 1n;
const MIN = -MAX - 1n;
const SALTS = { modelSalt: 11n, batchSalt: 22n, ctx: 33n };

function withForward(truth: Values): Values {
  const [X, W1, W2] = [matrixOf(truth, "X"), matrixOf(truth, "W1"), matrixOf(truth, "W2")];
  const hidden = roundedMatrix(multiply(X, W1), F);
  const output = roundedMatrix(multiply(rectified(hidden.value), W2), F);
  return { ...truth, Z1: hidden.value, Z1rem: hidden.remainder, Z2: output.value, Z2rem: output.remainder };
}

function withGradient(truth: Values): Values {
  const values = withForward(truth);
  const [X, Y, W2, Z1] = [matrixOf(values, "X"), matrixOf(values, "Y"), matrixOf(values, "W2"), matrixOf(values, "Z1")];
  const error = combine(matrixOf(values, "Z2"), Y, (z, y) => z - y);
  const hiddenError = roundedMatrix(multiply(error, transpose(W2)), F);
  const passed = combine(Z1, hiddenError.value, (z, e) => (z >= 1n ? e : 0n));
  const first = roundedMatrix(multiply(transpose(X), passed), SHIFT);
  const second = roundedMatrix(multiply(transpose(rectified(Z1)), error), SHIFT);
  return {
    ...values,
    E1: hiddenError.value,
    E1rem: hiddenError.remainder,
    G1: first.value,
    G1rem: first.remainder,
    G2: second.value,
    G2rem: second.remainder,
  };
}

function withStep(truth: Values): Values {
  const values = withGradient(truth);
  const after = (weights: string, gradient: string): Matrix =>
    updated(matrixOf(values, weights), matrixOf(values, gradient), T);
  return { ...values, W1new: after("W1", "G1"), W2new: after("W2", "G2") };
}

function rectified(matrix: Matrix): bigint[][] {
  return matrix.map((row) => row.map((z) => (z > 0n ? z : 0n)));
}

function truths(): Values[] {
  const random = new Random(19);
  const drawn = Array.from({ length: 4 }, () => ({
    X: drawMatrix(random, m, d, 12n),
    Y: drawMatrix(random, m, k, 12n),
    W1: drawMatrix(random, d, h, 12n),
    W2: drawMatrix(random, h, k, 12n),
  }));
  const zeros = {
    X: drawMatrix(random, m, d, 0n),
    Y: drawMatrix(random, m, k, 0n).map((row) => row.map((_, j) => (j === 0 ? MIN : MAX))),
    W1: drawMatrix(random, d, h, 0n).map((row) => row.map((_, j) => (j === 0 ? MIN : MAX))),
    W2: drawMatrix(random, h, k, 0n),
  };
  // A hidden unit of exactly zero and one of exactly one, where the rectifier begins.
  // prettier-ignore
  const corner = { ...zeros, Y: [[3n, -2n], [1n, 4n]], X: [[8n, 0n], [0n, 8n]], W1: [[0n, 1n, -1n], [1n, 0n, 2n]], W2: [[9n, 4n], [-7n, 5n], [6n, 2n]] };
  const ends = [
    // E1 = -128.
    only({ W2: MIN, Y: -8n }),
    // Z2 = -128 and 127, equal to the label.
    only({ X: 8n, W1: 8n, W2: MIN, Y: MIN }),
    only({ X: 8n, W1: 8n, W2: MAX, Y: MAX }),
  ];
  return [...[...drawn, zeros, corner].map((truth) => ({ ...truth, ...SALTS })), ...ends];
}

/** Zeros, but for the first entry of each tensor. */
function only({ X = 0n, Y = 0n, W1 = 0n, W2 = 0n }: Record<string, bigint>): Values {
  const zero = (rows: number, columns: number, first: bigint): bigint[][] =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => (i + j === 0 ? first : 0n)));
  return { X: zero(m, d, X), Y: zero(m, k, Y), W1: zero(d, h, W1), W2: zero(h, k, W2), ...SALTS };
}

function excesses(): Values[] {
  const [truth] = truths();
  if (truth === undefined) return [];
  const first = (name: string, value: bigint): Values => ({
    ...truth,
    [name]: matrixOf(truth, name).map((row, i) => (i === 0 ? row.with(0, value) : row)),
  });
  const all = (name: string, value: bigint): Matrix => matrixOf(truth, name).map((row) => row.map(() => value));
  return [
    ...["X", "Y", "W1", "W2"].flatMap((name) => [MAX + 1n, MIN - 1n].map((value) => first(name, value))),
    { ...truth, X: all("X", MAX), W1: all("W1", MAX) },
    { ...truth, X: all("X", MAX), W1: all("W1", 20n), W2: all("W2", MAX) },
    // Nothing but Z1 = 150, nothing but Z2 = 150.
    only({ X: 16n, W1: 75n }),
    only({ X: 8n, W1: 80n, W2: 15n, Y: MAX }),
  ];
}

/** What only the backward pass makes too large; evaluation proves it. */
function backwardExcesses(): Values[] {
  const [truth] = truths();
  if (truth === undefined) return [];
  const all = (name: string, value: bigint): Matrix => matrixOf(truth, name).map((row) => row.map(() => value));
  return [
    { ...truth, X: all("X", MAX), W1: all("W1", 3n), W2: all("W2", 3n), Y: all("Y", MIN) },
    // Nothing but E1 = 150, at a unit that the rectifier blocks.
    only({ W2: 120n, Y: -10n }),
  ];
}

const FORWARD_SHIFTS = [
  ["Z1", "Z1rem", F],
  ["Z2", "Z2rem", F],
] as const;
const SHIFTS = [...FORWARD_SHIFTS, ["E1", "E1rem", F], ["G1", "G1rem", SHIFT], ["G2", "G2rem", SHIFT]] as const;
const FORWARD_CLAIMS = ["Z1", "Z1rem", "Z2", "Z2rem"];
const CLAIMS = [...FORWARD_CLAIMS, "E1", "E1rem", "G1", "G1rem", "G2", "G2rem"];
const COMMON = { publicInputs: ["ctx"], truths: truths(), challenge: true };
const BOTH_PASSES = { ...COMMON, excesses: [...excesses(), ...backwardExcesses()] };

/** The circuits of networks with one hidden layer. */
export const MLP_INSTANCES: Readonly<Record<string, Instance>> = {
  MlpGradient: {
    ...BOTH_PASSES,
    file: "mlp_gradient",
    main: `MlpGradient(${m}, ${d}, ${h}, ${k}, ${B}, ${F})`,
    complete: withGradient,
    claims: CLAIMS,
    shifts: SHIFTS,
  },
  MlpStep: {
    ...BOTH_PASSES,
    file: "mlp_step",
    main: `MlpStep(${m}, ${d}, ${h}, ${k}, ${B}, ${F}, ${T})`,
    complete: withStep,
    claims: [...CLAIMS, "W1new", "W2new"],
    shifts: SHIFTS,
  },
  MlpEvaluate: {
    ...COMMON,
    excesses: excesses(),
    file: "mlp_evaluate",
    main: `MlpEvaluate(${m}, ${d}, ${h}, ${k}, ${B}, ${F})`,
    complete: withForward,
    claims: FORWARD_CLAIMS,
    shifts: FORWARD_SHIFTS,
  },
};

/** Shares of the lanes that are present: floor(256 / n), and one more for the first 256 mod n of them. */
function sharesOf(present: readonly bigint[]): bigint[] {
  const count = present.reduce((sum, bit) => sum + bit, 0n);
  let left = 256n % count;
  return present.map((bit) => {
    const extra = bit === 1n && left > 0n ? 1n : 0n;
    left -= extra;
    return bit === 0n ? 0n : 256n / count + extra;
  });
}

function applyStep(size: number): { truths: Values[]; excesses: Values[] } {
  const random = new Random(size);
  const draw = (present: readonly bigint[], scale: bigint): Values => ({
    W: drawVector(random, size, 20n),
    G: drawMatrix(random, present.length, size, scale).map((row, i) => (present[i] === 1n ? row : row.map(() => 0n))),
    shares: sharesOf(present),
    present,
    modelSalt: 11n,
    ctx: 33n,
  });
  const all = [1n, 1n, 1n];
  const truth = draw(all, 100n);
  const shares = vectorOf(truth, "shares");
  const ends = matrixOf(truth, "G").map((row, i) => row.map(() => (i === 0 ? MIN : MAX)));
  return {
    truths: [
      truth,
      draw([1n, 0n, 1n], 100n),
      draw([0n, 0n, 1n], 100n),
      // A mean one below where rounding begins: 86 * 1 + 85 * 5 = 2^9 - 1.
      { ...truth, G: [1n, 2n, 3n].map((value) => Array.from({ length: size }, () => value)) },
      { ...truth, G: ends, W: shares.map(() => MAX).slice(0, size) },
    ].map((values) => ({ ...values, W: fitted(vectorOf(values, "W"), size) })),
    excesses: [
      ...[MAX + 1n, MIN - 1n].flatMap((value) => [
        { ...truth, W: vectorOf(truth, "W").with(0, value) },
        { ...truth, G: matrixOf(truth, "G").map((row, i) => (i === 0 ? row.with(0, value) : row)) },
      ]),
      // Shares that add up to less, to more, that are negative, or that belong to an absent lane.
      { ...truth, shares: shares.with(0, 84n) },
      { ...truth, shares: shares.with(0, 86n + 1n) },
      { ...truth, shares: [-1n, 128n, 129n] },
      { ...truth, shares: [-256n, 256n, 256n] },
      { ...truth, shares: [513n, -256n, -1n] },
      { ...truth, present: [1n, 1n, 0n] },
      { ...truth, present: [1n, 1n, 2n] },
      // A lane without a share that claims to be more than present would publish any commitment.
      { ...draw([1n, 0n, 1n], 100n), present: [1n, 2n, 1n] },
      { ...truth, W: vectorOf(truth, "W").map(() => MIN), G: matrixOf(truth, "G").map((row) => row.map(() => MAX)) },
    ],
  };
}

function fitted(values: readonly bigint[], size: number): bigint[] {
  return Array.from({ length: size }, (_, i) => values[i] ?? 0n);
}

function withMean(truth: Values): Values {
  const shares = vectorOf(truth, "shares");
  const lanes = transpose(matrixOf(truth, "G"));
  return { ...truth, newW: vectorOf(truth, "W").map((w, j) => w - rounded(dot(shares, lanes[j] ?? []), T + 8).value) };
}

/** The aggregation of gradients, of a network and of a linear model. */
export const APPLY_INSTANCES: Readonly<Record<string, Instance>> = {
  ApplyStep: {
    ...applyStep(3),
    file: "apply_step",
    main: `ApplyStep(3, 2, 1, 1, ${B}, ${F}, ${T})`,
    publicInputs: ["shares", "ctx"],
    complete: withMean,
    claims: ["newW"],
  },
  "ApplyStep, linear": {
    ...applyStep(2),
    file: "apply_step",
    main: `ApplyStep(3, 2, 0, 1, ${B}, ${F}, ${T})`,
    publicInputs: ["shares", "ctx"],
    complete: withMean,
    claims: ["newW"],
  },
};
