import { expect } from "chai";

import { FIELD_ORDER } from "../../packages/sdk/src/commit/field.ts";
import { poseidonChain } from "../../packages/sdk/src/commit/poseidon-chain.ts";
import { Random } from "./support/random.ts";
import { satisfies } from "./support/r1cs.ts";
import { compileTiny, isRejectedByAssert } from "./support/tiny-circuit.ts";

const KIND = 6n;
const RAW_BITS = 254n;

function tag(length: number): bigint {
  return KIND + (BigInt(length) << 8n) + (1n << 24n) + (RAW_BITS << 40n);
}

// Challenge
// ├── it is the chain over the transcript under its own tag
// ├── when one element of the transcript changes
// │   └── the challenge changes
// ├── when the challenge of an honest witness is replaced
// │   └── it rejects
// └── when it is instantiated outside the tag
//     └── it does not compile
describe("Challenge", function () {
  this.timeout(120_000);
  const LENGTH = 18;

  it("is the chain over the transcript under its own tag, and another one for every change", async function () {
    const circuit = compileTiny({ file: "challenge", main: `Challenge(${LENGTH})` });
    const random = new Random(6);
    const transcript = Array.from({ length: LENGTH }, () => random.field()).with(3, FIELD_ORDER - 1n);
    const honest = await circuit.generate({ transcript });
    expect(honest[1]).to.equal(await poseidonChain(transcript, tag(LENGTH)));
    expect(satisfies(circuit.r1cs, honest)).to.equal(true);

    const seen = new Set([honest[1]]);
    for (let i = 0; i < LENGTH; i++) {
      const other = await circuit.generate({
        transcript: transcript.with(i, ((transcript[i] ?? 0n) + 1n) % FIELD_ORDER),
      });
      expect(satisfies(circuit.r1cs, other)).to.equal(true);
      seen.add(other[1]);
    }
    expect(seen.size).to.equal(LENGTH + 1);
    expect(satisfies(circuit.r1cs, honest.with(1, 7n))).to.equal(false);
  });

  for (const main of ["Challenge(0)", "Challenge(65536)"]) {
    it(`does not compile as ${main}`, function () {
      expect(isRejectedByAssert({ file: "challenge", main })).to.equal(true);
    });
  }
});
