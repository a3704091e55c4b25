import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { expect } from "chai";

import type { CircuitEntry } from "../../../packages/sdk/src/circuits/manifest.ts";
import { linearStep, type LinearStepParams } from "../../../packages/sdk/src/math/linear-step.ts";
import { roundedShift } from "../../../packages/sdk/src/math/rounded-shift.ts";
import { linearStepPublicSignals, linearStepStatement } from "../../../packages/sdk/src/proof/linear-step.ts";
import { projectSources } from "../../../scripts/circuits/lib/sources.ts";
import { Random } from "../support/random.ts";
import { mod, satisfies } from "../support/r1cs.ts";
import { type Compiled, compileTiny, type Inputs, type TinyCircuit } from "../support/tiny-circuit.ts";

/** Small, yet its batch fills more than one block of the hash chain. */
const PARAMS: LinearStepParams = { m: 32, d: 1, B: 56, F: 3, T: 2 };
const MAIN = "LinearStep(32, 1, 56, 3, 2)";
const SHIFT = 2 * PARAMS.F + 5;

/** Hint for `Range` that satisfies the recomposition of any value, by a bit that is none. */
const SINK_HINT = "bit[k] <-- k == 0 ? value + OFFSET : 0;";

/** One statement that a mutant lacks, and the forgeries that the lack may allow, as replacements of source lines. */
interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly forgeries: readonly ((source: string) => string)[];
}

/** Inputs of a malicious prover, with the public signals that would be true of them, or none when nothing would. */
interface Attempt {
  readonly inputs: Inputs;
  readonly truth: readonly bigint[] | undefined;
}

/** Every constraint statement of the sources, each taken away once. */
function mutants(): Mutant[] {
  return projectSources().flatMap((path) => {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.flatMap((text, line): Mutant[] => {
      const code = text.replace(/\/\/.*$/, "").trim();
      const name = `${basename(path)}:${line + 1} ${code}`;
      const file = basename(path, ".circom");
      const replace = (by: string) => (source: string) => source.split("\n").with(line, by).join("\n");
      if (code.includes("===")) {
        const sink = (source: string): string => replace("")(source).replace(/^.*bit\[k\] <--.*$/m, SINK_HINT);
        return [{ name, file, forgeries: [replace(""), sink] }];
      }
      const [, target, value] = /^(.*) <== (.*);$/.exec(code) ?? [];
      if (target === undefined || value === undefined) return [];
      const hints = [
        `(${value}) + 1`,
        "0",
        `(${value}) + ${2 ** SHIFT}`,
        `(${value}) - 1`,
        `(${value}) + ${2 ** PARAMS.T}`,
      ];
      return [{ name, file, forgeries: hints.map((hint) => replace(`${target} <-- ${hint};`)) }];
    });
  });
}

/** True claims and false ones: a gradient or a weight off by a little, a value out of range. */
async function attempts(): Promise<Attempt[]> {
  const random = new Random(3);
  const values = (length: number): bigint[] => Array.from({ length }, () => random.between(-40n, 40n));
  const [y, weights] = [values(PARAMS.m), values(PARAMS.d)];
  const X = values(PARAMS.m).map((x) => [x]);
  const secrets = { X, y, weights, modelSalt: 11n, batchSalt: 22n, ctx: 33n };
  const entry = { name: "LinearStep", params: [32, 1, 56, 3, 2] } as unknown as CircuitEntry;
  const truth = linearStepPublicSignals((await linearStepStatement(secrets, entry)).signals);

  const { gradient, newWeights } = linearStep({ X, y, weights, params: PARAMS });
  const inputs = (g: bigint[], w2: bigint[], features = X): Inputs => ({
    X: features.map((row) => row.map(mod)),
    y: y.map(mod),
    w: weights.map(mod),
    g: g.map(mod),
    w2: w2.map(mod),
    modelSalt: 11n,
    batchSalt: 22n,
    ctx: 33n,
  });
  const updated = (g: bigint[]): bigint[] => weights.map((w, j) => w - roundedShift(g[j] ?? 0n, PARAMS.T));
  const off = (by: bigint): bigint[] => gradient.map((g) => g + by);

  // A feature one above its range, in a sample that the rest of the step is recomputed for.
  const wide = X.with(0, [1n << BigInt(PARAMS.B - 1)]);
  const residual = (row: readonly bigint[], i: number): bigint =>
    (row[0] ?? 0n) * (weights[0] ?? 0n) - 8n * (y[i] ?? 0n);
  const sum = wide.reduce((total, row, i) => total + (row[0] ?? 0n) * residual(row, i), 0n);
  const wideGradient = [roundedShift(sum, SHIFT)];
  return [
    { inputs: inputs(gradient, newWeights), truth },
    ...[1n, -1n, BigInt(PARAMS.m)].map((by) => ({ inputs: inputs(off(by), updated(off(by))), truth })),
    ...[1n, -1n].map((by) => ({
      inputs: inputs(
        gradient,
        newWeights.map((w) => w + by),
      ),
      truth,
    })),
    { inputs: inputs(wideGradient, updated(wideGradient), wide), truth: undefined },
  ];
}

/**
 * A false statement that the mutant accepts and the circuit rejects, or a public signal that the mutant ignores.
 *
 * @returns what was accepted; undefined when every forgery failed.
 */
async function kill(mutant: Mutant, circuit: Compiled, tries: readonly Attempt[]): Promise<string | undefined> {
  for (const [number, forgery] of mutant.forgeries.entries()) {
    const tiny: TinyCircuit = {
      file: "linear_step",
      main: MAIN,
      publicInputs: ["ctx"],
      edits: { [mutant.file]: forgery },
      transient: true,
    };
    const broken = compileTiny(tiny);
    for (const [index, { inputs, truth }] of tries.entries()) {
      const forged = await broken.generate(inputs);
      if (!satisfies(broken.r1cs, forged)) continue;
      const outputs = forged.slice(1, 7);
      const isFalse = truth === undefined || outputs.some((value, i) => value !== truth[i]);
      if (isFalse && !satisfies(circuit.r1cs, await broken.generate(inputs, circuit))) {
        return `forgery ${number}, attempt ${index}`;
      }
    }
    const honest = await broken.generate(tries[0]?.inputs ?? {});
    const ctx = broken.wires.get("main.ctx") ?? -1;
    const moved = honest.with(ctx, (honest[ctx] ?? 0n) + 1n);
    if (satisfies(broken.r1cs, honest) && satisfies(broken.r1cs, moved)) return "ctx is ignored";
  }
  return undefined;
}

// Every constraint statement of the sources
// └── when it alone is deleted
//     └── a forged witness that the circuit rejects is accepted: the statement is needed, and its test bites
describe("constraint mutation", function () {
  this.timeout(600_000);
  let circuit: Compiled;
  let tries: Attempt[];
  let killed = 0;
  const all = mutants();

  before(async function () {
    circuit = compileTiny({ file: "linear_step", main: MAIN, publicInputs: ["ctx"] });
    tries = await attempts();
    const verdicts: boolean[] = [];
    // One after the other: a generator has one memory.
    for (const { inputs } of tries) verdicts.push(satisfies(circuit.r1cs, await circuit.generate(inputs)));
    expect(verdicts).to.deep.equal(tries.map((_, i) => i === 0));
  });

  after(function () {
    console.log(`    mutation score: ${killed} of ${all.length} statements`);
  });

  for (const mutant of all) {
    it(`notices the absence of ${mutant.name}`, async function () {
      const how = await kill(mutant, circuit, tries);
      expect(how, "no forgery was accepted").to.be.a("string");
      killed++;
    });
  }
});
