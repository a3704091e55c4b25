import { expect } from "chai";
import { encodeBytes32String, id, ZeroAddress, ZeroHash } from "ethers";

import { loadFixture, time } from "../support/market/suite.ts";
import { trainedRounds } from "./support/trained.ts";

const ACCURACY = encodeBytes32String("accuracy");
const EVIDENCE = id("evaluation");
const WAD = 10n ** 18n;
/** `MetricSource`. */
const [PROVED, ATTESTED] = [1n, 2n];

// ModelMetrics.attest
// ├── when the model is unknown
// │   └── it reverts with ModelRegistryUnknownModel(model)
// ├── when name or evidence is zero
// │   └── it reverts with ModelMetricsEmptyTerm(term)
// ├── given the account uses 64 names
// │   ├── another name reverts with ModelMetricsTooManyNames(model, attestor, maximum)
// │   └── a name that it uses does not
// ├── it records the word of an account, marked attested (INV-MOD-4)
// └── it replaces the word of that account and name alone (INV-MOD-4)
describe("ModelMetrics.attest", function () {
  it("reverts for an unknown model, no name and no evidence", async function () {
    const { modelMetrics, models, model } = await loadFixture(trainedRounds);
    await expect(modelMetrics.attest(id("unknown"), ACCURACY, 1n, EVIDENCE))
      .to.be.revertedWithCustomError(models, "ModelRegistryUnknownModel")
      .withArgs(id("unknown"));
    for (const [name, evidence, term] of [
      [ZeroHash, EVIDENCE, "name"],
      [ACCURACY, ZeroHash, "evidence"],
    ] as const) {
      await expect(modelMetrics.attest(model, name, 1n, evidence))
        .to.be.revertedWithCustomError(modelMetrics, "ModelMetricsEmptyTerm")
        .withArgs(encodeBytes32String(term));
    }
  });

  it("records the word of anyone, marked attested, beside what is proved (INV-MOD-4)", async function () {
    const { modelMetrics, models, owner, stranger, model } = await loadFixture(trainedRounds);
    const said: unknown[] = [];
    for (const [account, value] of [
      [owner, WAD],
      [stranger, -(2n ** 255n)],
    ] as const) {
      await expect(modelMetrics.connect(account).attest(model, ACCURACY, value, EVIDENCE))
        .to.emit(modelMetrics, "MetricAttested")
        .withArgs(model, account, ACCURACY, 0n, value, EVIDENCE);
      const metric = [account.address, BigInt(await time.latest()), ATTESTED, ACCURACY, value, EVIDENCE];
      expect(await modelMetrics.metricAttestedBy(model, account, ACCURACY)).to.deep.equal(metric);
      expect(await modelMetrics.metricsAttestedBy(model, account)).to.deep.equal([metric]);
      said.push(metric);
    }
    expect(await modelMetrics.metricsAttestedOf(model, 0, 9)).to.deep.equal(said);
    expect(await modelMetrics.metricsAttestedOf(model, 1, 2n ** 256n - 1n)).to.deep.equal(said.slice(1));
    expect(await modelMetrics.metricsAttestedOf(model, 2, 1)).to.deep.equal([]);
    // The proved ones are those of the market, and marked so.
    expect((await models.metricsOf(model)).source).to.equal(PROVED);
  });

  it("replaces the account's own word of one name, and nothing else (INV-MOD-4)", async function () {
    const { modelMetrics, owner, stranger, model } = await loadFixture(trainedRounds);
    const other = encodeBytes32String("recall");
    await modelMetrics.connect(owner).attest(model, ACCURACY, 1n, EVIDENCE);
    await modelMetrics.connect(stranger).attest(model, ACCURACY, 2n, EVIDENCE);
    await modelMetrics.connect(owner).attest(model, other, 3n, EVIDENCE);
    await expect(modelMetrics.connect(owner).attest(model, ACCURACY, 4n, id("better evidence")))
      .to.emit(modelMetrics, "MetricAttested")
      .withArgs(model, owner, ACCURACY, 1n, 4n, id("better evidence"));
    const all = await modelMetrics.metricsAttestedOf(model, 0, 9);
    expect(all.map(({ attestor, name, value }) => [attestor, name, value])).to.deep.equal([
      [owner.address, ACCURACY, 4n],
      [stranger.address, ACCURACY, 2n],
      [owner.address, other, 3n],
    ]);
    expect((await modelMetrics.metricsAttestedBy(model, owner)).map(({ value }) => value)).to.deep.equal([4n, 3n]);
  });

  it("bounds the names of an account, and shuts nobody else out", async function () {
    const { modelMetrics, owner, stranger, model } = await loadFixture(trainedRounds);
    const asStranger = modelMetrics.connect(stranger);
    for (let i = 0; i < 64; i++) await asStranger.attest(model, id(`name ${i}`), 1n, EVIDENCE);
    await expect(asStranger.attest(model, ACCURACY, 1n, EVIDENCE))
      .to.be.revertedWithCustomError(modelMetrics, "ModelMetricsTooManyNames")
      .withArgs(model, stranger, 64n);
    await asStranger.attest(model, id("name 63"), 2n, EVIDENCE);
    await modelMetrics.connect(owner).attest(model, ACCURACY, 1n, EVIDENCE);
    expect(await modelMetrics.metricsAttestedOf(model, 0, 100)).to.have.lengthOf(65);
    expect(await modelMetrics.metricAttestedBy(model, stranger, ACCURACY)).to.deep.equal([
      ZeroAddress,
      0n,
      0n,
      ZeroHash,
      0n,
      ZeroHash,
    ]);
  });
});
