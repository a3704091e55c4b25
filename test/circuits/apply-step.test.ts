import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import { drawNetwork, isProvable, networkInputs, networkWitness } from "./support/mlp-witness.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

const LANES = 3;
const COUNT = 3;
const B = 8;
const T = 2;
const OUTPUTS = 2 + LANES;

interface Step {
  readonly W: bigint[];
  readonly newW: bigint[];
  readonly G: bigint[][];
  readonly shares: bigint[];
  readonly present: bigint[];
}

const inputsOf = (step: Step): Record<string, unknown> => ({
  W: step.W.map(mod),
  newW: step.newW.map(mod),
  G: step.G.map((row) => row.map(mod)),
  shares: step.shares.map(mod),
  present: step.present.map(mod),
  modelSalt: 11n,
  ctx: 33n,
});

/** Weights after the step, with a floor division instead of shifts. */
function updated({ W, G, shares }: Pick<Step, "W" | "G" | "shares">): bigint[] {
  const divisor = 2n ** BigInt(T + 8);
  return W.map((w, j) => {
    const numerator = G.reduce((sum, row, i) => sum + (shares[i] ?? 0n) * (row[j] ?? 0n), 0n) + divisor / 2n;
    const rest = ((numerator % divisor) + divisor) % divisor;
    return w - (numerator - rest) / divisor;
  });
}

/** The shares of the specification: equal, and one more for the first lanes. */
function equalShares(present: readonly bigint[]): bigint[] {
  const lanes = present.reduce((sum, bit) => sum + bit, 0n);
  let larger = 256n % lanes;
  return present.map((bit) => bit * (256n / lanes + (bit === 1n && larger-- > 0n ? 1n : 0n)));
}

const PATTERNS = [1, 2, 3, 4, 5, 6, 7].map((bits) => [0, 1, 2].map((i) => BigInt((bits >> i) & 1)));

// ApplyStep
// ├── when the step stays in range
// │   ├── it accepts every set of present lanes with equal shares, on random vectors
// │   ├── it accepts any shares that add up to 2^8
// │   └── it accepts gradients of maximal magnitude
// ├── it says which lanes are absent, and what the others hold
// ├── when a present lane is left out of the mean
// │   └── it rejects
// ├── when an absent lane has a share, in the mean or not
// │   └── it rejects
// ├── when shares do not add up to 2^8, or only modulo p, or one is negative
// │   └── it rejects
// ├── when a present bit is not a bit
// │   └── it rejects
// ├── when a new weight is off or leaves its range
// │   └── it rejects
// ├── when a signal is changed
// │   └── it rejects
// ├── it opens the commitments of MlpGradient and LinearGradient
// └── when the parameters exceed a bound
//     └── it does not compile
describe("ApplyStep", function () {
  this.timeout(300_000);
  let small: Compiled;
  const random = new Random(8);
  const draw = (count: number, scale: bigint): bigint[] =>
    Array.from({ length: count }, () => random.between(-scale, scale - 1n));

  function drawStep(present: bigint[], shares = equalShares(present)): Step {
    for (;;) {
      const W = draw(COUNT, 1n << BigInt(B - 1));
      const G = present.map((bit) => (bit === 1n ? draw(COUNT, 1n << BigInt(B - 1)) : W.map(() => 0n)));
      const newW = updated({ W, G, shares });
      if (newW.every((w) => w >= -128n && w < 128n)) return { W, newW, G, shares, present };
    }
  }
  const accepts = async (step: Step): Promise<boolean> => satisfies(small.r1cs, await small.generate(inputsOf(step)));

  before(function () {
    small = compileTiny({
      file: "apply_step",
      main: "ApplyStep(3, 3, 0, 1, 8, 3, 2)",
      publicInputs: ["shares", "ctx"],
    });
  });

  for (const present of PATTERNS) {
    it(`accepts lanes ${present.join("")} with equal shares`, async function () {
      for (let i = 0; i < 12; i++) expect(await accepts(drawStep(present))).to.equal(true);
    });
  }

  it("accepts any shares that add up to 2^8", async function () {
    for (const shares of [
      [1n, 255n, 0n],
      [0n, 0n, 256n],
      [100n, 100n, 56n],
      [256n, 0n, 0n],
    ]) {
      // prettier-ignore
      expect(await accepts(drawStep([1n, 1n, 1n], shares)), shares.join()).to.equal(true);
    }
  });

  it("accepts gradients of maximal magnitude", async function () {
    for (const [g, w] of [
      [-128n, 95n],
      [127n, -96n],
      [-128n, -128n],
      [127n, 127n],
    ] as const) {
      // prettier-ignore
      const step = { W: [w, w, w], G: [[g, g, g], [g, g, g], [g, g, g]], shares: [86n, 85n, 85n] }; // prettier-ignore
      expect(await accepts({ ...step, newW: updated(step), present: [1n, 1n, 1n] }), `${g}`).to.equal(true);
    }
  });

  it("returns 0 for an absent lane and one commitment for equal gradients", async function () {
    const step = drawStep([1n, 0n, 1n]);
    const G = [step.G[0] ?? [], step.G[1] ?? [], step.G[0] ?? []];
    const witness = await small.generate(inputsOf({ ...step, G, newW: updated({ ...step, G }) }));
    expect(satisfies(small.r1cs, witness)).to.equal(true);
    const [first, second, third] = witness.slice(3, 3 + LANES);
    expect(second).to.equal(0n);
    expect(first).to.not.equal(0n);
    expect(third).to.equal(first);
    expect(witness.slice(1 + OUTPUTS, 1 + OUTPUTS + LANES)).to.deep.equal(step.shares);
  });

  it("rejects a mean without a present lane", async function () {
    const step = drawStep([1n, 1n, 1n]);
    for (let lane = 0; lane < LANES; lane++) {
      const dropped = step.G.with(lane, [0n, 0n, 0n]);
      const newW = updated({ ...step, G: dropped });
      expect(newW).to.not.deep.equal(step.newW);
      expect(await accepts({ ...step, newW }), `lane ${lane}`).to.equal(false);
      // Without its commitment, but with its share.
      const present = step.present.with(lane, 0n);
      expect(await accepts({ ...step, newW, G: dropped, present }), `lane ${lane}`).to.equal(false);
    }
  });

  it("rejects a share of an absent lane, with a gradient or without", async function () {
    const shares = [100n, 56n, 100n];
    const full = drawStep([1n, 1n, 1n], shares);
    expect(await accepts(full)).to.equal(true);
    expect(await accepts({ ...full, present: [1n, 0n, 1n] })).to.equal(false);
    const G = full.G.with(1, [0n, 0n, 0n]);
    expect(await accepts({ ...full, G, newW: updated({ ...full, G }), present: [1n, 0n, 1n] })).to.equal(false);
  });

  it("rejects shares that do not add up, or do so with a negative one or modulo p", async function () {
    const rejected = [
      [86n, 85n, 84n],
      [86n, 85n, 86n],
      [0n, 0n, 0n],
      [-1n, 129n, 128n],
      [257n, -1n, 0n],
      [(FIELD_ORDER - 1n) / 2n, (FIELD_ORDER + 1n) / 2n, 256n],
      [512n, -256n, 0n],
    ];
    const { W, G, present } = drawStep([1n, 1n, 1n]);
    for (const shares of rejected) {
      // Small gradients: the new weights would be in range.
      const small = { W: W.map((w) => w / 4n), G: G.map((row) => row.map((g) => g / 16n)), shares };
      expect(await accepts({ ...small, newW: updated(small), present }), shares.join()).to.equal(false);
    }
  });

  it("rejects a present bit that is not a bit", async function () {
    const step = drawStep([1n, 0n, 1n]);
    for (const bit of [2n, -1n, FIELD_ORDER / 2n]) {
      expect(await accepts({ ...step, present: [1n, bit, 1n] }), `${bit}`).to.equal(false);
      expect(await accepts({ ...step, present: [bit, 0n, 1n] }), `${bit}`).to.equal(false);
    }
  });

  it("rejects a new weight that is off or leaves its range", async function () {
    const step = drawStep([1n, 1n, 1n]);
    for (let j = 0; j < COUNT; j++) {
      for (const change of [-1n, 1n, 4n, 1024n, 256n]) {
        const newW = step.newW.with(j, (step.newW[j] ?? 0n) + change);
        expect(await accepts({ ...step, newW }), `newW[${j}] + ${change}`).to.equal(false);
      }
    }
    const G = step.G.map(() => [-128n, 0n, 0n]);
    const over = { ...step, W: [127n, 0n, 0n], G };
    for (const newW of [updated(over), [127n, 0n, 0n], [-97n, 0n, 0n]]) {
      expect(await accepts({ ...over, newW }), newW.join()).to.equal(false);
    }
  });

  it("rejects a change of any signal", async function () {
    const honest = await small.generate(inputsOf(drawStep([1n, 0n, 1n])));
    expect(satisfies(small.r1cs, honest)).to.equal(true);
    for (let wire = 1; wire <= OUTPUTS + LANES + 1; wire++) {
      for (const change of [1n, -1n, FIELD_ORDER / 2n]) {
        const forged = honest.with(wire, mod((honest[wire] ?? 0n) + change));
        expect(satisfies(small.r1cs, forged), `signal ${wire} + ${change}`).to.equal(false);
      }
    }
  });

  it("opens the commitments of MlpGradient", async function () {
    const params = { m: 2, d: 2, h: 2, k: 2, B: 8, F: 3, T: 2 };
    const gradients = compileTiny({
      file: "mlp_gradient",
      main: "MlpGradient(2, 2, 2, 2, 8, 3)",
      publicInputs: ["ctx"],
    });
    const apply = compileTiny({
      file: "apply_step",
      main: "ApplyStep(1, 2, 2, 2, 8, 3, 2)",
      publicInputs: ["shares", "ctx"],
    });
    const { tensors } = networkWitness(drawNetwork(random, params, 8n), params);
    expect(isProvable(tensors, params)).to.equal(true);
    const { W1 = [], W2 = [], G1 = [], G2 = [], W1new = [], W2new = [] } = tensors;
    const names = Object.keys(tensors).filter((name) => !name.endsWith("new"));
    const gradient = await gradients.generate(networkInputs(tensors, names));
    const step = {
      W: [...W1, ...W2].flat(),
      newW: [...W1new, ...W2new].flat(),
      G: [[...G1, ...G2].flat()],
      shares: [256n],
      present: [1n],
    };
    const applied = await apply.generate(inputsOf(step));
    expect(satisfies(apply.r1cs, applied)).to.equal(true);
    expect([applied[1], applied[3]]).to.deep.equal([gradient[1], gradient[2]]);
  });

  it("opens the commitments of LinearGradient", async function () {
    const gradients = compileTiny({
      file: "linear_gradient",
      main: "LinearGradient(2, 3, 8, 3)",
      publicInputs: ["ctx"],
    });
    const step = drawStep([1n, 1n, 1n]);
    const claim = { w: step.W.map(mod), g: (step.G[1] ?? []).map(mod) };
    const batch = { X: [[0n, 0n, 0n], [0n, 0n, 0n]], y: [0n, 0n] }; // prettier-ignore
    const gradient = await gradients.generate({ ...batch, ...claim, modelSalt: 11n, batchSalt: 22n, ctx: 33n });
    const applied = await small.generate(inputsOf(step));
    expect([applied[1], applied[4]]).to.deep.equal([gradient[1], gradient[2]]);
  });

  for (const [main, why] of [
    ["ApplyStep(0, 3, 0, 1, 8, 3, 2)", "no lane"],
    ["ApplyStep(257, 3, 0, 1, 8, 3, 2)", "more lanes than shares"],
    ["ApplyStep(1, 3, 0, 1, 8, 8, 2)", "no integer bit"],
    ["ApplyStep(1, 3, 0, 1, 8, 3, 0)", "no learning-rate shift"],
    ["ApplyStep(1, 3, 0, 1, 8, 3, 9)", "a learning rate below the last bit"],
    ["ApplyStep(1, 3, 0, 1, 122, 3, 122)", "a mean above 252 bits"],
    ["ApplyStep(1, 65536, 0, 1, 8, 3, 2)", "more features than a tag can hold"],
  ] as const) {
    it(`does not compile with ${why}`, function () {
      expect(isRejectedByAssert({ file: "apply_step", main })).to.equal(true);
    });
  }
});
