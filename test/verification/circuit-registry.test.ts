import { expect } from "chai";
import { concat, id, keccak256, toBeHex, ZeroHash } from "ethers";
import { network } from "hardhat";

import { DEVELOPMENT_PHASE1 } from "../../packages/sdk/src/circuits/development-key.ts";
import { P, pointOffGroupG2 } from "../support/market/curve.ts";
import { circuitHash } from "../support/market/hashes.ts";
import { deployBare, deployCorex, ethers, linearCircuit, loadFixture } from "../support/market/suite.ts";

const { name: NAME, terms: TERMS, key: KEY } = linearCircuit();
const OTHER = { ...NAME, name: "Other" };
/** Well-formed, and of another phase 1 than the development keys: its alpha is the generator. */
const PRODUCTION_KEY = [1n, 2n, ...KEY.slice(2)];
const WORDS = KEY.length;
const packed = (key: readonly bigint[]) => concat(key.map((word) => toBeHex(word, 32)));
const replaced = (key: readonly bigint[], word: number, ...values: bigint[]) => [
  ...key.slice(0, word),
  ...values,
  ...key.slice(word + values.length),
];

// CircuitRegistry.register
// ├── when the caller lacks the operations role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── given the circuit is registered, also when retired
// │   └── it reverts with CircuitRegistryCircuitExists(circuit)
// ├── when work units or the number of public signals is zero
// │   └── it reverts with CircuitRegistryEmptyTerms()
// ├── when the key has the wrong length
// │   └── it reverts with CircuitRegistryInvalidKeyLength(words, expected)
// ├── when gamma equals delta
// │   └── it reverts with CircuitRegistryUncontributedKey()
// ├── when a point of the key is not of its group, not canonical, or infinity
// │   └── it reverts with CircuitRegistryInvalidKeyPoint(word)
// ├── when the chain is no test chain and the key is marked a development key, or built on the development phase 1
// │   └── it reverts with CircuitRegistryDevelopmentKey(chainId)
// ├── when the key is built on the development phase 1 and not marked a development key
// │   └── it reverts with CircuitRegistryUnmarkedDevelopmentKey(phase1)
// └── it stores the key as code and emits CircuitRegistered
describe("CircuitRegistry.register", function () {
  it("reverts when the caller lacks the role", async function () {
    const { circuitRegistry, owner } = await loadFixture(deployBare);
    await expect(circuitRegistry.connect(owner).register(OTHER, TERMS, KEY))
      .to.be.revertedWithCustomError(circuitRegistry, "AccessManagedUnauthorized")
      .withArgs(owner);
  });

  it("reverts when the circuit exists, also after it was retired: an entry is never edited", async function () {
    const { circuitRegistry, circuit } = await loadFixture(deployBare);
    for (const retire of [false, true]) {
      if (retire) await circuitRegistry.retire(circuit);
      await expect(circuitRegistry.register(NAME, { ...TERMS, workUnits: 1n }, KEY))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryCircuitExists")
        .withArgs(circuit);
    }
  });

  it("reverts when work units or the number of public signals is zero", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    for (const change of [{ workUnits: 0n }, { publicSignals: 0 }]) {
      await expect(circuitRegistry.register(OTHER, { ...TERMS, ...change }, KEY)).to.be.revertedWithCustomError(
        circuitRegistry,
        "CircuitRegistryEmptyTerms",
      );
    }
  });

  it("reverts when the key has the wrong length", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    const cases = [
      { key: [], publicSignals: 6, expected: 28 },
      { key: KEY.slice(1), publicSignals: 6, expected: 28 },
      { key: [...KEY, 1n, 2n], publicSignals: 6, expected: 28 },
      { key: KEY, publicSignals: 5, expected: 26 },
      { key: KEY, publicSignals: 255, expected: 526 },
    ];
    for (const { key, publicSignals, expected } of cases) {
      await expect(circuitRegistry.register(OTHER, { ...TERMS, publicSignals }, key))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryInvalidKeyLength")
        .withArgs(key.length, expected);
    }
  });

  it("reverts when gamma equals delta", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    await expect(
      circuitRegistry.register(OTHER, TERMS, replaced(KEY, 10, ...KEY.slice(6, 10))),
    ).to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryUncontributedKey");
  });

  it("reverts for every point that is not canonical, at each place of the key (INV-CIR-2)", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    const starts = [0, 2, 6, 10, ...Array.from({ length: 7 }, (_, i) => 14 + 2 * i)];
    for (const start of starts) {
      const size = start >= 2 && start < 14 ? 4 : 2;
      for (let word = start; word < start + size; word++) {
        await expect(circuitRegistry.register(OTHER, TERMS, replaced(KEY, word, (KEY[word] ?? 0n) + P)))
          .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryInvalidKeyPoint")
          .withArgs(start);
      }
      await expect(circuitRegistry.register(OTHER, TERMS, replaced(KEY, start, ...Array<bigint>(size).fill(0n))))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryInvalidKeyPoint")
        .withArgs(start);
    }
  });

  it("reverts for points off the curve or off the group", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    for (const start of [0, 14, 26]) {
      await expect(circuitRegistry.register(OTHER, TERMS, replaced(KEY, start, 1n, 1n)))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryInvalidKeyPoint")
        .withArgs(start);
    }
    for (const start of [2, 6, 10]) {
      for (const words of [pointOffGroupG2(), [0n, 1n, 0n, 2n]]) {
        await expect(circuitRegistry.register(OTHER, TERMS, replaced(KEY, start, ...words)))
          .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryInvalidKeyPoint")
          .withArgs(start);
      }
    }
  });

  it("stores the key as code that cannot be run and emits CircuitRegistered", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    const circuit = circuitHash(OTHER.name, OTHER.version, OTHER.params);
    expect(await circuitRegistry.register.staticCall(OTHER, TERMS, KEY)).to.equal(circuit);
    await expect(circuitRegistry.register(OTHER, TERMS, KEY))
      .to.emit(circuitRegistry, "CircuitRegistered")
      .withArgs(
        circuit,
        OTHER.name,
        BigInt(OTHER.version),
        OTHER.params,
        [TERMS.schema, TERMS.transcript, TERMS.workUnits, TERMS.publicSignals, TERMS.devOnly],
        keccak256(packed(KEY)),
      );

    const [pointer, publicSignals] = await circuitRegistry.keyOf(circuit);
    expect(publicSignals).to.equal(6n);
    expect(await ethers.provider.getCode(pointer)).to.equal(concat(["0x00", packed(KEY)]));
    expect(await ethers.provider.call({ to: pointer, data: "0x12345678" })).to.equal("0x");
    expect(await circuitRegistry.verifyingKeyOf(circuit)).to.deep.equal(KEY);
    const expected = [pointer, TERMS.workUnits, 6n, true, false, TERMS.schema, TERMS.transcript];
    expect(await circuitRegistry.get(circuit)).to.deep.equal(expected);
    expect(await circuitRegistry.getUsable(circuit)).to.deep.equal(expected);
    expect(WORDS).to.equal(28);
  });

  it("takes a key of 255 public signals, the largest there is", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    const key = [...KEY.slice(0, 14), ...Array.from({ length: 256 }, () => KEY.slice(14, 16)).flat()];
    await circuitRegistry.register(OTHER, { ...TERMS, publicSignals: 255 }, key);
    expect(await circuitRegistry.verifyingKeyOf(await circuitRegistry.idOf(OTHER))).to.deep.equal(key);
  });

  it("refuses development keys off the test chains, marked or not, and takes others there (INV-CIR-3)", async function () {
    const connection = await network.create({ network: "default", override: { chainId: 10 } });
    const { circuitRegistry } = await deployCorex(connection);
    for (const [devOnly, key] of [
      [true, KEY],
      [false, KEY],
      [true, PRODUCTION_KEY],
    ] as const) {
      await expect(circuitRegistry.register(NAME, { ...TERMS, devOnly }, key))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryDevelopmentKey")
        .withArgs(10n);
    }
    await circuitRegistry.register(NAME, { ...TERMS, devOnly: false }, PRODUCTION_KEY);
    expect((await circuitRegistry.get(await circuitRegistry.idOf(NAME))).devOnly).to.equal(false);
  });

  it("refuses unmarked development keys on test chains, and knows them by alpha and beta (INV-CIR-4)", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    // Neither another delta nor another circuit makes a new phase 1 of it.
    const delta = [...KEY.slice(10, 12), ...KEY.slice(12, 14).map((y) => P - y)];
    for (const key of [KEY, replaced(KEY, 10, ...delta), replaced(KEY, 14, 1n, 2n)]) {
      await expect(circuitRegistry.register(OTHER, { ...TERMS, devOnly: false }, key))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryUnmarkedDevelopmentKey")
        .withArgs(DEVELOPMENT_PHASE1);
    }
    for (const [version, word] of [0, 2].entries()) {
      const key = replaced(KEY, word, ...(word === 0 ? [1n, 2n] : KEY.slice(6, 10)));
      await circuitRegistry.register({ ...OTHER, version }, { ...TERMS, devOnly: false }, key);
    }
  });
});

// CircuitRegistry.retire
// ├── when the caller lacks the security role
// │   └── it reverts with AccessManagedUnauthorized(caller)
// ├── when the circuit is unknown
// │   └── it reverts with CircuitRegistryUnknownCircuit(circuit)
// ├── given the circuit was retired
// │   └── it reverts with CircuitRegistryCircuitRetired(circuit)
// └── it retires and emits CircuitRetired; everything else stays
describe("CircuitRegistry.retire", function () {
  it("reverts when the caller lacks the role", async function () {
    const { circuitRegistry, circuit, owner } = await loadFixture(deployBare);
    await expect(circuitRegistry.connect(owner).retire(circuit))
      .to.be.revertedWithCustomError(circuitRegistry, "AccessManagedUnauthorized")
      .withArgs(owner);
  });

  it("reverts when the circuit is unknown", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    await expect(circuitRegistry.retire(ZeroHash))
      .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryUnknownCircuit")
      .withArgs(ZeroHash);
  });

  it("retires once, and changes nothing else (INV-CIR-1)", async function () {
    const { circuitRegistry, circuit } = await loadFixture(deployBare);
    const before = await circuitRegistry.get(circuit);
    await expect(circuitRegistry.retire(circuit)).to.emit(circuitRegistry, "CircuitRetired").withArgs(circuit);
    expect(await circuitRegistry.get(circuit)).to.deep.equal([...before].with(4, true));
    expect(await circuitRegistry.verifyingKeyOf(circuit)).to.deep.equal(KEY);
    for (const name of ["retire", "getUsable"] as const) {
      await expect(circuitRegistry.getFunction(name)(circuit))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryCircuitRetired")
        .withArgs(circuit);
    }
  });
});

// CircuitRegistry views
describe("CircuitRegistry views", function () {
  it("revert with CircuitRegistryUnknownCircuit(circuit) when unknown", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    const unknown = id("unknown");
    for (const view of ["get", "getUsable", "keyOf", "verifyingKeyOf"] as const) {
      await expect(circuitRegistry.getFunction(view)(unknown))
        .to.be.revertedWithCustomError(circuitRegistry, "CircuitRegistryUnknownCircuit")
        .withArgs(unknown);
    }
  });

  it("name circuits injectively: no two of name, version and params share an id", async function () {
    const { circuitRegistry } = await loadFixture(deployBare);
    const names = [
      { name: "a", version: 1, params: [2] },
      { name: "a", version: 1, params: [] },
      { name: "a", version: 1, params: [2, 0] },
      { name: "a", version: 1, params: [0, 2] },
      { name: "a", version: 2, params: [1] },
      { name: "a1", version: 2, params: [] },
      { name: "", version: 1, params: [2] },
      { name: "a\0", version: 1, params: [2] },
      { name: "a", version: 2 ** 32 - 1, params: [2n ** 256n - 1n] },
    ];
    const ids = await Promise.all(names.map(async (name) => circuitRegistry.idOf(name)));
    expect(new Set(ids)).to.have.lengthOf(names.length);
    expect(ids).to.deep.equal(names.map(({ name, version, params }) => circuitHash(name, version, params)));
  });
});
