import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";
import type { VerificationKeyJson } from "snarkjs";

import { circuitId } from "../../packages/sdk/src/circuits/circuit-id.ts";
import { linearStepParams } from "../../packages/sdk/src/circuits/linear-step-params.ts";
import {
  type CircuitEntry,
  circuitPaths,
  countSignals,
  loadCircuit,
  readManifest,
  repositoryRoot,
} from "../../packages/sdk/src/circuits/manifest.ts";
import { CorexError } from "../../packages/sdk/src/errors.ts";
import { checkKey, checkVerificationKey } from "../../scripts/circuits/lib/check-key.ts";
import { ensureCompiled } from "../../scripts/circuits/lib/ensure-compiled.ts";
import { sha256File } from "../../scripts/circuits/lib/sha256.ts";
import { readContributions } from "../../scripts/circuits/lib/zkey-contributions.ts";
import { useSingleThreadCurve } from "../../packages/sdk/src/proof/single-thread-curve.ts";
import { readR1csFile } from "./support/r1cs.ts";

const KEY = "linear-step-16x16";

// circuits.json
// ├── it describes the circuits that are compiled: hash, constraints, parameters, public signals
// ├── it describes the keys in the repository
// │   └── they have a beacon contribution, delta differs from gamma, no IC is infinity
// └── when a key is degenerate or changed
//     └── the check names it
describe("circuits.json", function () {
  this.timeout(120_000);
  let entry: CircuitEntry;
  let key: VerificationKeyJson;

  before(async function () {
    await useSingleThreadCurve();
    const found = readManifest().circuits[KEY];
    if (found === undefined) throw new Error(`${KEY} is missing`);
    entry = found;
    ensureCompiled(KEY, entry);
    key = JSON.parse(readFileSync(circuitPaths(KEY, entry).verificationKey, "utf8")) as VerificationKeyJson;
  });

  it("describes the compiled circuit", function () {
    const { r1cs } = circuitPaths(KEY, entry);
    const { constraints, outputs, publicInputs } = readR1csFile(r1cs);
    const nonLinear = constraints.filter(({ a }) => a.length > 0).length;
    expect(sha256File(r1cs)).to.equal(entry.r1cs.sha256);
    expect({ nonLinear, linear: constraints.length - nonLinear }).to.deep.equal(entry.constraints);
    expect(entry.publicSignals).to.have.length(outputs + publicInputs);
    expect(entry.constraints.nonLinear).to.be.at.most(9_568);
  });

  for (const [name, other] of Object.entries(readManifest().circuits)) {
    it(`describes ${name} as it is compiled`, function () {
      const { r1cs, constraints } = ensureCompiled(name, other);
      const { outputs, publicInputs } = readR1csFile(r1cs);
      expect(sha256File(r1cs)).to.equal(other.r1cs.sha256);
      expect(constraints).to.deep.equal(other.constraints);
      expect(countSignals(other.publicSignals)).to.equal(outputs + publicInputs);
      expect(other.paramNames).to.have.length(other.params.length);
      const instance = `${other.name}(${other.params.join(", ")});`;
      expect(readFileSync(join(repositoryRoot(), other.main), "utf8")).to.include(instance);
    });
  }

  it("counts the elements of arrays of signals", function () {
    expect(countSignals(["weights", "gradients[4]", "shares[12]", "ctx"])).to.equal(18);
    expect(countSignals([])).to.equal(0);
  });

  it("counts two multiply-accumulates per feature of each sample", function () {
    const { m, d } = linearStepParams(entry);
    expect(entry.workUnits).to.equal(2 * m * d);
  });

  it("describes keys that are sound apart from their public secrets", async function () {
    expect(await checkKey(entry, circuitPaths(KEY, entry))).to.deep.equal([]);
    expect(readContributions(circuitPaths(KEY, entry).zkey)).to.deep.equal([{ beacon: true }]);
    expect(entry.devOnly).to.equal(true);
  });

  it("is contradicted by a wrong hash", async function () {
    const wrong = { ...entry, zkey: { ...entry.zkey, sha256: "00" } };
    expect((await checkKey(wrong, circuitPaths(KEY, entry))).join()).to.match(
      /^zkey: sha256 is .*, the manifest says 00$/,
    );
  });

  it("is contradicted by a key without contributions, an infinite IC or another number of signals", function () {
    const problems = (change: Partial<VerificationKeyJson>): string =>
      checkVerificationKey(entry, { ...key, ...change }).join();
    expect(problems({})).to.equal("");
    expect(problems({ vk_delta_2: key.vk_gamma_2 })).to.include("delta equals gamma");
    expect(problems({ IC: key.IC.with(3, ["0", "1", "0"]) })).to.include("IC[3] is infinity");
    expect(problems({ nPublic: 5 })).to.include("5 public signals");
  });

  it("loads a circuit by its key and throws CIRCUIT_UNKNOWN for another", function () {
    expect(loadCircuit(KEY).entry).to.deep.equal(entry);
    expect(() => loadCircuit("nothing"))
      .to.throw(CorexError)
      .with.property("code", "CIRCUIT_UNKNOWN");
  });
});

describe("circuitId", function () {
  it("is keccak256(abi.encode(name, version, params))", function () {
    const entry = { name: "LinearStep", version: 1, params: [16, 16, 16, 8, 4] };
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ["string", "uint32", "uint256[]"],
      ["LinearStep", 1, [16, 16, 16, 8, 4]],
    );
    expect(circuitId(entry)).to.equal(keccak256(encoded));
  });

  it("differs for another name, version, parameter or order", function () {
    const base = { name: "LinearStep", version: 1, params: [16, 8] };
    const ids = [
      base,
      { ...base, name: "Linear" },
      { ...base, version: 2 },
      { ...base, params: [8, 16] },
      { ...base, params: [16, 8, 0] },
    ];
    expect(new Set(ids.map(circuitId))).to.have.length(ids.length);
  });
});

describe("linearStepParams", function () {
  it("names the parameters of a LinearStep and throws CIRCUIT_MISMATCH for anything else", function () {
    expect(linearStepParams({ name: "LinearStep", params: [1, 2, 3, 4, 5] })).to.deep.equal({
      m: 1,
      d: 2,
      B: 3,
      F: 4,
      T: 5,
    });
    for (const entry of [
      { name: "Other", params: [1, 2, 3, 4, 5] },
      { name: "LinearStep", params: [1, 2, 3, 4] },
    ]) {
      expect(() => linearStepParams(entry))
        .to.throw(CorexError)
        .with.property("code", "CIRCUIT_MISMATCH");
    }
  });
});
