import { expect } from "chai";

import { readManifest } from "../../packages/sdk/src/circuits/manifest.ts";
import { batchRows, type GoalSources, goals, keyBytes, PROOF_BYTES } from "../../scripts/bench/circuits/figures.ts";
import { benchStatement } from "../../scripts/bench/circuits/inputs.ts";
import { PEER_FIGURES, PEERS } from "../../scripts/bench/circuits/peers.ts";
import { circuitsSection } from "../../scripts/bench/circuits/report.ts";
import { BEGIN, circuitsPart, END, withCircuitsPart } from "../../scripts/bench/circuits/section.ts";
import { type CircuitCount, formulaOf, perMultiplication, pinnedSizes } from "../../scripts/bench/constraints.ts";
import { readSnapshot } from "../../scripts/bench/snapshot.ts";

const STEP = { name: "linear-step-16x16", constraints: { nonLinear: 8_983, linear: 557 }, workUnits: 512 };
const MLP = { name: "mlp-step-64x64x32x10", constraints: { nonLinear: 300, linear: 1 }, workUnits: 200 };

/** Everything exactly at its target, but for the circuit of the step. */
function sources(mlp: Omit<CircuitCount, "source"> = MLP): GoalSources {
  const times = { compile: 3, witness: 1, sdk: 2, prove: 2, zkey: 9_000_000, verificationKey: 4_000 };
  return {
    constraints: {
      circuits: [{ ...STEP, source: "circuits.json" }],
      sizes: [{ ...mlp, source: "gadgets.json" }],
      perValue: { "16 bit": 18.6, "8 bit": 9.3 },
      perActivation: 29,
    },
    gas: {
      "verify alone: 6 public signals": 215_000,
      "verify batch: 32 proofs": 60_000 * 32,
      "submit, market: warm": 330_000,
      "submit batch: 16, one node, bonded, warm": 125_000 * 16,
      "submit batch: 32, one node, bonded, warm": 110_000 * 32,
      "submit batch: 16, one node, bonded, relayed, warm": 125_000 * 16,
      "submit batch: 32, one node, bonded, relayed, warm": 110_000 * 32,
    },
    times: {
      machine: "2 cores",
      rounds: 3,
      circuits: [{ name: STEP.name, ...times }],
      start: { sdkCold: 1, fullProve: 1 },
      noise: 1.5,
    },
  };
}

const missed = (from: GoalSources): string[] =>
  goals(from)
    .filter(({ measured, target }) => measured > target)
    .map(({ item }) => item);

describe("benchmarks of circuits", function () {
  describe("the part of the document", function () {
    it("replaces what is between the marks and nothing else", function () {
      const document = withCircuitsPart(`# A\n\n${BEGIN}\n\nold\n\n${END}\n\nrest\n`, "new");
      expect(document).to.equal(`# A\n\n${BEGIN}\n\nnew\n\n${END}\n\nrest\n`);
      expect(withCircuitsPart(document, "new")).to.equal(document);
    });

    it("is added at the end of a document without marks", function () {
      expect(withCircuitsPart("# A\n", "new")).to.equal(`# A\n\n${BEGIN}\n\nnew\n\n${END}\n`);
    });

    it("is carried over, marks included", function () {
      const document = withCircuitsPart("# A\n", "kept");
      expect(withCircuitsPart(`# B\n\n${circuitsPart(document)}\n`, "kept")).to.equal(document.replace("# A", "# B"));
      expect(circuitsPart("# A\n")).to.equal(`${BEGIN}\n${END}`);
    });

    for (const broken of [BEGIN, END, `${END} ${BEGIN}`]) {
      it(`is refused with the marks "${broken}"`, function () {
        expect(() => circuitsPart(broken)).to.throw("marks");
      });
    }
  });

  describe("counts", function () {
    it("are divided by the multiply-accumulates, non-linear ones alone", function () {
      expect(perMultiplication(STEP)).to.equal(8_983 / 512);
    });

    it("of the large circuits are those of the formula", function () {
      expect(pinnedSizes().map(({ name }) => name)).to.have.members([MLP.name, "linear-step-k-64x196x10-x8"]);
    });

    it("of the circuits of the manifest are those of the formula, where it has one", function () {
      const known = Object.values(readManifest().circuits).filter(({ name }) =>
        /^(LinearStepK|Mlp(Step|Gradient))$/.test(name),
      );
      expect(known).to.have.length(3);
      for (const { name, params, constraints } of known) {
        expect(formulaOf(`${name}(${params.join(", ")})`), name).to.deep.equal(constraints);
      }
    });

    it("have no formula for other circuits", function () {
      expect(() => formulaOf("ApplyStep(4, 8, 0, 1, 16, 8, 4)")).to.throw("no formula");
    });
  });

  describe("batches", function () {
    it("are sorted by size, and divided by it", function () {
      const gas = {
        "verify batch: 16 proofs": 1_600,
        "submit batch: 2, one node, bonded, warm": 5,
        "verify batch: 2 proofs": 400,
      };
      expect(batchRows(gas)).to.deep.equal([
        { size: 2, verify: 200, submit: 3, relayed: undefined },
        { size: 16, verify: 100, submit: undefined, relayed: undefined },
      ]);
    });

    it("of the snapshot have every size from 1 to 64", function () {
      expect(batchRows(readSnapshot()).map(({ size }) => size)).to.deep.equal([1, 2, 4, 8, 16, 32, 64]);
    });
  });

  it("knows the size of proofs and of keys", function () {
    expect(PROOF_BYTES).to.equal(256);
    expect(keyBytes({ publicSignals: ["a", "b[4]", "c"] })).to.equal(64 + 384 + 7 * 64);
  });

  describe("targets", function () {
    it("are met by what equals them", function () {
      expect(missed(sources())).to.deep.equal([]);
    });

    it("are missed by what exceeds them", function () {
      const exceeded = sources({ ...MLP, constraints: { nonLinear: 301, linear: 1 } });
      expect(missed(exceeded)).to.deep.equal(["MLP step 64/64/32/10, per multiply-accumulate"]);
      const more = sources();
      expect(missed({ ...more, gas: { ...more.gas, "submit, market: warm": 330_001 } })).to.deep.equal([
        "submit, market: warm",
      ]);
    });

    it("need a figure each", function () {
      expect(() => goals({ ...sources(), gas: {} })).to.throw("not in the snapshot");
      expect(() => goals(sources({ ...MLP, name: "other" }))).to.throw("was not measured");
    });
  });

  it("has a statement for every circuit of the manifest", async function () {
    for (const [name, entry] of Object.entries(readManifest().circuits)) {
      const { publicSignals } = await benchStatement(entry);
      expect(keyBytes(entry), name).to.equal(64 + 384 + 64 * (publicSignals.length + 1));
    }
  });

  describe("the report", function () {
    const training = { model: { firstLoss: 200, doubleLoss: 10, fixedLoss: 11 } };
    const section = (from: GoalSources): string => circuitsSection({ ...from, manifest: readManifest(), training });

    it("says how much a target is missed by", function () {
      const from = sources();
      const text = section({ ...from, gas: { ...from.gas, "verify batch: 32 proofs": 62_970 * 32 } });
      expect(text).to.contain("| 62,970 | 60,000 | no (+2,970, 5.0 %) |").and.to.contain("12 of 13 reached");
    });

    it("sets a figure of Corex beside every peer, and names a source", function () {
      const rows = section(sources()).split("### Beside others")[1]?.split("###")[0]?.split("\n") ?? [];
      for (const { what, figure, source } of PEERS) {
        const row = rows.find((line) => line.includes(figure) && line.includes(source));
        const own = row?.split("|")[2]?.trim();
        expect(own, `${what}: ${figure}`).to.be.a("string").and.to.match(/\d/);
      }
      expect(new Set(PEERS.map(({ what }) => what)).size).to.equal(Object.keys(PEER_FIGURES).length);
    });

    it("has the ratio of the losses", function () {
      expect(section(sources())).to.contain("| model | 5.00 % | 5.50 % | 1.1000 |");
    });
  });
});
