// FM-27: a key without phase-2 contribution lets anyone forge (hyperledger-labs/zeto issue #186): with delta = gamma, the
// proof (alpha, beta, -L) verifies for any public inputs.
import { expect } from "chai";
import { network } from "hardhat";

import { addG1, mulG1, P, wordsG1 } from "../support/market/curve.ts";
import { deployHarness } from "../support/market/harness.ts";
import { deployBare, deployCorex, ethers, linearCircuit, loadFixture } from "../support/market/suite.ts";

const { name: NAME, terms: TERMS, key: KEY } = linearCircuit();
/** The key as `groth16 setup` leaves it: delta is gamma. */
const UNCONTRIBUTED = [...KEY.slice(0, 10), ...KEY.slice(6, 10), ...KEY.slice(14)];

interface Pairing {
  pairingIsOne(words: bigint[]): Promise<boolean>;
}

describe("FM-27: key without phase-2 contribution", function () {
  it("would accept a forged proof of anything", async function () {
    const curve = await deployHarness<Pairing>("VerificationHarness");
    const inputs = [1n, 2n, 3n, 4n, 5n, 6n];
    const base = (index: number): [bigint, bigint] => [KEY[14 + 2 * index] ?? 0n, KEY[15 + 2 * index] ?? 0n];
    const statement = inputs.reduce((sum, input, i) => addG1(sum, mulG1(base(i + 1), input)), addG1(base(0), null));
    const [x, y] = wordsG1(statement);
    const [alpha, beta, gamma] = [KEY.slice(0, 2), KEY.slice(2, 6), KEY.slice(6, 10)];
    // e(-A, B) e(alpha, beta) e(L, gamma) e(C, delta) with A = alpha, B = beta, C = -L and delta = gamma.
    const negatedA = [alpha[0] ?? 0n, P - (alpha[1] ?? 0n)];
    const words = [...negatedA, ...beta, ...alpha, ...beta, x, y, ...gamma, x, P - y, ...gamma];
    expect(await curve.pairingIsOne(words)).to.equal(true);
  });

  it("is refused by the registry on every chain", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    await expect(circuitRegistry.register({ ...NAME, version: 2 }, TERMS, UNCONTRIBUTED)).to.be.revertedWithCustomError(
      circuitRegistry,
      "CircuitRegistryUncontributedKey",
    );
    const elsewhere = await deployCorex(await network.create({ network: "default", override: { chainId: 8453 } }));
    await expect(
      elsewhere.circuitRegistry.register(NAME, { ...TERMS, devOnly: false }, UNCONTRIBUTED),
    ).to.be.revertedWithCustomError(elsewhere.circuitRegistry, "CircuitRegistryUncontributedKey");
  });

  for (const chainId of [1, 10, 137, 8453, 42_161]) {
    it(`refuses keys whose secrets are public on chain ${chainId}, also when they are not marked`, async function () {
      const { circuitRegistry } = await deployCorex(
        await network.create({ network: "default", override: { chainId } }),
      );
      for (const devOnly of [true, false]) {
        await expect(circuitRegistry.register(NAME, { ...TERMS, devOnly }, KEY))
          .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryDevelopmentKey")
          .withArgs(BigInt(chainId));
      }
    });
  }

  it("keeps the registry of a test chain open to the development key", async function () {
    const { circuitRegistry, circuit } = await loadFixture(deployBare);
    expect((await circuitRegistry.get(circuit)).devOnly).to.equal(true);
    expect((await ethers.provider.getNetwork()).chainId).to.equal(31_337n);
  });
});
