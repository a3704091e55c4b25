import { expect } from "chai";

import { firstMaximum } from "./support/mlp-witness.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { type Compiled, compileTiny, isRejectedByAssert, replaceOnce } from "./support/tiny-circuit.ts";

const isClass = (circuit: Compiled, witness: readonly bigint[], classes: number): bigint[] =>
  Array.from({ length: classes }, (_, j) => witness[circuit.wires.get(`main.isClass[${j}]`) ?? -1] ?? -1n);

const oneHot = (index: number, classes: number): bigint[] =>
  Array.from({ length: classes }, (_, j) => (j === index ? 1n : 0n));

/** All rows of `classes` signed integers of 4 bits, `step` apart. */
function rows(classes: number, step: number): bigint[][] {
  const values = Array.from({ length: Math.ceil(16 / step) }, (_, i) => BigInt(i * step) - 8n);
  let all: bigint[][] = [[]];
  for (let j = 0; j < classes; j++) all = all.flatMap((row) => values.map((value) => [...row, value]));
  return all;
}

// ArgMax
// ├── it marks the first maximum, exhaustively for two and three scores of 4 bits
// ├── it marks the first maximum of the widest scores
// ├── when a later maximum of a tie is marked, or none, or two
// │   └── it rejects
// └── when there is one score, or more bits than the field holds
//     └── it does not compile
// CorrectCount
// ├── it counts the rows whose first maxima agree
// └── when the count is one off, or ties are broken the other way
//     └── it rejects
describe("ArgMax", function () {
  this.timeout(120_000);

  for (const classes of [2, 3]) {
    it(`marks the first maximum of ${classes} scores of 4 bits`, async function () {
      const circuit = compileTiny({ file: "argmax", main: `ArgMax(4, ${classes})` });
      const constraints = 5 * (classes - 1) + 2 * (classes - 2) + 2 * (classes - 1) + 1;
      expect(circuit.r1cs.constraints).to.have.length(constraints);
      for (const scores of rows(classes, 1)) {
        const witness = await circuit.generate({ scores: scores.map(mod) });
        const marked = isClass(circuit, witness, classes);
        expect(marked, scores.join()).to.deep.equal(oneHot(firstMaximum(scores), classes));
        expect(satisfies(circuit.r1cs, witness), scores.join()).to.equal(true);
      }
    });
  }

  it("marks the first maximum of five scores of 251 bits", async function () {
    const circuit = compileTiny({ file: "argmax", main: "ArgMax(251, 5)" });
    const random = new Random(251);
    const [low, high] = [-(1n << 250n), (1n << 250n) - 1n];
    for (let i = 0; i < 60; i++) {
      const scores = Array.from({ length: 5 }, () => random.pick([low, low + 1n, -1n, 0n, 1n, high - 1n, high]));
      const witness = await circuit.generate({ scores: scores.map(mod) });
      expect(isClass(circuit, witness, 5)).to.deep.equal(oneHot(firstMaximum(scores), 5));
      expect(satisfies(circuit.r1cs, witness)).to.equal(true);
    }
  });

  it("rejects every other class for every row of three scores", async function () {
    const main = "ArgMax(4, 3)";
    const circuit = compileTiny({ file: "argmax", main });
    // A forger decides both comparisons as it likes, and all else follows.
    const forgers = [0, 1, 2, 3].map((bits) =>
      compileTiny({
        file: "argmax",
        main,
        edits: { argmax: (s) => s.replaceAll("exceeds[j].bit[BITS]", `((${bits} >> (j - 1)) & 1)`) },
      }),
    );
    for (const scores of rows(3, 3)) {
      let accepted = 0;
      for (const forger of forgers) {
        const inputs = { scores: scores.map(mod) };
        const claim = isClass(forger, await forger.generate(inputs), 3);
        const forged = claim.reduce(
          (witness, value, j) => witness.with(circuit.wires.get(`main.isClass[${j}]`) ?? -1, value),
          await forger.generate(inputs, circuit),
        );
        if (!satisfies(circuit.r1cs, forged)) continue;
        expect(claim, scores.join()).to.deep.equal(oneHot(firstMaximum(scores), 3));
        accepted++;
      }
      expect(accepted, scores.join()).to.be.greaterThan(0);
    }
  });

  for (const main of ["ArgMax(4, 1)", "ArgMax(252, 2)", "ArgMax(1, 2)"]) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file: "argmax", main })).to.equal(true);
    });
  }
});

describe("CorrectCount", function () {
  this.timeout(120_000);
  const tiny = { file: "correct_count", main: "CorrectCount(2, 3, 6, 4)" };
  const tie = {
    predictions: [
      [5n, 5n, 4n],
      [-3n, 7n, 7n],
    ],
    labels: [
      [1n, 0n, 0n],
      [0n, 0n, 1n],
    ],
  };
  const inputs = ({ predictions, labels }: typeof tie): Record<string, bigint[][]> => ({
    predictions: predictions.map((row) => row.map(mod)),
    labels: labels.map((row) => row.map(mod)),
  });

  it("counts the rows whose first maxima agree", async function () {
    const circuit = compileTiny(tiny);
    const random = new Random(3);
    const draw = (bits: bigint): bigint[][] =>
      [0, 1].map(() => [0, 1, 2].map(() => random.between(-(1n << bits), (1n << bits) - 1n)));
    const counts = new Set<bigint>();
    for (let i = 0; i < 400; i++) {
      // Labels of few values, so that there are ties.
      const drawn = { predictions: draw(i % 2 === 0 ? 5n : 1n), labels: draw(i % 3 === 0 ? 3n : 0n) };
      const witness = await circuit.generate(inputs(drawn));
      const agree = drawn.predictions.filter((row, r) => firstMaximum(row) === firstMaximum(drawn.labels[r] ?? []));
      expect(witness[1]).to.equal(BigInt(agree.length));
      expect(satisfies(circuit.r1cs, witness)).to.equal(true);
      counts.add(BigInt(agree.length));
    }
    expect([...counts].sort()).to.deep.equal([0n, 1n, 2n]);
  });

  it("rejects a count that is one off", async function () {
    const circuit = compileTiny(tiny);
    const witness = await circuit.generate(inputs(tie));
    expect(witness[1]).to.equal(1n);
    for (const count of [0n, 2n]) expect(satisfies(circuit.r1cs, witness.with(1, count))).to.equal(false);
  });

  it("rejects a prover who breaks ties towards the end", async function () {
    const circuit = compileTiny(tiny);
    const forger = compileTiny({
      ...tiny,
      edits: { argmax: (s) => replaceOnce(s, "scores[j] - maximum[j - 1] - 1", "scores[j] - maximum[j - 1]") },
    });
    const labels = [
      [0n, 1n, 0n],
      [0n, 0n, 1n],
    ];
    const claim = await forger.generate(inputs({ ...tie, labels }));
    expect(claim[1]).to.equal(2n);
    expect(satisfies(forger.r1cs, claim)).to.equal(true);
    expect(satisfies(circuit.r1cs, await forger.generate(inputs({ ...tie, labels }), circuit))).to.equal(false);
  });
});
