import { readFileSync } from "node:fs";

import { expect } from "chai";

import { CXT, deployBare, ethers, linearCircuit, loadFixture, PARAMETERS } from "../support/market/suite.ts";

// The deployed suite
// ├── every immutable address points at its neighbour
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

  it("wires market, verifier, scheduler and models to the deployed registries: their code holds the addresses", async function () {
    const { market, proofVerifier, scheduler, models, nodeRegistry, circuitRegistry, rewardDistributor } =
      await loadFixture(deployBare);
    const expected = [
      [market, [nodeRegistry, circuitRegistry, proofVerifier, scheduler, rewardDistributor]],
      [proofVerifier, [circuitRegistry]],
      [scheduler, [nodeRegistry]],
      [models, [market]],
    ] as const;
    for (const [contract, neighbours] of expected) {
      const code = (await ethers.provider.getCode(contract)).toLowerCase();
      for (const neighbour of neighbours) {
        expect(code).to.include((await neighbour.getAddress()).slice(2).toLowerCase());
      }
    }
  });

  it("holds every CXT in the pool", async function () {
    const { token, miningPool } = await loadFixture(deployBare);
    expect(await token.totalSupply()).to.equal(100_000_000n * CXT);
    expect(await token.balanceOf(miningPool)).to.equal(100_000_000n * CXT);
    expect(await miningPool.remaining()).to.equal(100_000_000n * CXT);
  });

  it("starts from the parameters of the file", async function () {
    const { rewardDistributor, market } = await loadFixture(deployBare);
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
    for (const name of [
      "market",
      "escrow",
      "nodeRegistry",
      "rewardDistributor",
      "circuitRegistry",
      "models",
    ] as const) {
      const bytes = ((await ethers.provider.getCode(suite[name])).length - 2) / 2;
      expect(bytes, name).to.be.below(24_576);
    }
  });
});
