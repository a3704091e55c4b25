import { expect } from "chai";

import { changed, type Matrix } from "./support/mlp-witness.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

type Tensors = Readonly<Record<"A" | "B" | "quotient" | "remainder", Matrix>>;

const inputsOf = (tensors: Tensors, z: bigint): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(tensors).map(([name, matrix]) => [name, matrix.map((row) => row.map(mod))])),
  z,
});

/** An honest product, rounded by 2^S with a floor division. */
function drawProduct(random: Random, [m, k, n]: readonly [number, number, number], S: number): Tensors {
  const draw = (rows: number, cols: number): Matrix =>
    Array.from({ length: rows }, () => Array.from({ length: cols }, () => random.between(-128n, 127n)));
  const [A, B] = [draw(m, k), draw(k, n)];
  const unit = 2n ** BigInt(S);
  const shifted = A.map((row) =>
    Array.from({ length: n }, (_, j) => row.reduce((sum, a, t) => sum + a * (B[t]?.[j] ?? 0n), 0n) + unit / 2n),
  );
  const remainder = shifted.map((row) => row.map((value) => ((value % unit) + unit) % unit));
  const quotient = shifted.map((row, i) => row.map((value, j) => (value - (remainder[i]?.[j] ?? 0n)) / unit));
  return { A, B, quotient, remainder };
}

// RoundedMatMul
// ├── it accepts exactly the rounded product of two numbers, exhaustively for 4 bits
// ├── it accepts rounded products of matrices, wide, tall and of one column
// ├── when any entry is changed
// │   └── it rejects, but for a challenge that was known before
// └── when the shift is not below 252 bits
//     └── it does not compile
describe("RoundedMatMul", function () {
  this.timeout(120_000);

  it("accepts exactly the rounded product of two numbers of 4 bits", async function () {
    const circuit = compileTiny({ file: "rounded_mat_mul", main: "RoundedMatMul(1, 1, 1, 3)" });
    for (let a = -8n; a < 8n; a++) {
      for (let b = -8n; b < 8n; b++) {
        const rounded = BigInt(Math.floor((Number(a * b) + 4) / 8));
        const accepted: bigint[] = [];
        for (let quotient = rounded - 2n; quotient <= rounded + 2n; quotient++) {
          for (let remainder = 0n; remainder < 8n; remainder++) {
            const tensors = { A: [[a]], B: [[b]], quotient: [[quotient]], remainder: [[remainder]] };
            if (satisfies(circuit.r1cs, await circuit.generate(inputsOf(tensors, 5n)))) accepted.push(quotient);
          }
        }
        expect(accepted, `${a} * ${b}`).to.deep.equal([rounded]);
      }
    }
  });

  for (const size of [
    [3, 2, 2],
    [2, 3, 4],
    [2, 3, 1],
  ] as const) {
    // prettier-ignore
    it(`accepts rounded products of ${size.join(" x ")} and no other entry`, async function () {
      const [m, k, n] = size;
      const circuit = compileTiny({ file: "rounded_mat_mul", main: `RoundedMatMul(${m}, ${k}, ${n}, 5)` });
      expect(circuit.r1cs.constraints).to.have.length(m * k + (m + k) * (n - 1) + m * n);
      const random = new Random(m * n);
      for (let round = 0; round < 5; round++) {
        const honest = drawProduct(random, size, 5);
        const z = random.field();
        expect(satisfies(circuit.r1cs, await circuit.generate(inputsOf(honest, z)))).to.equal(true);
        for (const name of ["A", "B", "quotient", "remainder"] as const) {
          for (const [i, row] of honest[name].entries()) {
            for (const j of row.keys()) {
              const forged = { ...honest, [name]: changed(honest[name], i, j, 1n) };
              expect(satisfies(circuit.r1cs, await circuit.generate(inputsOf(forged, z))), name).to.equal(false);
            }
          }
        }
      }
    });
  }

  it("accepts a false product for a challenge that was known before", async function () {
    const circuit = compileTiny({ file: "rounded_mat_mul", main: "RoundedMatMul(3, 2, 2, 5)" });
    const random = new Random(1);
    const honest = drawProduct(random, [3, 2, 2], 5);
    const known = 7n;
    // -7 + 1 * z vanishes at z = 7, and nowhere else.
    const forged = { ...honest, remainder: changed(changed(honest.remainder, 0, 0, -known), 0, 1, 1n) };
    expect(satisfies(circuit.r1cs, await circuit.generate(inputsOf(forged, known)))).to.equal(true);
    for (const z of [known + 1n, random.field(), random.field()]) {
      expect(satisfies(circuit.r1cs, await circuit.generate(inputsOf(forged, z)))).to.equal(false);
    }
  });

  for (const shift of [0, 252]) {
    it(`does not compile with a shift of ${shift}`, function () {
      expect(isRejectedByAssert({ file: "rounded_mat_mul", main: `RoundedMatMul(1, 1, 1, ${shift})` })).to.equal(true);
    });
  }
});
