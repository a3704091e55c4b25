import { existsSync } from "node:fs";

import { expect } from "chai";

import { circuitPaths, readManifest } from "../../packages/sdk/src/circuits/manifest.ts";
import { compileVariant, readSources } from "./mutation/variant.ts";
import { flatten, isEntryOf, reduced, withEntry } from "./support/instance.ts";
import { CIRCUIT_INSTANCES } from "./support/instances.ts";
import { readR1csFile } from "./support/r1cs.ts";
import { compileTiny, readSymbols } from "./support/tiny-circuit.ts";
import { challengesOf, cutAtChallenge, transcriptBinding } from "./support/transcript-binding.ts";

const CHALLENGED = Object.entries(CIRCUIT_INSTANCES).filter(([, { challenge }]) => challenge === true);
/** Inputs that no equation with the challenge uses; they follow from weights and gradient. */
const AFTER = ["W2", "W1new", "W2new"];
const ABSORBED = /challenge\.transcript\[[^;]*\] <== ([^;]+);/g;
/** Absorbed for good measure: it is a function of what else is absorbed, so leaving it out loses nothing. */
const REDUNDANT = "loss";

// Every circuit with a challenge
// ├── what its equations use, and each public signal, is bound by the challenge; on small and on production instances
// ├── when any single value is changed
// │   └── the challenge is another one
// ├── when one hashed term is left out
// │   └── the check names what is no longer bound
// └── without a challenge
//     └── no digest is computed with, but where a lane may be absent
describe("transcripts (INV-ZK-2)", function () {
  this.timeout(300_000);

  for (const [name, instance] of CHALLENGED) {
    it(`of ${name} bind all that its equations use`, function () {
      const { unbound, unboundPublic, used } = transcriptBinding(compileTiny(instance));
      expect(unbound).to.deep.equal([]);
      expect(unboundPublic).to.deep.equal([]);
      expect(used).to.be.greaterThan(10);
    });

    it(`of ${name} give another challenge for every changed value`, async function () {
      const circuit = compileTiny(instance);
      const { challenge } = cutAtChallenge(circuit);
      const [truth] = instance.truths;
      if (truth === undefined) throw new Error("no truth");
      const values = instance.complete(truth);
      const after = AFTER.filter((input) => instance.claims.includes(input));
      const z = (await circuit.generate(reduced(values)))[challenge];
      for (const [entry] of flatten(values)) {
        const other = await circuit.generate(reduced(withEntry(values, entry, (value) => value + 1n)));
        expect(other[challenge] !== z, entry).to.equal(!isEntryOf(after, entry));
      }
    });
  }

  for (const [key, entry] of Object.entries(readManifest().circuits)) {
    const hasChallenge = CHALLENGED.some(([name]) => name === entry.name);
    it(`of ${key} ${hasChallenge ? "bind all that its equations use" : "do not exist"}`, function () {
      const { r1cs, sym } = circuitPaths(key, entry);
      if (!existsSync(r1cs)) this.skip();
      const layout = { r1cs: readR1csFile(r1cs), wires: readSymbols(sym) };
      if (hasChallenge) {
        const { unbound, unboundPublic } = transcriptBinding(layout);
        expect([...unbound, ...unboundPublic]).to.deep.equal([]);
      } else {
        const lanes = challengesOf(layout).filter(({ name }) => !name.startsWith("main.commitGradient["));
        expect(lanes).to.deep.equal([]);
      }
    });
  }

  for (const name of ["LinearGradientK", "MlpGradient", "MlpEvaluate"]) {
    const instance = CIRCUIT_INSTANCES[name];
    if (instance === undefined) throw new Error(`no instance of ${name}`);
    const source = readSources().get(`${instance.file}.circom`) ?? "";
    const terms = [...source.matchAll(ABSORBED)];

    it(`of ${name} have terms to leave out`, function () {
      expect(terms.length).to.be.greaterThan(4);
    });

    for (const term of terms) {
      const [statement, value = ""] = term;
      it(`of ${name} without ${value}: ${value === REDUNDANT ? "nothing is lost" : "noticed"}`, async function () {
        const broken = source.replace(statement, statement.replace(/<==.*;/, "<== 0;"));
        const sources = readSources().set(`${instance.file}.circom`, broken);
        const variant = await compileVariant(instance, sources, false);
        if (variant === undefined) throw new Error("the fixture does not compile");
        const { unbound, unboundPublic } = transcriptBinding(variant);
        expect([...unbound, ...unboundPublic].length > 0).to.equal(value !== REDUNDANT);
      });
    }
  }
});
