import { expect } from "chai";
import { concat, hexlify, toBeHex } from "ethers";
import fc from "fast-check";

import { deployHarness } from "../support/market/harness.ts";
import { ethers, linearCircuit, loadFixture } from "../support/market/suite.ts";

const RUNS = { numRuns: 80 };
const words = fc.array(fc.bigInt(0n, 2n ** 256n - 1n), { minLength: 1, maxLength: 40 });
const stored = (key: readonly bigint[]) => concat(["0x00", ...key.map((word) => toBeHex(word, 32))]);

interface KeyCalls {
  length(publicSignals: number): Promise<bigint>;
  decode(code: string): Promise<bigint[]>;
  copy(code: string, word: number, target: bigint[], offset: number, count: number): Promise<bigint[]>;
  requireWellFormed(key: bigint[], publicSignals: number): Promise<void>;
}

async function deployKeys() {
  const keys = await deployHarness<KeyCalls>("VerificationHarness");
  return { keys, registry: await ethers.getContractAt("ICircuitRegistry", await keys.getAddress()) };
}

// VerifyingKey and StoredBytes, against a model in TypeScript
// ├── length: fourteen words and one point more than signals
// ├── decode: what was encoded
// ├── copy: exactly the words asked for; reverts beyond either end
// ├── requireWellFormed: passes for the development key (else: circuit-registry.test.ts)
// └── StoredBytes: any data behind a STOP byte
describe("VerifyingKey", function () {
  it("has fourteen words and one point more than signals", async function () {
    const { keys } = await loadFixture(deployKeys);
    for (const signals of [1, 6, 255]) expect(await keys.length(signals)).to.equal(BigInt(16 + 2 * signals));
  });

  it("decodes what is stored", async function () {
    const { keys } = await loadFixture(deployKeys);
    await fc.assert(
      fc.asyncProperty(words, async (key) => {
        expect(await keys.decode(stored(key))).to.deep.equal(key);
      }),
      RUNS,
    );
  });

  it("copies exactly the words asked for, and reverts beyond either end", async function () {
    const { keys } = await loadFixture(deployKeys);
    const index = fc.nat(45);
    await fc.assert(
      fc.asyncProperty(words, words, index, index, index, async (key, target, word, offset, count) => {
        const call = keys.copy(stored(key), word, target, offset, count);
        if (word + count > key.length || offset + count > target.length) {
          await expect(call)
            .to.be.revertedWithCustomError(keys, "VerifyingKeyOutOfBounds")
            .withArgs(word, count, offset);
        } else {
          const expected = [
            ...target.slice(0, offset),
            ...key.slice(word, word + count),
            ...target.slice(offset + count),
          ];
          expect(await call).to.deep.equal(expected);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("takes the development key", async function () {
    const { keys, registry } = await loadFixture(deployKeys);
    const { key, terms } = linearCircuit();
    await keys.requireWellFormed(key, terms.publicSignals);
    await expect(keys.requireWellFormed(key.slice(2), terms.publicSignals))
      .to.be.revertedWithCustomError(registry, "CircuitRegistryInvalidKeyLength")
      .withArgs(26n, 28n);
  });
});

describe("StoredBytes", function () {
  it("holds any data behind a STOP byte, so that a call to it does nothing", async function () {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        const data = hexlify(bytes);
        const address = await (await ethers.deployContract("StoredBytes", [data])).getAddress();
        expect(await ethers.provider.getCode(address)).to.equal(concat(["0x00", data]));
        expect(await ethers.provider.call({ to: address, data: "0xff" })).to.equal("0x");
      }),
      { numRuns: 25 },
    );
  });
});
