import { expect } from "chai";

import { compileVariant, readSources } from "./mutation/variant.ts";
import { given, type Instance } from "./support/instance.ts";
import { CIRCUIT_INSTANCES } from "./support/instances.ts";
import { localUniqueness } from "./support/local-uniqueness.ts";
import { satisfies } from "./support/r1cs.ts";
import { solve, solverOf } from "./support/solve.ts";
import { type Layout, replaceOnce } from "./support/tiny-circuit.ts";

/** Statements without which a wire is free although honest witnesses still pass. */
const HOLES = [
  ["LinearGradientK", "linear_gradient_k", "labelSum[l].value === crossRow[l].value;", ""],
  ["LinearStepK", "weight_update", "round[j].quotient <== weights[j]", "round[j].quotient <-- weights[j]"],
  ["MlpGradient", "relu_layer", "rectified[i][j] <== positive", "rectified[i][j] <-- positive"],
  ["ApplyStep", "apply_step", "weighted[j][i] <== shares", "weighted[j][i] <-- shares"],
] as const;

// Every circuit
// ├── it has one witness for honest inputs, and deduction finds it
// ├── without a challenge, deduction finds all claims from what is nobody's function
// ├── when a value exceeds its range, whatever the claims
// │   └── the constraints contradict each other
// ├── its Jacobian has full rank with the claims free
// ├── each of its public signals is in a constraint
// └── when a statement is missing
//     └── the rank of the Jacobian tells
describe("uniqueness of witnesses (INV-ZK-1)", function () {
  this.timeout(180_000);

  // The widest one is there for mutation; it shows nothing new here and takes as long as all others.
  const circuits = Object.entries(CIRCUIT_INSTANCES).filter(([name]) => name !== "LinearStep, two blocks");
  for (const [name, instance] of circuits) {
    describe(name, function () {
      let circuit: Layout;
      before(async function () {
        circuit = await compiled(instance, readSources());
      });

      it("has exactly one witness for honest inputs", function () {
        const solver = solverOf(circuit.r1cs);
        for (const [i, truth] of instance.truths.entries()) {
          const solution = solve(solver, given(circuit, instance.complete(truth)));
          expect(solution.kind, `truth ${i}`).to.equal("solved");
          if (solution.kind === "solved") expect(satisfies(circuit.r1cs, solution.witness)).to.equal(true);
        }
      });

      if (instance.challenge !== true && instance.claims.length > 0) {
        it(`determines ${instance.claims.join(", ")}`, function () {
          const solver = solverOf(circuit.r1cs);
          for (const [i, truth] of instance.truths.entries()) {
            const solution = solve(solver, given(circuit, instance.complete(truth), instance.claims));
            expect(solution.kind, `truth ${i}`).to.equal("solved");
          }
        });
      }

      it("has no witness for values beyond their range", function () {
        const solver = solverOf(circuit.r1cs);
        for (const [i, excess] of (instance.excesses ?? []).entries()) {
          const { kind } = solve(solver, given(circuit, instance.complete(excess)));
          expect(kind, `excess ${i}`).to.equal("contradiction");
        }
      });

      it("has a Jacobian of full rank with all claims free", function () {
        const [truth] = instance.truths;
        if (truth === undefined) throw new Error("no truth");
        const { free, rank, undetermined } = localUniqueness(circuit, instance, truth);
        expect(undetermined).to.deep.equal([]);
        expect(rank).to.equal(free);
        expect(free).to.be.greaterThan(1000);
      });

      it("uses every public signal in a constraint", function () {
        const { outputs, publicInputs, constraints } = circuit.r1cs;
        const used = new Set(constraints.flatMap(({ a, b, c }) => [...a, ...b, ...c].map(([wire]) => wire)));
        for (let wire = 1; wire <= outputs + publicInputs; wire++)
          expect(used.has(wire), `signal ${wire}`).to.equal(true);
      });
    });
  }

  for (const [name, file, statement, becomes] of HOLES) {
    it(`notices that ${name} lacks a statement of ${file}`, async function () {
      const instance = CIRCUIT_INSTANCES[name];
      const [truth] = instance?.truths ?? [];
      if (instance === undefined || truth === undefined) throw new Error("no instance");
      const sources = readSources();
      sources.set(`${file}.circom`, replaceOnce(sources.get(`${file}.circom`) ?? "", statement, becomes));
      const { free, rank, undetermined } = localUniqueness(await compiled(instance, sources), instance, truth);
      expect(rank).to.be.lessThan(free);
      expect(undetermined).to.not.deep.equal([]);
    });
  }
});

async function compiled(instance: Instance, sources: ReadonlyMap<string, string>): Promise<Layout> {
  const variant = await compileVariant(instance, sources, false);
  if (variant === undefined) throw new Error(`${instance.main} does not compile`);
  return variant;
}
