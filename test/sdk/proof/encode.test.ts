import { readFileSync } from "node:fs";

import { expect } from "chai";
import * as snarkjs from "snarkjs";
import type { Groth16ProofJson, VerificationKeyJson } from "snarkjs";

import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { encodeProof } from "../../../packages/sdk/src/proof/encode-proof.ts";
import { encodeVerifyingKey } from "../../../packages/sdk/src/proof/encode-verifying-key.ts";
import { linearStepCircuit } from "./support/linear-step-fixture.ts";

const PROOF: Groth16ProofJson = {
  pi_a: ["1", "2", "1"],
  pi_b: [
    ["3", "4"],
    ["5", "6"],
    ["1", "0"],
  ],
  pi_c: ["7", "8", "1"],
  protocol: "groth16",
  curve: "bn128",
};

describe("encodeProof", function () {
  it("gives the calldata of snarkjs, the coordinates of B swapped", async function () {
    const { a, b, c } = encodeProof(PROOF);
    expect({ a, b, c }).to.deep.equal({
      a: [1n, 2n],
      b: [
        [4n, 3n],
        [6n, 5n],
      ],
      c: [7n, 8n],
    });

    const calldata = JSON.parse(`[${await snarkjs.groth16.exportSolidityCallData(PROOF, ["9"])}]`) as unknown[];
    const integers = (value: unknown): unknown =>
      Array.isArray(value) ? value.map(integers) : BigInt(value as string);
    expect(integers(calldata)).to.deep.equal([a, b, c, [9n]]);
  });
});

// encodeVerifyingKey
// ├── it gives alpha, beta, gamma, delta and IC in the order of the pairing precompile
// ├── it gives 28 words for the key of LinearStep
// └── when a point or a coordinate is missing
//     └── it throws PROOF_KEY_INVALID
describe("encodeVerifyingKey", function () {
  const key: VerificationKeyJson = {
    protocol: "groth16",
    curve: "bn128",
    nPublic: 1,
    vk_alpha_1: ["1", "2", "1"],
    vk_beta_2: [
      ["3", "4"],
      ["5", "6"],
      ["1", "0"],
    ],
    vk_gamma_2: [
      ["7", "8"],
      ["9", "10"],
      ["1", "0"],
    ],
    vk_delta_2: [
      ["11", "12"],
      ["13", "14"],
      ["1", "0"],
    ],
    IC: [
      ["15", "16", "1"],
      ["17", "18", "1"],
    ],
  };

  it("gives the words in the order of the pairing precompile", function () {
    expect(encodeVerifyingKey(key).map(Number)).to.deep.equal([
      1, 2, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 15, 16, 17, 18,
    ]);
  });

  it("gives 28 words for the key of LinearStep", function () {
    this.timeout(60_000);
    const text = readFileSync(linearStepCircuit().verificationKey, "utf8");
    const words = encodeVerifyingKey(JSON.parse(text) as VerificationKeyJson);
    expect(words).to.have.length(14 + 2 * 7);
    expect(words.every((word) => word > 0n)).to.equal(true);
  });

  for (const [name, broken] of [
    ["an IC point", { ...key, IC: key.IC.slice(1) }],
    ["a coordinate of alpha", { ...key, vk_alpha_1: ["1"] }],
    ["a coordinate of beta", { ...key, vk_beta_2: [["3"], ["5", "6"]] }],
  ] as const) {
    it(`throws PROOF_KEY_INVALID without ${name}`, function () {
      expect(() => encodeVerifyingKey(broken))
        .to.throw(CorexError)
        .with.property("code", "PROOF_KEY_INVALID");
    });
  }
});
