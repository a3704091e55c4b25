import { drawMatrix, drawVector, type Instance, matrixOf, type Values, vectorOf } from "./instance.ts";
import { Random } from "./random.ts";
import { multiply, rounded, roundedMatrix } from "./reference.ts";

const random = new Random(8);
const same = (values: Values): Values => values;

function gadget(file: string, main: string, truths: readonly Values[], excesses: readonly Values[] = []): Instance {
  return { file, main, truths, excesses, complete: same, claims: [] };
}

/** One value in and out of a range. */
function valueRange(file: string, main: string, inside: readonly bigint[], outside: readonly bigint[]): Instance {
  const single = (value: bigint): Values => ({ value });
  return gadget(file, main, inside.map(single), outside.map(single));
}

/** Every entry at both ends of its range, then each in turn beyond them. */
function vectorRange(
  name: string,
  length: number,
  [low, high]: readonly [bigint, bigint],
  rest: Values = {},
): { truths: Values[]; excesses: Values[] } {
  const filled = (value: bigint): bigint[] => Array.from({ length }, () => value);
  const mixed = Array.from({ length }, (_, i) => [low, high, (low + high) / 2n, low + 1n][i % 4] ?? 0n);
  return {
    truths: [filled(low), filled(high), mixed].map((values) => ({ ...rest, [name]: values })),
    excesses: mixed.flatMap((_, i) =>
      [low - 1n, high + 1n].map((value) => ({ ...rest, [name]: mixed.with(i, value) })),
    ),
  };
}

const roundedShift: Instance = {
  ...gadget("rounded_shift", "RoundedShift(3)", []),
  truths: [20n, 27n, 28n, -28n, -29n, 0n, 3n, 4n, -4n, -5n].map((numerator) => ({ numerator })),
  complete: ({ numerator = 0n, quotient }) => ({
    numerator,
    quotient: quotient ?? rounded(typeof numerator === "bigint" ? numerator : 0n, 3).value,
  }),
  // Alone it does not determine the quotient modulo p: the range that the caller gives the quotient does.
  excesses: [
    { numerator: 27n, quotient: 4n },
    { numerator: 28n, quotient: 3n },
    { numerator: -28n, quotient: -4n },
    { numerator: -29n, quotient: -3n },
  ],
};

/** A product with its result. */
function product(m: number, k: number, n: number, rest: Values = {}): Values[] {
  return Array.from({ length: 3 }, () => {
    const [A, B] = [drawMatrix(random, m, k, 50n), drawMatrix(random, k, n, 50n)];
    return { A, B, C: multiply(A, B), ...rest };
  });
}

/** The same with each entry of the result off by one in turn. */
function falseProducts(truths: readonly Values[]): Values[] {
  const [truth] = truths;
  if (truth === undefined) return [];
  const C = matrixOf(truth, "C");
  return C.flatMap((row, i) => row.map((value, j) => ({ ...truth, C: C.with(i, row.with(j, value + 1n)) })));
}

function roundedProducts(m: number, k: number, n: number, shift: number): Instance {
  const truths = product(m, k, n, { z: 1234567n }).map(({ A = [], B = [], z = 0n }) => {
    const { value, remainder } = roundedMatrix(multiply(matrixOf({ A }, "A"), matrixOf({ B }, "B")), shift);
    return { A, B, z, quotient: value, remainder };
  });
  const [truth] = truths;
  if (truth === undefined) throw new Error("no vector");
  const excesses = ["quotient", "remainder"].map((name) => ({
    ...truth,
    [name]: matrixOf(truth, name).map((row) => row.map((value) => value + 1n)),
  }));
  return gadget("rounded_mat_mul", `RoundedMatMul(${m}, ${k}, ${n}, ${shift})`, truths, excesses);
}

const direct = product(2, 3, 2);
const consistent = product(2, 3, 2, { z: 987654321n });
const scores = (rows: readonly (readonly bigint[])[]): Values[] => rows.map((row) => ({ scores: row }));
const signs = { predictions: [3n, -3n, 0n, 7n], labels: [1n, -1n, 0n, -1n] };
const bound = { values: [5n, -7n, 0n] };
const batch = {
  X: drawMatrix(random, 2, 3, 2n ** 58n),
  Y: drawMatrix(random, 2, 2, 2n ** 58n),
  salt: 77n,
};

/** Gadgets on their own, mostly where a circuit is too small to reach all their branches. */
export const GADGET_INSTANCES: Readonly<Record<string, Instance>> = {
  "Range, signed": valueRange("range", "Range(4, 8)", [-8n, -1n, 0n, 7n], [-9n, 8n, 16n, -16n, 1n << 100n]),
  "Range, unsigned": valueRange("range", "Range(3, 0)", [0n, 5n, 7n], [-1n, 8n, 1n << 200n]),
  RoundedShift: roundedShift,
  Pack: gadgetOf("pack", "Pack(5, 60, 1 << 59)", vectorRange("values", 5, [-(2n ** 59n), 2n ** 59n - 1n])),
  CommitValues: gadgetOf(
    "commit_values",
    "CommitValues(5, 60, 12345)",
    vectorRange("values", 5, [-(2n ** 59n), 2n ** 59n - 1n], { salt: 9n }),
  ),
  CommitTensor: gadgetOf(
    "commit_tensor",
    "CommitTensor(1, 2, 3, 60, 4)",
    vectorRange("values", 6, [-(2n ** 59n), 2n ** 59n - 1n], { salt: 9n }),
  ),
  "CommitBatch, one width": gadget(
    "commit_batch",
    "CommitBatch(2, 3, 2, 60, 60, 4)",
    [batch, { ...batch, salt: 3n }],
    [
      { ...batch, X: matrixOf(batch, "X").map((row) => row.with(2, 2n ** 59n)) },
      { ...batch, Y: matrixOf(batch, "Y").map((row) => row.with(1, -(2n ** 59n) - 1n)) },
    ],
  ),
  "CommitBatch, two widths": gadget(
    "commit_batch",
    "CommitBatch(2, 3, 2, 62, 61, 4)",
    [batch],
    [
      { ...batch, X: matrixOf(batch, "X").map((row) => row.with(2, 2n ** 61n)) },
      { ...batch, Y: matrixOf(batch, "Y").map((row) => row.with(1, 2n ** 60n)) },
    ],
  ),
  PoseidonChain: gadget("poseidon_chain", "PoseidonChain(18, 5)", [{ words: drawVector(random, 18, 1000n) }]),
  Challenge: gadget("challenge", "Challenge(18)", [{ transcript: drawVector(random, 18, 1000n) }]),
  HornerRow: gadget("horner_row", "HornerRow(4)", [{ row: drawVector(random, 4, 99n), z: 17n }]),
  InnerProduct: gadget("inner_product", "InnerProduct(3)", [
    { a: drawVector(random, 3, 99n), b: drawVector(random, 3, 99n) },
  ]),
  MatMulDirect: gadget("mat_mul_direct", "MatMulDirect(2, 3, 2)", direct, falseProducts(direct)),
  MatMulConsistent: gadget("mat_mul_consistent", "MatMulConsistent(2, 3, 2)", consistent, falseProducts(consistent)),
  RoundedMatMul: roundedProducts(3, 2, 2, 3),
  "RoundedMatMul, wide": roundedProducts(2, 2, 3, 3),
  "Rescale, threshold 0": gadget(
    "rescale",
    "Rescale(4, 3, 0)",
    [-8n, -1n, 0n, 7n].map((value) => ({ value, remainder: value === 0n ? 7n : 0n })),
    [
      ...[-9n, 8n].map((value) => ({ value, remainder: 0n })),
      ...[-1n, 8n].map((remainder) => ({ value: 0n, remainder })),
    ],
  ),
  "Rescale, threshold 1": gadget(
    "rescale",
    "Rescale(4, 3, 1)",
    [-7n, 0n, 1n, 8n].map((value) => ({ value, remainder: 3n })),
    [-8n, 9n].map((value) => ({ value, remainder: 0n })),
  ),
  PackRescaled: gadget(
    "pack_rescaled",
    "PackRescaled(3, 70, 40, 1)",
    [{ values: [1n, 0n, -5n], remainders: [1n, 0n, 2n ** 40n - 1n] }],
    [{ values: [1n, 0n, -5n], remainders: [1n, 0n, 2n ** 40n] }],
  ),
  ReluLayer: gadget("relu_layer", "ReluLayer(2, 2, 70, 40)", [
    // prettier-ignore
    { values: [[1n, 0n], [-5n, 9n]], remainders: [[1n, 0n], [3n, 2n]] },
  ]),
  ArgMax: gadget(
    "argmax",
    "ArgMax(4, 3)",
    scores([
      [1n, 2n, 3n],
      [3n, 2n, 1n],
      [2n, 3n, 1n],
      [2n, 2n, 2n],
      [1n, 2n, 2n],
      [-8n, 7n, -8n],
      [7n, -8n, 7n],
      [-8n, -8n, 7n],
      [7n, -8n, -8n],
    ]),
    scores([
      [16n, -8n, 0n],
      [-8n, 16n, 0n],
    ]),
  ),
  "LinearLoss at its bound": {
    // prettier-ignore
    ...gadget("linear_loss", "LinearLoss(1, 2, 63, 8)", [{ X: [[3n, -4n]], y: [5n], w: [6n, 7n] }]),
    // A loss of 253 bits, from a sum over samples, over features, and from wider values.
    refused: ["LinearLoss(2, 2, 63, 8)", "LinearLoss(1, 3, 63, 8)", "LinearLoss(1, 2, 64, 8)"],
  },
  CorrectCount: gadget(
    "correct_count",
    "CorrectCount(2, 3, 4, 5)",
    [
      // prettier-ignore
      { predictions: [[1n, 2n, 3n], [7n, -8n, 0n]], labels: [[0n, 0n, 9n], [15n, -16n, 3n]] },
      // prettier-ignore
      { predictions: [[-8n, 7n, 7n], [0n, 0n, 0n]], labels: [[-16n, 15n, 0n], [0n, 0n, 1n]] },
    ],
    // Differences that the width does not hold.
    [
      // prettier-ignore
      { predictions: [[-8n, 12n, 3n], [7n, -8n, 0n]], labels: [[0n, 0n, 9n], [15n, -16n, 3n]] },
      // prettier-ignore
      { predictions: [[1n, 2n, 3n], [7n, -8n, 0n]], labels: [[-16n, 24n, 9n], [15n, -16n, 3n]] },
    ],
  ),
  CorrectSigns: gadget(
    "correct_signs",
    "CorrectSigns(4, 5, 4)",
    [signs, { ...signs, predictions: [15n, -15n, 16n, 1n], labels: [-7n, 8n, 0n, 7n] }],
    [
      { ...signs, predictions: [17n, 0n, 0n, 0n] },
      { ...signs, labels: [9n, 0n, 0n, 0n] },
    ],
  ),
  IsPositive: valueRange("is_positive", "IsPositive(4)", [-7n, 0n, 1n, 8n], [-8n, 9n]),
  WithinBound: gadget(
    "within_bound",
    "WithinBound(3, 4)",
    [7n, 8n, 40n].map((size) => ({ ...bound, bound: size })),
    [
      ...[6n, 5n, -1n].map((size) => ({ ...bound, bound: size })),
      // A bound that is too large on one side.
      { values: [-5n, -5n, -5n], bound: 60n },
      { values: [5n, 5n, 5n], bound: 60n },
    ],
  ),
  WeightUpdate: {
    ...gadget("weight_update", "WeightUpdate(3, 8, 2)", [{ weights: [1n, 127n, -128n], gradient: [2n, -7n, 5n] }]),
    excesses: [
      { weights: [1n, 2n, 3n], gradient: [2n, -7n, 5n], newWeights: [0n, 4n, 3n] },
      { weights: [1n, 2n, 3n], gradient: [2n, -7n, 5n], newWeights: [0n, 4n, 1n] },
    ],
    complete: (values) => ({
      ...values,
      newWeights:
        values.newWeights ??
        vectorOf(values, "weights").map((w, i) => w - rounded(vectorOf(values, "gradient")[i] ?? 0n, 2).value),
    }),
  },
};

function gadgetOf(file: string, main: string, vectors: { truths: Values[]; excesses: Values[] }): Instance {
  return gadget(file, main, vectors.truths, vectors.excesses);
}
