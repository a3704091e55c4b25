import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import type { Statement } from "../../packages/sdk/src/proof/prove-statement.ts";
import { productionCircuit } from "./support/production-circuit.ts";
import { flatten, reduced, type Values, withEntry } from "./support/instance.ts";
import { Random } from "./support/random.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import {
  claimedInputs,
  drawSecrets,
  edgeSecrets,
  exceeding,
  orRefused,
  SDK_INSTANCES,
  type Secrets,
} from "./support/sdk-instances.ts";
import { type Compiled, compileTiny, SUM_FOR_HASH } from "./support/tiny-circuit.ts";

const VECTORS = 1_000;
const PRODUCTION_VECTORS = 20;

/** One vector in this many goes through the hash as well, which takes nine tenths of the time. */
const HASHED = 16;

// Every circuit but LinearStep, which has the same in a file of its own
// ├── when the SDK has a statement
// │   ├── it has a witness with the outputs of the statement, on 1,000 random and edge vectors
// │   └── so has the instance of the manifest, on 20 vectors
// ├── when the SDK has none, because an input or a result leaves its range
// │   └── what would be claimed is rejected
// ├── when a public signal is changed
// │   └── it rejects
// ├── when the bits of a range are those of the value plus p
// │   └── it rejects, in every range
// └── when an input is changed that the challenge absorbs
//     └── the challenge is another one
for (const [name, instance] of Object.entries(SDK_INSTANCES)) {
  describe(`${name} against the SDK`, function () {
    this.timeout(300_000);
    let circuit: Compiled;
    let arithmetic: Compiled;
    let honest: bigint[];
    let statement: Statement<unknown>;

    const state = async (secrets: Secrets, entry = instance.tiny): Promise<Statement<unknown>> =>
      instance.statement(secrets as never, entry);
    const inputsOf = ({ inputs }: Statement<unknown>): Record<string, unknown> => reduced(inputs as Values);
    const isClaimable = async (secrets: Secrets): Promise<boolean> => {
      const inputs = reduced((await claimedInputs(instance, secrets)) as Values);
      return satisfies(arithmetic.r1cs, await arithmetic.generate(inputs));
    };

    before(async function () {
      const { file, tiny, publicInputs } = instance;
      const main = { file, main: `${tiny.name}(${tiny.params.join(", ")})`, publicInputs };
      circuit = compileTiny(main);
      arithmetic = compileTiny({ ...main, edits: SUM_FOR_HASH });
      const random = new Random(3);
      statement = await firstStatement(() => state(drawSecrets(instance, tiny, random)));
      honest = await circuit.generate(inputsOf(statement));
      expect(satisfies(circuit.r1cs, honest)).to.equal(true);
    });

    it(`equals it on ${VECTORS} random and edge vectors, and rejects what it refuses`, async function () {
      const random = new Random(7 * name.length);
      const edges = edgeSecrets(instance, instance.tiny, random);
      let [proved, refused, tiesUp, tiesDown] = [0, 0, 0, 0];
      for (let i = 0; proved < VECTORS; i++) {
        const secrets = edges[i] ?? drawSecrets(instance, instance.tiny, random);
        const expected = await orRefused(state(secrets));
        if (expected === undefined) {
          if (refused++ < VECTORS / 10) expect(await isClaimable(secrets), `refused vector ${i}`).to.equal(false);
          continue;
        }
        const witness = await arithmetic.generate(inputsOf(expected));
        expect(satisfies(arithmetic.r1cs, witness), `vector ${i}`).to.equal(true);
        expect(outputsOf(arithmetic, witness), `vector ${i}`).to.deep.equal(numbersOf(expected));
        const ties = tiesOf(expected.inputs as Values);
        tiesUp += ties.filter((quotient) => quotient >= 1n).length;
        tiesDown += ties.filter((quotient) => quotient <= 0n).length;
        if (proved++ % HASHED === 0) await expectSignals(circuit, expected);
      }
      if (instance.rounds) expect(Math.min(tiesUp, tiesDown)).to.be.greaterThan(20);
      if (instance.refuses) expect(refused).to.be.greaterThan(VECTORS / 20);
    });

    it("rejects a vector with one value above or below its range", async function () {
      const random = new Random(11 * name.length);
      for (const secrets of exceeding(instance, instance.tiny, random)) {
        expect(await orRefused(state(secrets))).to.equal(undefined);
        expect(await isClaimable(secrets)).to.equal(false);
      }
    });

    it("rejects every public signal that is changed", function () {
      for (let wire = 1; wire <= statement.publicSignals.length; wire++) {
        for (const change of [1n, -1n, FIELD_ORDER / 2n]) {
          const forged = honest.with(wire, mod((honest[wire] ?? 0n) + change));
          expect(satisfies(circuit.r1cs, forged), `signal ${wire} + ${change}`).to.equal(false);
        }
      }
    });

    it("rejects the bits of a value plus p in every range", async function () {
      const witness = await arithmetic.generate(inputsOf(statement));
      expect(satisfies(arithmetic.r1cs, witness)).to.equal(true);
      const ranges = bitsOf(arithmetic);
      expect(ranges.size).to.be.greaterThan(4);
      for (const [range, bits] of ranges) {
        const value = bits.reduce((sum, wire, k) => sum + ((witness[wire] ?? 0n) << BigInt(k)), 0n);
        const alias = value + FIELD_ORDER;
        const forged = [...witness];
        bits.forEach((wire, k) => (forged[wire] = (alias >> BigInt(k)) & 1n));
        expect(satisfies(arithmetic.r1cs, forged), range).to.equal(false);
      }
    });

    const { challenge, key } = instance;
    if (challenge !== undefined) {
      it("draws another challenge when any input changes that it absorbs", async function () {
        const z = circuit.wires.get(challenge.name) ?? -1;
        expect(z).to.be.greaterThan(0);
        const inputs = statement.inputs as Values;
        const challenges = new Set([honest[z]]);
        const signals = flatten(inputs)
          .map(([signal]) => signal)
          .filter((signal) => !challenge.without.some((input) => signal.startsWith(`main.${input}[`)));
        for (const signal of signals) {
          const changed = withEntry(inputs, signal, (value) => value + 1n);
          challenges.add((await circuit.generate(reduced(changed)))[z]);
        }
        expect(challenges.size).to.equal(signals.length + 1);
      });
    }

    if (key !== undefined) {
      it(`equals it as ${key} on ${PRODUCTION_VECTORS} vectors`, async function () {
        const { entry, r1cs, witness } = await productionCircuit(key);
        const random = new Random(13 * name.length);
        for (let proved = 0; proved < PRODUCTION_VECTORS;) {
          const expected = await orRefused(state(drawSecrets(instance, entry, random), entry));
          if (expected === undefined) continue;
          const values = await witness(expected.inputs);
          expect(values.slice(1, expected.publicSignals.length + 1)).to.deep.equal(expected.publicSignals);
          if (proved++ === 0) expect(satisfies(r1cs, values)).to.equal(true);
        }
      });
    }
  });
}

/** The first of some random statements that is not refused. */
async function firstStatement(draw: () => Promise<Statement<unknown>>): Promise<Statement<unknown>> {
  for (;;) {
    const statement = await orRefused(draw());
    if (statement !== undefined) return statement;
  }
}

async function expectSignals(circuit: Compiled, { inputs, publicSignals }: Statement<unknown>): Promise<void> {
  const witness = await circuit.generate(reduced(inputs as Values));
  expect(witness.slice(1, publicSignals.length + 1)).to.deep.equal(publicSignals);
  expect(satisfies(circuit.r1cs, witness)).to.equal(true);
}

/** Outputs that are numbers, not commitments. */
const NUMBERS = ["loss", "newLoss", "correct"];

function outputsOf({ wires }: Compiled, witness: readonly bigint[]): Record<string, bigint | undefined> {
  const outputs = NUMBERS.filter((output) => wires.has(`main.${output}`));
  return Object.fromEntries(outputs.map((output) => [output, witness[wires.get(`main.${output}`) ?? -1]]));
}

function numbersOf({ signals }: Statement<unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(signals as object).filter(([output]) => NUMBERS.includes(output)));
}

/** Quotients of roundings of exactly one half; above zero what was rounded is positive, else negative. */
function tiesOf(inputs: Values): bigint[] {
  const values = new Map(flatten(inputs));
  return [...values].flatMap(([signal, value]) => {
    const match = /^main\.(R|\w+rem)(\[.*)$/.exec(signal);
    if (match?.[1] === undefined || value !== 0n) return [];
    const quotient = match[1] === "R" ? "G" : match[1].slice(0, -"rem".length);
    return [values.get(`main.${quotient}${match[2] ?? ""}`) ?? 0n];
  });
}

/** The wires of the bits of every range, low bits first. */
function bitsOf({ wires }: Compiled): Map<string, number[]> {
  const ranges = new Map<string, number[]>();
  for (const [name, wire] of wires) {
    const match = /^(.*)\.bit\[(\d+)\]$/.exec(name);
    if (match?.[1] === undefined || wire <= 0) continue;
    const bits = ranges.get(match[1]) ?? [];
    bits[Number(match[2])] = wire;
    ranges.set(match[1], bits);
  }
  return ranges;
}
