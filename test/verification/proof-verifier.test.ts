import { expect } from "chai";
import { id } from "ethers";

import { P, pointOffGroupG2, R } from "../support/market/curve.ts";
import { negated, provenStep, rerandomise } from "../support/market/proven.ts";
import { linearCircuit } from "../support/market/suite.ts";
import type { Proof } from "../support/market/task.ts";

const ALL_ONES = 2n ** 256n - 1n;

/** Values for A or C that are no points: infinity, off the curve, not canonical. */
const BAD_POINTS: readonly { name: string; of: (point: readonly [bigint, bigint]) => [bigint, bigint] }[] = [
  { name: "infinity", of: () => [0n, 0n] },
  { name: "off the curve", of: () => [1n, 1n] },
  { name: "off by one", of: ([x, y]) => [x, y + 1n] },
  { name: "with x + q", of: ([x, y]) => [x + P, y] },
  { name: "with y + q", of: ([x, y]) => [x, y + P] },
  { name: "with y + 2q", of: ([x, y]) => [x, y + 2n * P] },
  { name: "with y + 4q", of: ([x, y]) => [x, y + 4n * P] },
  { name: "of all ones", of: () => [ALL_ONES, ALL_ONES] },
];

// ProofVerifier.verify
// ├── when the circuit is unknown
// │   └── it reverts with CircuitRegistryUnknownCircuit(circuit)
// ├── when the number of inputs is not the circuit's
// │   └── it reverts with ProofVerifierInputCount(count, expected)
// ├── when A or C is no canonical point
// │   └── it reverts with ProofVerifierInvalidPoint(x, y)
// ├── when B is infinity or not canonical
// │   └── it reverts with ProofVerifierInvalidG2Point(x1, x0, y1, y0)
// ├── when an input is not below the order of the field
// │   └── it reverts with ProofVerifierInputNotInField(index, value)
// ├── when B is not in its group, or the proof proves something else
// │   └── it reverts with ProofVerifierInvalidProof(circuit)
// ├── given the circuit was retired
// │   └── it still verifies: running tasks go on
// └── it returns for a proof, and for every re-randomisation of it
describe("ProofVerifier.verify", function () {
  it("accepts the proof and every re-randomisation of it: newness is not its business", async function () {
    const { proofVerifier, circuit, proof, inputs } = await provenStep();
    await proofVerifier.verify(circuit, proof, inputs);
    for (const other of [
      rerandomise(proof, 2n),
      rerandomise(proof, R - 1n),
      rerandomise(proof, 123456789n),
      negated(proof),
    ]) {
      expect(other).to.not.deep.equal(proof);
      await proofVerifier.verify(circuit, other, inputs);
    }
  });

  it("accepts proofs of a retired circuit", async function () {
    const { proofVerifier, circuitRegistry, circuit, proof, inputs } = await provenStep();
    await circuitRegistry.retire(circuit);
    await proofVerifier.verify(circuit, proof, inputs);
  });

  it("reverts when the circuit is unknown", async function () {
    const { proofVerifier, circuitRegistry, proof, inputs } = await provenStep();
    await expect(proofVerifier.verify(id("unknown"), proof, inputs))
      .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryUnknownCircuit")
      .withArgs(id("unknown"));
  });

  it("reverts when an input is missing or one too many", async function () {
    const { proofVerifier, circuit, proof, inputs } = await provenStep();
    for (const wrong of [[], inputs.slice(1), [...inputs, 0n], [...inputs, ...inputs]]) {
      await expect(proofVerifier.verify(circuit, proof, wrong))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInputCount")
        .withArgs(wrong.length, 6n);
    }
  });

  for (const { name, of } of BAD_POINTS) {
    for (const point of ["a", "c"] as const) {
      it(`reverts when ${point.toUpperCase()} is ${name} (INV-PRF-3)`, async function () {
        const { proofVerifier, circuit, proof, inputs } = await provenStep();
        const bad = of(proof[point]);
        await expect(proofVerifier.verify(circuit, { ...proof, [point]: bad }, inputs))
          .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidPoint")
          .withArgs(...bad);
      });
    }
  }

  it("reverts when B is infinity or any coordinate is not canonical", async function () {
    const { proofVerifier, circuit, proof, inputs } = await provenStep();
    const [[x1, x0], [y1, y0]] = proof.b;
    const wrong: Proof["b"][] = [
      [
        [0n, 0n],
        [0n, 0n],
      ],
      [
        [x1 + P, x0],
        [y1, y0],
      ],
      [
        [x1, x0 + P],
        [y1, y0],
      ],
      [
        [x1, x0],
        [y1 + P, y0],
      ],
      [
        [x1, x0],
        [y1, y0 + P],
      ],
      [
        [ALL_ONES, x0],
        [y1, y0],
      ],
    ];
    for (const b of wrong) {
      await expect(proofVerifier.verify(circuit, { ...proof, b }, inputs))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidG2Point")
        .withArgs(...b.flat());
    }
  });

  it("reverts when B is off its curve, off its group, or written the other way round", async function () {
    const { proofVerifier, circuit, proof, inputs } = await provenStep();
    const [[x1, x0], [y1, y0]] = proof.b;
    const [u1, u0, v1, v0] = pointOffGroupG2();
    const wrong: Proof["b"][] = [
      [
        [x1, x0],
        [y1, (y0 + 1n) % P],
      ],
      [
        [u1, u0],
        [v1, v0],
      ],
      [
        [x0, x1],
        [y0, y1],
      ],
      [
        [0n, 1n],
        [0n, 2n],
      ],
    ];
    for (const b of wrong) {
      await expect(proofVerifier.verify(circuit, { ...proof, b }, inputs))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
        .withArgs(circuit);
    }
  });

  for (const index of [0, 1, 2, 3, 4, 5]) {
    it(`reverts when input ${index} is another value, or the same plus multiples of r (INV-PRF-2)`, async function () {
      const { proofVerifier, circuit, proof, inputs } = await provenStep();
      const value = inputs[index] ?? 0n;
      for (const alias of [R, value + R, value + 2n * R, value + 4n * R, ALL_ONES]) {
        await expect(proofVerifier.verify(circuit, proof, inputs.with(index, alias)))
          .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInputNotInField")
          .withArgs(BigInt(index), alias);
      }
      for (const other of [(value + 1n) % R, R - 1n, 0n]) {
        await expect(proofVerifier.verify(circuit, proof, inputs.with(index, other)))
          .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
          .withArgs(circuit);
      }
    });
  }

  it("reverts for valid points that prove nothing", async function () {
    const { proofVerifier, circuit, proof, inputs } = await provenStep();
    const wrong: Proof[] = [
      { ...proof, a: proof.c, c: proof.a },
      { ...proof, a: [proof.a[0], P - proof.a[1]] },
      { ...proof, c: [proof.c[0], P - proof.c[1]] },
      { ...proof, a: [1n, 2n] },
      { ...proof, c: [1n, 2n] },
    ];
    for (const other of wrong) {
      await expect(proofVerifier.verify(circuit, other, inputs))
        .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
        .withArgs(circuit);
    }
  });

  it("reverts for a proof of another circuit", async function () {
    const { proofVerifier, circuitRegistry, proof, inputs } = await provenStep();
    const { name, terms, key } = linearCircuit();
    const other = { ...name, version: 2 };
    // The same key but for delta and gamma, which change places.
    const swapped = [...key.slice(0, 6), ...key.slice(10, 14), ...key.slice(6, 10), ...key.slice(14)];
    await circuitRegistry.register(other, terms, swapped);
    const circuit = await circuitRegistry.idOf(other);
    await expect(proofVerifier.verify(circuit, proof, inputs))
      .to.be.revertedWithCustomError(proofVerifier, "ProofVerifierInvalidProof")
      .withArgs(circuit);
  });
});
