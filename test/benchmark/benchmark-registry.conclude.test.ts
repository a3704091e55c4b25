import { expect } from "chai";

import { NodeStatus, ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";
import {
  ELAPSED,
  SIZE,
  Status,
  attestationOf,
  conclude,
  deployBench,
  deployRegistered,
  deployScored,
  domainOf,
  measure,
  registerNode,
  sign,
  unitsOf,
} from "./support/bench.ts";
import { HALF } from "../reputation/support/reputation.ts";

const { time } = networkHelpers;
const DAY = 86_400n;

/** Node 1 answered and waits for its attestors. */
async function deployAnswered() {
  const suite = await deployRegistered();
  await measure(suite, 1);
  return suite;
}

// BenchmarkRegistry.conclude
// ├── when nothing is answered it reverts with BenchmarkRegistryWrongStatus(node, status)
// ├── when it is about another nonce or result it reverts with BenchmarkRegistryWrongAttestation
// ├── when there are fewer than two it reverts with BenchmarkRegistryTooFewAttestors(count, needed)
// ├── when one attestor comes twice, or out of order, it reverts with BenchmarkRegistryInvalidAttestor(attestor)
// ├── when a signer has no role, lost it, operates the node, or signed something else, it reverts with the same
// ├── when it is signed for another chain or registry it reverts with the same
// ├── valid: it records capacity and score, gives the first reputation, pokes the scheduler, whoever calls
// ├── valid, of a node that is out meanwhile: it discards
// ├── not valid: it discards and keeps the old score
// └── a verdict counts once
describe("BenchmarkRegistry.conclude", function () {
  it("reverts with BenchmarkRegistryWrongStatus(node, status) before an answer", async function () {
    const suite = await loadFixture(deployRegistered);
    const { bench, operator } = suite;
    const attestation = { node: 1n, nonce: 1n, result: ethers.id("result"), valid: true };
    const signatures = await sign(suite, attestation);
    await expect(bench.conclude(attestation, signatures))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongStatus")
      .withArgs(1n, Status.None);
    await bench.connect(operator).begin(SIZE);
    await expect(bench.conclude(attestation, signatures))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongStatus")
      .withArgs(1n, Status.Begun);
  });

  it("reverts with BenchmarkRegistryWrongAttestation(node, nonce, result) for another nonce or result", async function () {
    const suite = await loadFixture(deployAnswered);
    for (const changes of [{ nonce: 0n }, { nonce: 2n }, { result: ethers.id("other") }, { result: ethers.ZeroHash }]) {
      const attestation = await attestationOf(suite, 1, changes);
      await expect(suite.bench.conclude(attestation, await sign(suite, attestation)))
        .to.be.revertedWithCustomError(suite.bench, "BenchmarkRegistryWrongAttestation")
        .withArgs(1n, attestation.nonce, attestation.result);
    }
  });

  it("reverts with BenchmarkRegistryTooFewAttestors(count, needed)", async function () {
    const suite = await loadFixture(deployAnswered);
    const attestation = await attestationOf(suite, 1);
    for (const count of [0, 1]) {
      await expect(suite.bench.conclude(attestation, await sign(suite, attestation, suite.attestors.slice(0, count))))
        .to.be.revertedWithCustomError(suite.bench, "BenchmarkRegistryTooFewAttestors")
        .withArgs(count, 2n);
    }
  });

  it("reverts with BenchmarkRegistryInvalidAttestor(attestor) for one that comes twice, or out of order", async function () {
    const suite = await loadFixture(deployAnswered);
    const attestation = await attestationOf(suite, 1);
    const sorted = await sign(suite, attestation, suite.attestors);
    const [low, middle, high] = sorted;
    if (low === undefined || middle === undefined || high === undefined) throw new Error("three signatures");
    for (const [signatures, culprit] of [
      [[low, low], low],
      [[high, low], low],
      [[low, high, middle], middle],
      [[low, middle, middle], middle],
    ] as const) {
      await expect(suite.bench.conclude(attestation, [...signatures]))
        .to.be.revertedWithCustomError(suite.bench, "BenchmarkRegistryInvalidAttestor")
        .withArgs(culprit.attestor);
    }
    await suite.bench.conclude(attestation, sorted);
  });

  it("reverts for signers without the role, that lost it, or that operate the node", async function () {
    const suite = await loadFixture(deployAnswered);
    const { bench, manager, attestors, stranger, operator } = suite;
    const attestation = await attestationOf(suite, 1);
    await manager.grantRole!(3n, operator, 0);
    await manager.revokeRole!(3n, attestors[1]);
    for (const second of [stranger, operator, attestors[1]]) {
      await expect(bench.conclude(attestation, await sign(suite, attestation, [attestors[0], second])))
        .to.be.revertedWithCustomError(bench, "BenchmarkRegistryInvalidAttestor")
        .withArgs(second.address);
    }
    await bench.conclude(attestation, await sign(suite, attestation, [attestors[0], attestors[2]]));
  });

  it("reverts when a signature is another's, of another verdict, chain or registry", async function () {
    const suite = await loadFixture(deployAnswered);
    const { bench, attestors } = suite;
    const attestation = await attestationOf(suite, 1);
    const domain = await domainOf(suite);
    const honest = await sign(suite, attestation);
    const wrong = [
      honest.map((one, index) => ({ ...one, signature: honest[1 - index]?.signature ?? "" })),
      await sign(suite, { ...attestation, valid: false }),
      await sign(suite, { ...attestation, nonce: 2n }),
      await sign(suite, { ...attestation, node: 2n }),
      await sign(suite, { ...attestation, result: ethers.id("other") }),
      await sign(suite, attestation, attestors.slice(0, 2), { ...domain, chainId: domain.chainId + 1n }),
      await sign(suite, attestation, attestors.slice(0, 2), { ...domain, verifyingContract: attestors[0].address }),
      await sign(suite, attestation, attestors.slice(0, 2), { ...domain, version: "2" }),
      honest.map((one) => ({ ...one, signature: "0x" })),
    ];
    for (const signatures of wrong) {
      await expect(bench.conclude(attestation, signatures))
        .to.be.revertedWithCustomError(bench, "BenchmarkRegistryInvalidAttestor")
        .withArgs(signatures[0]?.attestor);
    }
  });

  it("records capacity, score and first reputation, and pokes the scheduler, whoever calls", async function () {
    const suite = await loadFixture(deployAnswered);
    const { bench, registry, reputation, scheduler } = suite;
    const call = conclude(suite, 1);
    await call;
    const now = BigInt(await time.latest());
    const units = unitsOf();
    await expect(call)
      .to.emit(bench, "BenchmarkAccepted")
      .withArgs(1n, 1n, units, now + 30n * DAY);
    await expect(call)
      .to.emit(registry, "CapacityUpdated")
      .withArgs(1n, 0n, units, now + 30n * DAY);
    const { answeredAt, status } = await bench.measurementOf(1);
    expect(status).to.equal(Status.None);
    expect([...(await bench.scoreOf(1))]).to.deep.equal([SIZE, ELAPSED + 1n, answeredAt, 0n]);
    expect((await registry.get(1)).status).to.equal(NodeStatus.Active);
    expect(await registry.dailyCapacityOf(1)).to.equal(units);
    expect(await reputation.scoreOf(1)).to.equal(HALF);
    expect(await scheduler.getFunction("weightOf")(1)).to.equal(units * 5_000n);
  });

  it("discards what is valid of a node that is out meanwhile", async function () {
    for (const out of ["suspend", "remove"] as const) {
      const suite = await loadFixture(deployAnswered);
      const { bench, registry, security } = suite;
      await registry.connect(security)[out](1);
      await expect(conclude(suite, 1)).to.emit(bench, "MeasurementDiscarded").withArgs(1n, 1n, false);
      expect((await bench.scoreOf(1)).size).to.equal(0n);
      expect(await registry.dailyCapacityOf(1)).to.equal(0n);
    }
  });

  it("discards what is not valid, and keeps the old score", async function () {
    const suite = await loadFixture(deployScored);
    const { bench, registry, slasherDouble } = suite;
    await measure(suite, 1, 2n * SIZE);
    await expect(conclude(suite, 1, false))
      .to.emit(bench, "MeasurementDiscarded")
      .withArgs(1n, 2n, true);
    expect((await bench.scoreOf(1)).size).to.equal(SIZE);
    expect(await registry.dailyCapacityOf(1)).to.equal(unitsOf());
    expect(await slasherDouble.getFunction("verdicts")()).to.deep.equal([]);
  });

  it("counts a verdict once, also against a later measurement with the same result", async function () {
    const suite = await loadFixture(deployAnswered);
    const { bench } = suite;
    const attestation = await attestationOf(suite, 1);
    const signatures = await sign(suite, attestation);
    await bench.conclude(attestation, signatures);
    await expect(bench.conclude(attestation, signatures))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongStatus")
      .withArgs(1n, Status.None);
    await measure(suite, 1, 65_535n, 2n);
    await expect(bench.conclude(attestation, signatures))
      .to.be.revertedWithCustomError(bench, "BenchmarkRegistryWrongAttestation")
      .withArgs(1n, 1n, attestation.result);
  });

  it("cannot be used for another node with the same nonce and result", async function () {
    const suite = await loadFixture(deployBench);
    for (const index of [1, 2]) {
      await registerNode(suite, index);
      await measure(suite, index);
    }
    const attestation = await attestationOf(suite, 1);
    const signatures = await sign(suite, attestation);
    await expect(suite.bench.conclude({ ...attestation, node: 2n }, signatures)).to.be.revertedWithCustomError(
      suite.bench,
      "BenchmarkRegistryInvalidAttestor",
    );
  });
});
