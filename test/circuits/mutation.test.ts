import { expect } from "chai";

import { give, originalOf } from "./mutation/judge.ts";
import { type Mutant, mutantsOf } from "./mutation/mutants.ts";
import { compileVariant, readSources } from "./mutation/variant.ts";
import { instancesOf, judge } from "./mutation/verdict.ts";
import { ALL_INSTANCES, CIRCUIT_INSTANCES } from "./support/instances.ts";

const SOURCE = `
// a comment with x <== y;
template T(N) {
    signal input in[N];
    component range = Range(N, 1 << 3);
    for (var i = 1; i < N; i++) {
        sum += in[i] - 4;
    }
    range.value <== in[0] + sum; // and another
    in[1] === 5;
}
`;

/** Files whose mutants the quick tests judge; npm run mutate:circuits judges those of all. */
const QUICK = ["rounded_shift", "horner_row", "is_positive"];

function changesOf(file: string): Mutant[] {
  return mutantsOf(file, readSources().get(`${file}.circom`) ?? "");
}

// Mutation of circuits
// ├── it drops, negates and shifts every statement, and nothing else
// ├── it covers every source, and an unchanged source is given away by nothing
// ├── every mutant of the smallest gadgets is noticed
// └── when a circuit lacks a statement
//     └── it is told how: an honest witness refused, a false one accepted, a wire left free, a term not hashed
describe("mutation of circuits", function () {
  this.timeout(180_000);

  it("changes every statement in every way", function () {
    const changes = mutantsOf("t", SOURCE).map(({ line, becomes }) => `${line}: ${becomes}`);
    expect(changes).to.deep.equal([
      "5: component range = Range((N) + 1, 1 << 3)",
      "5: component range = Range((N) - 1, 1 << 3)",
      "5: component range = Range(N, (1 << 3) + 1)",
      "5: component range = Range(N, (1 << 3) - 1)",
      "6: for (var i = 1; i < (N) - 1; i++)",
      "6: for (var i = (1) + 1; i < N; i++)",
      "7: ",
      "7: sum -= in[i] - 4",
      "7: sum += in[i] + 4",
      "7: sum += in[i] - 5",
      "9: range.value <-- in[0] + sum",
      "9: range.value <== in[0] - sum",
      "10: ",
      "10: in[1] === 6",
    ]);
  });

  it("covers every source but the rule of thumb that no circuit includes", function () {
    const uncovered = [...readSources().keys()]
      .map((name) => name.replace(".circom", ""))
      .filter((file) => instancesOf(file).length === 0);
    expect(uncovered).to.deep.equal(["use_freivalds"]);
  });

  for (const name of ["LinearStep", "MlpGradient", "ApplyStep"]) {
    it(`has nothing to say against ${name} as it is`, async function () {
      const instance = ALL_INSTANCES[name];
      if (instance === undefined) throw new Error("no instance");
      const variant = await compileVariant(instance, readSources(), true);
      if (variant === undefined) throw new Error("it does not compile");
      expect(give(originalOf(name, instance, variant), variant)).to.equal(undefined);
    });
  }

  for (const file of QUICK) {
    it(`notices every mutant of ${file}`, async function () {
      for (const mutant of changesOf(file)) {
        const { kind } = await judge(mutant);
        expect(kind, `${mutant.line}: ${mutant.becomes}`).to.not.equal("survived");
      }
    });
  }

  for (const [instance, file, becomes, how] of [
    ["LinearGradient", "linear_gradient", "weights <-- commitWeights.commitment", /accepts a forged witness/],
    ["LinearGradient", "linear_mean_gradient", "round[j] = RoundedShift((S) + 1)", /rejects the honest witness/],
    [
      "LinearStep",
      "commit_values",
      "component pack = Pack(N, (B) + 1, 1 << (B - 1))",
      /accepts the falsehood|other public/,
    ],
    [
      "LinearStepK",
      "linear_gradient_k",
      "challenge.transcript[2] <-- gradient",
      /forged|does not bind|undetermined|free/,
    ],
    ["MlpGradient", "mlp_gradient", "challenge.transcript[3] <-- batch", /forged|does not bind|undetermined|free/],
  ] as const) {
    it(`tells what is wrong with ${becomes}`, async function () {
      const mutant = changesOf(file).find((change) => change.becomes === becomes);
      if (mutant === undefined) throw new Error("no such mutant");
      const original = CIRCUIT_INSTANCES[instance];
      if (original === undefined) throw new Error("no instance");
      const whole = await compileVariant(original, readSources(), true);
      const broken = await compileVariant(original, readSources().set(`${file}.circom`, mutant.source), true);
      if (whole === undefined || broken === undefined) throw new Error("it does not compile");
      expect(give(originalOf(instance, original, whole), broken)).to.match(how);
    });
  }
});
