import { expect } from "chai";

import type { CircuitName } from "../../packages/sdk/src/circuits/circuit-params.ts";
import { signedBounds } from "../../packages/sdk/src/math/fixed-point.ts";
import { linearEvaluateStatement } from "../../packages/sdk/src/proof/linear-evaluate.ts";
import { linearGradientKStatement } from "../../packages/sdk/src/proof/linear-gradient-k.ts";
import { linearGradientStatement } from "../../packages/sdk/src/proof/linear-gradient.ts";
import { linearProgressStatement } from "../../packages/sdk/src/proof/linear-progress.ts";
import { linearResidualsStatement } from "../../packages/sdk/src/proof/linear-residuals.ts";
import { linearStepKStatement } from "../../packages/sdk/src/proof/linear-step-k.ts";
import type { TrainingSecrets } from "../../packages/sdk/src/proof/training-secrets.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, type Inputs, isRejectedByAssert } from "./support/tiny-circuit.ts";

interface Honest {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly publicSignals: readonly bigint[];
}

interface Case {
  readonly file: string;
  readonly entry: CircuitName;
  readonly publicInputs: readonly string[];
  /** Columns of Y; the rest of the shape is 2 x 3. */
  readonly k: number;
  readonly featureBits: number;
  readonly statement: (secrets: TrainingSecrets, entry: CircuitName) => Promise<Honest>;
  /** Instances with a parameter beyond a bound. */
  readonly tooLarge: readonly string[];
}

const CASES: readonly Case[] = [
  {
    file: "linear_gradient",
    entry: { name: "LinearGradient", params: [2, 3, 8, 3] },
    publicInputs: ["ctx"],
    k: 1,
    featureBits: 8,
    statement: linearGradientStatement,
    tooLarge: ["(3, 2, 8, 3)", "(2, 2, 8, 8)", "(2, 2, 64, 3)", "(65536, 2, 8, 3)", "(1, 2, 8, 0)"],
  },
  {
    file: "linear_gradient_k",
    entry: { name: "LinearGradientK", params: [2, 3, 2, 8, 8, 3] },
    publicInputs: ["ctx"],
    k: 2,
    featureBits: 8,
    statement: linearGradientKStatement,
    tooLarge: [
      "(2, 2, 1, 8, 8, 3)",
      "(3, 2, 2, 8, 8, 3)",
      "(2, 2, 2, 8, 8, 8)",
      "(2, 2, 2, 63, 63, 3)",
      "(2, 2, 2, 120, 8, 3)",
    ],
  },
  {
    file: "linear_step_k",
    entry: { name: "LinearStepK", params: [2, 3, 2, 4, 8, 3, 2] },
    publicInputs: ["ctx"],
    k: 2,
    featureBits: 4,
    statement: linearStepKStatement,
    tooLarge: ["(2, 2, 2, 8, 8, 3, 0)", "(2, 2, 2, 8, 8, 3, 9)", "(2, 2, 2, 8, 128, 3, 2)"],
  },
  {
    file: "linear_evaluate",
    entry: { name: "LinearEvaluate", params: [2, 3, 2, 8, 3] },
    publicInputs: ["ctx"],
    k: 2,
    featureBits: 8,
    statement: linearEvaluateStatement,
    tooLarge: ["(2, 2, 2, 64, 3)", "(2, 2, 2, 8, 8)", "(2, 2, 0, 8, 3)"],
  },
  {
    file: "linear_evaluate",
    entry: { name: "LinearEvaluate", params: [2, 3, 1, 8, 3] },
    publicInputs: ["ctx"],
    k: 1,
    featureBits: 8,
    statement: linearEvaluateStatement,
    tooLarge: ["(2, 2, 1, 64, 3)"],
  },
  {
    file: "linear_residuals",
    entry: { name: "LinearResiduals", params: [2, 3, 8, 3] },
    publicInputs: ["residualBound", "gradientBound", "ctx"],
    k: 1,
    featureBits: 8,
    statement: linearResidualsStatement,
    tooLarge: ["(3, 2, 8, 3)", "(2, 2, 64, 3)", "(2, 2, 8, 8)"],
  },
  {
    file: "linear_progress",
    entry: { name: "LinearProgress", params: [2, 3, 8, 3] },
    publicInputs: ["ctx"],
    k: 1,
    featureBits: 8,
    statement: async (secrets, entry) =>
      linearProgressStatement({ ...secrets, newWeights: secrets.weights.map((w) => w / 2n) }, entry),
    tooLarge: ["(2, 2, 63, 3)", "(2, 2, 8, 8)"],
  },
];

/** Two samples of three features whose step stays in range, with end points among the values. */
function secretsOf({ k, featureBits }: Case): TrainingSecrets {
  const { min, max } = signedBounds(featureBits);
  return {
    X: [
      [min, max, 3n],
      [5n, -2n, 0n],
    ],
    Y: [Array.from({ length: k }, (_, l) => 7n - 9n * BigInt(l)), Array.from({ length: k }, (_, l) => BigInt(l))],
    weights: Array.from({ length: 3 * k }, (_, i) => (i % 2 === 0 ? 1n : 2n)),
    modelSalt: 11n,
    batchSalt: 22n,
    ctx: 33n,
  };
}

function compile({ file, entry, publicInputs }: Case): Compiled {
  return compileTiny({ file, main: `${entry.name}(${entry.params.join(", ")})`, publicInputs });
}

function reduce(value: unknown): unknown {
  return typeof value === "bigint" ? mod(value) : (value as readonly unknown[]).map(reduce);
}

function generatorInputs(inputs: Honest["inputs"]): Inputs {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, reduce(value)]));
}

// The linear circuits
// ├── when the witness is honest
// │   └── they accept it, and the public signals are those of the SDK, in order
// ├── when a public signal of an honest witness is changed
// │   └── they reject
// └── when the parameters exceed a bound
//     └── they do not compile
describe("linear circuits", function () {
  this.timeout(300_000);

  for (const item of CASES) {
    const name = `${item.entry.name}(${item.entry.params.join(", ")})`;

    it(`${name} accepts the honest witness and rejects every changed public signal`, async function () {
      const circuit = compile(item);
      const { inputs, publicSignals } = await item.statement(secretsOf(item), item.entry);
      const witness = await circuit.generate(generatorInputs(inputs));
      expect(witness.slice(1, 1 + publicSignals.length)).to.deep.equal(publicSignals.map(mod));
      expect(circuit.r1cs.outputs + circuit.r1cs.publicInputs).to.equal(publicSignals.length);
      expect(satisfies(circuit.r1cs, witness)).to.equal(true);
      for (let signal = 1; signal <= publicSignals.length; signal++) {
        const forged = witness.with(signal, mod((witness[signal] ?? 0n) + 1n));
        expect(satisfies(circuit.r1cs, forged), `signal ${signal}`).to.equal(false);
      }
    });

    for (const params of item.tooLarge) {
      it(`does not compile as ${item.entry.name}${params}`, function () {
        const main = `${item.entry.name}${params}`;
        expect(isRejectedByAssert({ file: item.file, main, publicInputs: item.publicInputs })).to.equal(true);
      });
    }
  }
});
