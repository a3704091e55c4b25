import { expect } from "chai";

import { type CircuitEntry } from "../../packages/sdk/src/circuits/manifest.ts";
import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import { signedBounds } from "../../packages/sdk/src/math/fixed-point.ts";
import { linearStep, type LinearStepParams } from "../../packages/sdk/src/math/linear-step.ts";
import { linearStepPublicSignals, linearStepStatement } from "../../packages/sdk/src/proof/linear-step.ts";
import { freeWires, jacobianRank } from "./support/jacobian.ts";
import { drawVector, type LinearStepVector, naiveStep, tryStep } from "./support/linear-step-vectors.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";
import { snarkjsAccepts } from "./support/wtns.ts";

const SMALL: LinearStepParams = { m: 2, d: 2, B: 8, F: 3, T: 2 };
const OUTPUTS = 5;

function entryOf({ m, d, B, F, T }: LinearStepParams): CircuitEntry {
  return { name: "LinearStep", params: [m, d, B, F, T] } as unknown as CircuitEntry;
}

function compile({ m, d, B, F, T }: LinearStepParams): Compiled {
  return compileTiny({ file: "linear_step", main: `LinearStep(${m}, ${d}, ${B}, ${F}, ${T})`, publicInputs: ["ctx"] });
}

/** Inputs of the circuit, reduced modulo p, with any of them replaced. */
function inputsOf(vector: LinearStepVector, claimed: { g: bigint[]; w2: bigint[] }): Record<string, unknown> {
  return {
    X: vector.X.map((row) => row.map(mod)),
    y: vector.y.map(mod),
    w: vector.weights.map(mod),
    g: claimed.g.map(mod),
    w2: claimed.w2.map(mod),
    modelSalt: 11n,
    batchSalt: 22n,
    ctx: 33n,
  };
}

// LinearStep
// ├── when the step stays in range
// │   ├── it equals the SDK and a naive computation on random and edge vectors
// │   └── it accepts vectors of maximal magnitude
// ├── when the gradient or a weight leaves the range
// │   └── no claimed gradient makes it accept, and the loss is still exact
// ├── when a claimed gradient is one off
// │   └── it rejects
// ├── when a claimed weight is one off
// │   └── it rejects
// ├── when a tensor, an output or any wire of an honest witness is changed
// │   └── it rejects
// ├── it has a Jacobian of full rank: every wire is determined locally
// └── when the parameters exceed a bound
//     └── it does not compile
describe("LinearStep", function () {
  this.timeout(300_000);
  let small: Compiled;
  let honest: bigint[];
  const vector: LinearStepVector = {
    X: [
      [5n, -7n],
      [-128n, 127n],
    ],
    y: [3n, -9n],
    weights: [2n, 1n],
  };

  before(async function () {
    small = compile(SMALL);
    const { gradient, newWeights } = linearStep({ ...vector, params: SMALL });
    honest = await small.generate(inputsOf(vector, { g: gradient, w2: newWeights }));
    expect(satisfies(small.r1cs, honest)).to.equal(true);
  });

  it("equals the SDK on 1,200 random and edge vectors", async function () {
    const random = new Random(1200);
    let proved = 0;
    for (let i = 0; proved < 1200; i++) {
      const drawn = drawVector(random, SMALL);
      const step = tryStep(drawn, SMALL);
      if (step === undefined) continue;
      expect(step).to.deep.equal(naiveStep(drawn, SMALL));

      const secrets = { ...drawn, modelSalt: random.field(), batchSalt: random.field(), ctx: random.field() };
      const statement = await linearStepStatement(secrets, entryOf(SMALL));
      const inputs = { ...inputsOf(drawn, { g: step.gradient, w2: step.newWeights }), ...salts(secrets) };
      const witness = await small.generate(inputs);
      expect(witness.slice(1, OUTPUTS + 2), `vector ${i}`).to.deep.equal(linearStepPublicSignals(statement.signals));
      // Checking every row takes ten times as long as the step: every eighth vector shows the same.
      if (proved % 8 === 0) expect(satisfies(small.r1cs, witness), `vector ${i}`).to.equal(true);
      proved++;
    }
  });

  it("accepts vectors of maximal magnitude", async function () {
    const { min, max } = signedBounds(SMALL.B);
    // The predictions cancel and so do the two samples: every value is an end point and the gradient is small.
    const extremes: LinearStepVector[] = [
      {
        X: [
          [max, max],
          [max, max],
        ],
        y: [max, -max],
        weights: [max, -max],
      },
      {
        X: [
          [min, min],
          [min, min],
        ],
        y: [max, -max],
        weights: [max, -max],
      },
      {
        X: [
          [max, max],
          [min, min],
        ],
        y: [0n, 0n],
        weights: [max, -max],
      },
      {
        X: [
          [0n, 0n],
          [0n, 0n],
        ],
        y: [min, max],
        weights: [min, max],
      },
    ];
    for (const extreme of extremes) {
      const { gradient, newWeights } = linearStep({ ...extreme, params: SMALL });
      const witness = await small.generate(inputsOf(extreme, { g: gradient, w2: newWeights }));
      expect(satisfies(small.r1cs, witness)).to.equal(true);
    }
  });

  it("has no proof for a step out of range, and does not wrap around the field", async function () {
    const { min, max } = signedBounds(SMALL.B);
    for (const extreme of [
      {
        X: [
          [min, min],
          [min, min],
        ],
        y: [max, max],
        weights: [min, min],
      },
      {
        X: [
          [max, max],
          [max, max],
        ],
        y: [min, min],
        weights: [max, max],
      },
    ]) {
      expect(tryStep(extreme, SMALL)).to.equal(undefined);
      const { gradient, newWeights, loss } = naiveStep(extreme, SMALL);
      const clamp = (v: bigint): bigint => (v < min ? min : v > max ? max : v);
      for (const g of [gradient, gradient.map(clamp), gradient.map((v) => BigInt.asIntN(SMALL.B, v)), [0n, 0n]]) {
        for (const w2 of [newWeights, newWeights.map(clamp), newWeights.map((v) => BigInt.asIntN(SMALL.B, v))]) {
          const witness = await small.generate(inputsOf(extreme, { g, w2 }));
          expect(satisfies(small.r1cs, witness)).to.equal(false);
          expect(witness[OUTPUTS]).to.equal(loss);
        }
      }
    }
  });

  it("rejects a gradient that is one off, with the update that fits it", async function () {
    const random = new Random(7);
    for (let i = 0; i < 20; i++) {
      const drawn = drawVector(random, SMALL);
      const step = tryStep(drawn, SMALL);
      if (step === undefined) continue;
      for (const error of [-1n, 1n, -(1n << 7n), 1n << 7n]) {
        for (let j = 0; j < SMALL.d; j++) {
          const g = step.gradient.with(j, (step.gradient[j] ?? 0n) + error);
          const w2 = drawn.weights.map((w, k) => w - (((g[k] ?? 0n) + 2n) >> 2n));
          const witness = await small.generate(inputsOf(drawn, { g, w2 }));
          expect(satisfies(small.r1cs, witness), `vector ${i}, g[${j}] + ${error}`).to.equal(false);
        }
      }
    }
  });

  it("rejects a new weight that is one off", async function () {
    const { gradient, newWeights } = linearStep({ ...vector, params: SMALL });
    for (const error of [-1n, 1n, 4n, -4n]) {
      for (let j = 0; j < SMALL.d; j++) {
        const w2 = newWeights.with(j, (newWeights[j] ?? 0n) + error);
        const witness = await small.generate(inputsOf(vector, { g: gradient, w2 }));
        expect(satisfies(small.r1cs, witness), `w2[${j}] + ${error}`).to.equal(false);
        expect(await snarkjsAccepts(small.r1csPath, witness)).to.equal(false);
      }
    }
  });

  it("rejects a gradient or weights that solve the rounding modulo p only", async function () {
    const { gradient, newWeights } = linearStep({ ...vector, params: SMALL });
    const shift = 2 * SMALL.F + 1;
    // g + 2^-S moves the remainder by exactly one modulo p, which is inside its range.
    const wrapped = mod((gradient[0] ?? 0n) + inversePowerOfTwo(shift));
    const first = await small.generate(inputsOf(vector, { g: gradient.with(0, wrapped), w2: newWeights }));
    expect(satisfies(small.r1cs, first)).to.equal(false);
    const wrappedWeight = mod((newWeights[0] ?? 0n) + inversePowerOfTwo(SMALL.T));
    const second = await small.generate(inputsOf(vector, { g: gradient, w2: newWeights.with(0, wrappedWeight) }));
    expect(satisfies(small.r1cs, second)).to.equal(false);
  });

  it("rejects every change of an input or output wire, in coherence with the rest or not", async function () {
    const { gradient, newWeights } = linearStep({ ...vector, params: SMALL });
    for (const name of [
      "weights",
      "newWeights",
      "gradient",
      "batch",
      "loss",
      "X[0][0]",
      "X[1][1]",
      "y[0]",
      "y[1]",
      "w[0]",
      "w[1]",
      "g[0]",
      "w2[1]",
      "modelSalt",
      "batchSalt",
      "ctx",
    ]) {
      const wire = small.wires.get(`main.${name}`) ?? -1;
      expect(wire, name).to.be.greaterThan(0);
      for (const change of [1n, -1n, FIELD_ORDER / 2n]) {
        const forged = honest.with(wire, mod((honest[wire] ?? 0n) + change));
        expect(satisfies(small.r1cs, forged), `${name} + ${change}`).to.equal(false);
      }
    }
    // Coherent: another batch or other weights, recomputed throughout, but with the old claims.
    for (const other of [
      {
        ...vector,
        X: [
          [5n, -6n],
          [-128n, 100n],
        ],
      },
      { ...vector, y: [4n, -40n] },
      { ...vector, weights: [2n, 9n] },
    ]) {
      const witness = await small.generate(inputsOf(other, { g: gradient, w2: newWeights }));
      expect(satisfies(small.r1cs, witness)).to.equal(false);
    }
  });

  it("rejects every change of any single wire", function () {
    // One row at least mentions each wire: only those rows can change their verdict.
    const rows = rowsOfWires(small);
    for (let wire = 1; wire < small.r1cs.wires; wire++) {
      const forged = honest.with(wire, mod((honest[wire] ?? 0n) + 1n));
      const subset = { ...small.r1cs, constraints: rows[wire] ?? [] };
      expect(satisfies(subset, forged), `wire ${wire}`).to.equal(false);
    }
  });

  it("determines every wire: its Jacobian has full rank", function () {
    const free = freeWires(
      small.r1cs,
      ["g[0]", "g[1]", "w2[0]", "w2[1]"].map((name) => small.wires.get(`main.${name}`) ?? -1),
    );
    expect(jacobianRank(small.r1cs, honest, free)).to.deep.equal({ rank: free.length, undetermined: [] });
  });

  it("notices a missing constraint by the rank of the Jacobian", async function () {
    const broken = compileTiny({
      file: "linear_step",
      main: "LinearStep(2, 2, 8, 3, 2)",
      publicInputs: ["ctx"],
      edits: { linear_loss: (source) => source.replace("square[i] <== residual", "square[i] <-- residual") },
    });
    const { gradient, newWeights } = linearStep({ ...vector, params: SMALL });
    const witness = await broken.generate(inputsOf(vector, { g: gradient, w2: newWeights }));
    const free = freeWires(broken.r1cs);
    expect(jacobianRank(broken.r1cs, witness, free).rank).to.be.lessThan(free.length);
  });

  for (const [main, why] of [
    ["LinearStep(3, 2, 8, 3, 2)", "a batch size that is not a power of two"],
    ["LinearStep(2, 2, 8, 8, 2)", "no integer bit"],
    ["LinearStep(2, 2, 8, 3, 0)", "no learning-rate shift"],
    ["LinearStep(2, 2, 8, 3, 9)", "a learning rate below the last bit"],
    ["LinearStep(2, 2, 64, 8, 2)", "a loss above 252 bits"],
    ["LinearStep(2, 2, 84, 8, 2)", "a sum above 252 bits"],
    ["LinearStep(2, 2, 128, 8, 2)", "values of 128 bits"],
    ["LinearStep(1, 1, 8, 0, 2)", "nothing to round"],
    ["LinearStep(65536, 1, 16, 8, 2)", "more samples than a tag can hold"],
  ] as const) {
    it(`does not compile with ${why}`, function () {
      expect(isRejectedByAssert({ file: "linear_step", main })).to.equal(true);
    });
  }
});

function salts({
  modelSalt,
  batchSalt,
  ctx,
}: {
  modelSalt: bigint;
  batchSalt: bigint;
  ctx: bigint;
}): Record<string, bigint> {
  return { modelSalt, batchSalt, ctx };
}

function rowsOfWires({ r1cs }: Compiled): (typeof r1cs.constraints)[number][][] {
  const rows: (typeof r1cs.constraints)[number][][] = Array.from({ length: r1cs.wires }, () => []);
  for (const row of r1cs.constraints) {
    const wires = new Set([...row.a, ...row.b, ...row.c].map(([wire]) => wire));
    for (const wire of wires) rows[wire]?.push(row);
  }
  return rows;
}

/** 2^-exponent modulo p. */
function inversePowerOfTwo(exponent: number): bigint {
  const half = (FIELD_ORDER + 1n) / 2n;
  let result = 1n;
  for (let i = 0; i < exponent; i++) result = mod(result * half);
  return result;
}
