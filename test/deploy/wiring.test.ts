import { readFileSync } from "node:fs";

import { expect } from "chai";
import { BaseContract } from "ethers";

import { CXT, deployBare, ethers, linearCircuit, loadFixture, PARAMETERS } from "../support/market/suite.ts";

// The deployed suite
// ├── every immutable address points at its neighbour
// ├── every contract fits in the code size limit
// ├── the pool holds every CXT there is
// ├── the parameters are those of the file
// └── the registered circuit is that of the manifest
describe("Deployed suite", function () {
  it("is wired through immutables alone", async function () {
    const { market, escrow, token, feeRouter, miningPool, rewardDistributor, nodeRegistry } =
      await loadFixture(deployBare);
    expect(await market.escrow()).to.equal(escrow.target);
    expect(await escrow.market()).to.equal(market.target);
    expect(await escrow.token()).to.equal(token.target);
    expect(await escrow.feeRouter()).to.equal(feeRouter.target);
    expect(await miningPool.token()).to.equal(token.target);
    expect(await miningPool.distributor()).to.equal(rewardDistributor.target);
    expect(await rewardDistributor.pool()).to.equal(miningPool.target);
    expect(await rewardDistributor.feeRouter()).to.equal(feeRouter.target);
    expect(await rewardDistributor.directory()).to.equal(nodeRegistry.target);
    expect(await feeRouter.pool()).to.equal(miningPool.target);
  });

  it("wires every contract to its deployed neighbours, and to no others: its code holds their addresses", async function () {
    const suite = await loadFixture(deployBare);
    const { market, proofVerifier, scheduler, models, nodeRegistry, circuitRegistry, rewardDistributor } = suite;
    const { reputation, vault, slasher, benchmarks, explainer, entropy, token, feeRouter, escrow, miningPool } = suite;
    const { rounds, roundEscrow, committee, modelMetrics, contributions, datasets } = suite;
    const work = [nodeRegistry, scheduler, reputation, vault, slasher, proofVerifier, rewardDistributor];
    const expected = [
      [market, [...work, circuitRegistry, escrow]],
      // Its gate, which it made itself, asks the circuit registry.
      [rounds, [...work, roundEscrow]],
      [explainer, [market, nodeRegistry, scheduler, slasher, rewardDistributor]],
      [proofVerifier, [circuitRegistry]],
      [scheduler, [nodeRegistry, entropy]],
      [reputation, [nodeRegistry, scheduler]],
      [vault, [token, nodeRegistry, scheduler, feeRouter]],
      [slasher, [token, vault, reputation, nodeRegistry, feeRouter]],
      [benchmarks, [nodeRegistry, entropy, scheduler, reputation, vault, slasher, token]],
      [committee, [nodeRegistry, entropy, scheduler, reputation, vault, slasher]],
      [entropy, []],
      [nodeRegistry, []],
      [circuitRegistry, []],
      [models, [market, rounds, circuitRegistry]],
      [modelMetrics, [models]],
      [contributions, [models, market, rounds, nodeRegistry, token, feeRouter]],
      [datasets, [token, feeRouter]],
    ] as const;
    const addressOf = async (contract: BaseContract) => contract.getAddress();
    const rest = [token, feeRouter, escrow, roundEscrow, miningPool, rewardDistributor];
    const all = [...expected.map(([contract]) => contract), ...rest];
    const addresses = await Promise.all(all.map(addressOf));
    for (const [contract, neighbours] of expected) {
      const code = (await ethers.provider.getCode(contract)).toLowerCase();
      const own = await addressOf(contract);
      const held = addresses.filter((address) => address !== own && code.includes(address.slice(2).toLowerCase()));
      const wanted = await Promise.all(neighbours.map(addressOf));
      expect(held.toSorted()).to.deep.equal(wanted.toSorted());
    }
  });

  it("answers with its neighbours where it has a view for them", async function () {
    const { market, scheduler, vault, slasher, entropy, token, feeRouter } = await loadFixture(deployBare);
    expect(await market.scheduler()).to.equal(scheduler.target);
    expect(await scheduler.entropySource()).to.equal(entropy.target);
    expect(await vault.token()).to.equal(token.target);
    expect(await vault.feeRouter()).to.equal(feeRouter.target);
    expect(await slasher.treasury()).to.equal(feeRouter.target);
  });

  it("holds every CXT in the pool", async function () {
    const { token, miningPool } = await loadFixture(deployBare);
    expect(await token.totalSupply()).to.equal(100_000_000n * CXT);
    expect(await token.balanceOf(miningPool)).to.equal(100_000_000n * CXT);
    expect(await miningPool.remaining()).to.equal(100_000_000n * CXT);
  });

  it("starts from the parameters of the file", async function () {
    const { rewardDistributor, market, entropy, benchmarks } = await loadFixture(deployBare);
    const { Corex } = JSON.parse(readFileSync(PARAMETERS, "utf8")) as { Corex: Record<string, number | string> };
    const terms = await rewardDistributor.terms();
    for (const name of [
      "computeShareBps",
      "matchBps",
      "networkShareBps",
      "claimFeeBps",
      "maxRewardPerPoint",
    ] as const) {
      expect(String(terms[name])).to.equal(String(Corex[name]).replace(/n$/, ""));
    }
    expect(await market.protocolFeeBps()).to.equal(500n);
    for (const name of ["periodBlocks", "tailBlocks", "maxDrawValue"] as const) {
      expect(String(await entropy[name]())).to.equal(String(Corex[name]).replace(/n$/, ""));
    }
    expect(await benchmarks.macsPerWorkUnit()).to.equal(BigInt(String(Corex["macsPerWorkUnit"]).replace(/n$/, "")));
  });

  it("registers the circuit of the manifest with its development key", async function () {
    const { circuitRegistry, circuit, market } = await loadFixture(deployBare);
    const { terms, key } = linearCircuit();
    expect(await circuitRegistry.verifyingKeyOf(circuit)).to.deep.equal(key);
    const entry = await circuitRegistry.get(circuit);
    expect(entry.schema).to.equal(await market.STEP_SCHEMA());
    expect([entry.workUnits, entry.publicSignals, entry.devOnly, entry.transcript]).to.deep.equal([
      terms.workUnits,
      BigInt(terms.publicSignals),
      terms.devOnly,
      terms.transcript,
    ]);
  });

  it("fits every contract in the code size limit", async function () {
    const suite = await loadFixture(deployBare);
    const sizeOf = async (name: string, contract: BaseContract) => {
      const code = await ethers.provider.getCode(await contract.getAddress());
      return { name, bytes: (code.length - 2) / 2 };
    };
    const sizes = await Promise.all(
      Object.entries(suite).flatMap(([name, value]) => (value instanceof BaseContract ? [sizeOf(name, value)] : [])),
    );
    expect(sizes).to.have.lengthOf(47);
    for (const { name, bytes } of sizes) expect(bytes, name).to.be.within(1, 24_576);
  });
});
