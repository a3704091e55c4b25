import { expect } from "chai";

import { commitTensor } from "../../packages/sdk/src/commit/commit-tensor.ts";
import { drawMatrix, given, matrixOf, reduced, type Values } from "./support/instance.ts";
import { reduceLattice, shortKernelVector } from "./support/lattice.ts";
import { Random } from "./support/random.ts";
import { combine, multiply, roundedMatrix, transpose } from "./support/reference.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { solve, solverOf } from "./support/solve.ts";
import { type Compiled, compileTiny, replaceOnce, type TinyCircuit } from "./support/tiny-circuit.ts";
import { cutAtChallenge, transcriptBinding } from "./support/transcript-binding.ts";
import { snarkjsAccepts } from "./support/wtns.ts";

/** The number format of the network and as many outputs as a kernel vector of 16-bit values needs. */
const [m, d, k, B, F] = [2, 1, 20, 16, 8];
const REAL: TinyCircuit = {
  file: "linear_gradient_k",
  main: `LinearGradientK(${m}, ${d}, ${k}, ${B}, ${B}, ${F})`,
  publicInputs: ["ctx"],
};
/** The gradient stays committed and range checked; only the transcript lacks it. */
const BROKEN: TinyCircuit = {
  ...REAL,
  edits: {
    linear_gradient_k: (source) =>
      replaceOnce(source, "challenge.transcript[2] <== gradient;", "challenge.transcript[2] <== 0;"),
  },
};

function honestValues(): Values {
  const random = new Random(5);
  const [X, Y, W] = [drawMatrix(random, m, d, 300n), drawMatrix(random, m, k, 300n), drawMatrix(random, d, k, 300n)];
  const residual = combine(multiply(X, W), Y, (p, y) => p - 2n ** BigInt(F) * y);
  const { value: G, remainder: R } = roundedMatrix(multiply(transpose(X), residual), 2 * F + 1);
  return { X, Y, W, G, R, C: multiply(transpose(Y), residual), modelSalt: 11n, batchSalt: 22n, ctx: 33n };
}

// A row of range-checked values that the challenge does not depend on
// └── lattice reduction finds other values with the same image under the challenge
//     ├── the circuit that leaves the gradient out of its transcript accepts a false gradient, as a full witness
//     └── the real circuit rejects it, for its own challenge and for the one that the vector was made for
describe("lattice attack on a challenge", function () {
  this.timeout(180_000);
  const values = honestValues();
  const G = matrixOf(values, "G");
  let real: Compiled;
  let broken: Compiled;
  let forged: Values;

  before(async function () {
    real = compileTiny(REAL);
    broken = compileTiny(BROKEN);
    const honest = await broken.generate(reduced(values));
    expect(satisfies(broken.r1cs, honest)).to.equal(true);
    const z = honest[cutAtChallenge(broken).challenge] ?? 0n;
    const powers = Array.from({ length: k }, () => 1n);
    for (let i = 1; i < k; i++) powers[i] = mod((powers[i - 1] ?? 0n) * z);
    // The same image under z, and the same loss, since <A, W> is hashed with it.
    const [weights = []] = matrixOf(values, "W");
    const [gradient = []] = G;
    const kernel = shortKernelVector(powers, [weights]);
    forged = { ...values, G: [gradient.map((g, i) => g + (kernel[i] ?? 0n))] };
  });

  it("reduces a lattice: short vectors of the same lattice", function () {
    // prettier-ignore
    const reducedBasis = reduceLattice([[1n, 1n, 1n], [-1n, 0n, 2n], [3n, 5n, 6n]]);
    expect(reducedBasis.map((v) => v.reduce((sum, x) => sum + x * x, 0n)).every((norm) => norm <= 5n)).to.equal(true);
  });

  it("finds another gradient within 16 bits", function () {
    const entries = matrixOf(forged, "G").flat();
    expect(entries).to.not.deep.equal(G.flat());
    expect(entries.every((g) => g >= -(2n ** 15n) && g < 2n ** 15n)).to.equal(true);
  });

  it("is accepted where the gradient is range checked but not hashed", async function () {
    const witness = await broken.generate(reduced(forged));
    expect(satisfies(broken.r1cs, witness)).to.equal(true);
    expect(await snarkjsAccepts(broken.r1csPath, witness)).to.equal(true);
    // The public signals claim a gradient that is not the one of batch and weights.
    const claim = await commitTensor({
      kind: 2,
      rows: d,
      cols: k,
      bits: B,
      fraction: F,
      values: matrixOf(forged, "G").flat(),
      salt: 11n,
    });
    expect(witness[broken.wires.get("main.gradient") ?? -1]).to.equal(claim);
    const honest = await broken.generate(reduced(values));
    for (const name of ["weights", "batch", "loss", "ctx"]) {
      const wire = broken.wires.get(`main.${name}`) ?? -1;
      expect(witness[wire], name).to.equal(honest[wire]);
    }
  });

  it("is rejected by the circuit", async function () {
    const witness = await real.generate(reduced(forged));
    expect(satisfies(real.r1cs, witness)).to.equal(false);
    expect(await snarkjsAccepts(real.r1csPath, witness)).to.equal(false);
    expect(solve(solverOf(real.r1cs), given(real, forged)).kind).to.equal("contradiction");
    // Nor does the witness of the other circuit help, in the order of this one's wires.
    expect(satisfies(real.r1cs, await broken.generate(reduced(forged), real))).to.equal(false);
    expect(satisfies(real.r1cs, await real.generate(reduced(values)))).to.equal(true);
  });

  it("is announced by the transcript check", function () {
    expect(transcriptBinding(broken).unbound).to.have.length(d * k);
    expect(transcriptBinding(real).unbound).to.deep.equal([]);
  });
});
