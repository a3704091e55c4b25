import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import { multiply } from "../../packages/sdk/src/math/matrix.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

type Matrix = bigint[][];

const Z = 5n;

function draw(random: Random, rows: number, columns: number): Matrix {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.between(-8n, 7n)));
}

function reduce(matrix: Matrix): Matrix {
  return matrix.map((row) => row.map(mod));
}

/** C with one entry moved. */
function moved(C: Matrix, row: number, column: number, by: bigint): Matrix {
  return C.map((values, i) => (i === row ? values.with(column, (values[column] ?? 0n) + by) : values));
}

async function accepts(circuit: Compiled, A: Matrix, B: Matrix, C: Matrix, z?: bigint): Promise<boolean> {
  const challenge = z === undefined ? {} : { z };
  return satisfies(circuit.r1cs, await circuit.generate({ A: reduce(A), B: reduce(B), C: reduce(C), ...challenge }));
}

// HornerRow
// └── it is the polynomial, exhaustively for rows of two 4-bit values and 4-bit points
// InnerProduct
// └── it is the sum of products, exhaustively for pairs of 3-bit values
// MatMulDirect, MatMulConsistent
// ├── they accept products of random and edge matrices
// ├── when an entry of the product is moved
// │   └── they reject
// ├── when a row is moved by a multiple of p or by a vector that rho does not see
// │   ├── MatMulDirect rejects the vector
// │   └── MatMulConsistent accepts it: z has to be drawn after the product is fixed
// └── when a dimension is zero
//     └── they do not compile
describe("HornerRow, InnerProduct, MatMulDirect and MatMulConsistent", function () {
  this.timeout(120_000);
  const SHAPES = [[1, 1, 1], [2, 3, 2], [3, 2, 4]] as const; // prettier-ignore

  it("HornerRow is the polynomial of its row", async function () {
    const circuit = compileTiny({ file: "horner_row", main: "HornerRow(3)" });
    for (let first = -8n; first < 8n; first++) {
      for (let last = -8n; last < 8n; last++) {
        for (let z = -8n; z < 8n; z++) {
          const witness = await circuit.generate({ row: [mod(first), 3n, mod(last)], z: mod(z) });
          expect(witness[1]).to.equal(mod(first + 3n * z + last * z * z));
        }
      }
    }
    const witness = await circuit.generate({ row: [1n, 2n, 3n], z: 4n });
    expect(satisfies(circuit.r1cs, witness)).to.equal(true);
    expect(satisfies(circuit.r1cs, witness.with(1, 0n))).to.equal(false);
  });

  it("HornerRow of one value is that value, whatever z is", async function () {
    const circuit = compileTiny({ file: "horner_row", main: "HornerRow(1)" });
    const witness = await circuit.generate({ row: [7n], z: 99n });
    expect(witness[1]).to.equal(7n);
    expect(circuit.r1cs.constraints).to.have.length(0);
  });

  it("InnerProduct is the sum of the products", async function () {
    const circuit = compileTiny({ file: "inner_product", main: "InnerProduct(2)" });
    const values = Array.from({ length: 8 }, (_, i) => BigInt(i) - 4n);
    for (const first of values) {
      for (const second of values) {
        for (const third of values) {
          const witness = await circuit.generate({ a: [first, second].map(mod), b: [third, 3n].map(mod) });
          expect(witness[1]).to.equal(mod(first * third + second * 3n));
          expect(satisfies(circuit.r1cs, witness)).to.equal(true);
          expect(satisfies(circuit.r1cs, witness.with(1, mod((witness[1] ?? 0n) + 1n)))).to.equal(false);
        }
      }
    }
  });

  for (const [m, k, n] of SHAPES) {
    for (const [name, file, z] of [
      ["MatMulDirect", "mat_mul_direct", undefined],
      ["MatMulConsistent", "mat_mul_consistent", Z],
    ] as const) {
      it(`${name} accepts ${m} x ${k} by ${k} x ${n} products and rejects each moved entry`, async function () {
        const circuit = compileTiny({ file, main: `${name}(${m}, ${k}, ${n})` });
        const random = new Random(m + k + n);
        for (let i = 0; i < 20; i++) {
          const [A, B] = [draw(random, m, k), draw(random, k, n)];
          const C = multiply(A, B);
          expect(await accepts(circuit, A, B, C, z)).to.equal(true);
          for (let row = 0; row < m; row++) {
            for (let column = 0; column < n; column++) {
              for (const by of [1n, -1n, 1n << 100n]) {
                expect(await accepts(circuit, A, B, moved(C, row, column, by), z)).to.equal(false);
              }
            }
          }
        }
      });
    }
  }

  it("a vector that rho does not see passes MatMulConsistent alone", async function () {
    const [direct, consistent] = [
      compileTiny({ file: "mat_mul_direct", main: "MatMulDirect(2, 3, 2)" }),
      compileTiny({ file: "mat_mul_consistent", main: "MatMulConsistent(2, 3, 2)" }),
    ];
    const random = new Random(2);
    const [A, B] = [draw(random, 2, 3), draw(random, 3, 2)];
    // (-z, 1) * (1, z) = 0: whoever knows z forges. With another z the forgery fails.
    const forged = moved(moved(multiply(A, B), 1, 0, -Z), 1, 1, 1n);
    expect(await accepts(direct, A, B, forged)).to.equal(false);
    expect(await accepts(consistent, A, B, forged, Z)).to.equal(true);
    expect(await accepts(consistent, A, B, forged, Z + 1n)).to.equal(false);
    expect(await accepts(consistent, A, B, forged, FIELD_ORDER - Z)).to.equal(false);
  });

  for (const [file, main] of [
    ["horner_row", "HornerRow(0)"],
    ["inner_product", "InnerProduct(0)"],
    ["mat_mul_direct", "MatMulDirect(1, 0, 1)"],
    ["mat_mul_consistent", "MatMulConsistent(1, 1, 0)"],
  ] as const) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file, main })).to.equal(true);
    });
  }
});

// useFreivalds
// └── it names the smaller of both circuits, counting what the entries cost in the hash
describe("useFreivalds", function () {
  this.timeout(120_000);

  /** The choice as the constant output of a template that only this test has. */
  async function choice(m: number, k: number, n: number, hashCost: number): Promise<bigint> {
    const probe = `template Probe() {\n signal output out;\n out <== useFreivalds(${m}, ${k}, ${n}, ${hashCost});\n}\n`;
    const edits = { use_freivalds: (source: string) => source + probe };
    const circuit = compileTiny({ file: "use_freivalds", main: "Probe()", edits, transient: true });
    return (await circuit.generate({}))[1] ?? -1n;
  }

  for (const [m, k, n, hashCost, expected] of [
    [64, 64, 1, 0, 0n], // vectors never
    [64, 64, 32, 39, 1n],
    [64, 40, 32, 39, 0n],
    [64, 45, 32, 39, 1n], // raw results from about 45
    [64, 6, 32, 4, 1n], // rescaled ones from about 6
    [64, 4, 32, 4, 0n],
    [8, 8, 8, 0, 1n],
    [2, 2, 2, 0, 0n], // as many constraints: no challenge for nothing
  ] as const) {
    it(`is ${expected} for ${m} x ${k} by ${k} x ${n} at ${hashCost} per entry`, async function () {
      expect(await choice(m, k, n, hashCost)).to.equal(expected);
    });
  }

  it("counts as the compiler does", function () {
    const [m, k, n] = [3, 4, 2];
    const direct = compileTiny({ file: "mat_mul_direct", main: `MatMulDirect(${m}, ${k}, ${n})` });
    const consistent = compileTiny({ file: "mat_mul_consistent", main: `MatMulConsistent(${m}, ${k}, ${n})` });
    expect(direct.r1cs.constraints).to.have.length(m * k * n);
    expect(consistent.r1cs.constraints).to.have.length(k * (n - 1) + m * k + m * (n - 1));
  });
});
