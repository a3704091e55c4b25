import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { expect } from "chai";

import { projectSources } from "../../scripts/circuits/lib/sources.ts";
import { reduced } from "./support/instance.ts";
import { CIRCUIT_INSTANCES } from "./support/instances.ts";
import { mod, satisfies } from "./support/r1cs.ts";
import { compileTiny, replaceOnce } from "./support/tiny-circuit.ts";

/** Every unconstrained assignment of the sources, with what a malicious prover would compute instead. */
const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  "range.circom: bit[k] <-- ((value + OFFSET) >> k) & 1;": [
    "bit[k] <-- k == 0 ? value + OFFSET : 0;",
    "bit[k] <-- ((value + OFFSET + 1) >> k) & 1;",
    "bit[k] <-- 1 - (((value + OFFSET) >> k) & 1);",
  ],
};

function hintsOf(path: string): string[] {
  const code = readFileSync(path, "utf8").replaceAll(/\/\/.*$|\/\*[\s\S]*?\*\//gm, "");
  return code
    .split("\n")
    .filter((line) => /<--|-->/.test(line))
    .map((line) => `${basename(path)}: ${line.trim()}`);
}

// Hints
// ├── the only one is the bit of a range, and each has attacks
// └── when the prover computes something else
//     └── the constraints of a whole circuit are the same, and they reject the witness
describe("hints (INV-ZK-3)", function () {
  this.timeout(120_000);

  it("are those that have an attack here, and no others", function () {
    expect(projectSources().flatMap(hintsOf)).to.deep.equal(Object.keys(ATTACKS));
  });

  for (const [hint, attacks] of Object.entries(ATTACKS)) {
    const [file = "", statement = ""] = hint.split(/: (.*)/s);
    for (const attack of attacks) {
      it(`of ${file}: a circuit rejects ${attack}`, async function () {
        const instance = CIRCUIT_INSTANCES.LinearGradient;
        const [truth] = instance?.truths ?? [];
        if (instance === undefined || truth === undefined) throw new Error("no instance");
        const honest = compileTiny(instance);
        const edits = { [basename(file, ".circom")]: (s: string) => replaceOnce(s, statement, attack) };
        const forger = compileTiny({ ...instance, edits });
        expect(readFileSync(forger.r1csPath).equals(readFileSync(honest.r1csPath))).to.equal(true);

        const values = instance.complete(truth);
        expect(satisfies(honest.r1cs, await honest.generate(reduced(values)))).to.equal(true);
        expect(satisfies(honest.r1cs, await forger.generate(reduced(values)))).to.equal(false);
        // A value out of range is what a forged bit is for.
        const wide = { ...reduced(values), w: [mod(200n), mod(-3n)] };
        expect(satisfies(honest.r1cs, await forger.generate(wide))).to.equal(false);
      });
    }
  }
});
