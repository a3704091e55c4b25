import { expect } from "chai";
import { id } from "ethers";

import { loadFixture } from "../support/fixtures.ts";
import { CXT, deployDatasets, permitOf, TERMS } from "./support/datasets.ts";
import { gasOf } from "../support/gas.ts";

// Gas of whole transactions: execution, intrinsic cost and calldata. COREX_GAS=1 prints every figure.
describe("Gas of datasets", function () {
  it("stays within its targets", async function () {
    const suite = await loadFixture(deployDatasets);
    const { datasets, owner, buyer, grantee, stranger, other } = suite;
    const own = datasets.connect(owner);
    await gasOf("register, first of an owner", own.register(TERMS));
    const register = await gasOf("register", own.register({ ...TERMS, manifest: id("another") }));
    const dataset = await datasets.datasetIdOf(owner, TERMS);
    const version = await gasOf("publish a version", own.publishVersion(dataset, { ...TERMS, manifest: id("second") }));
    const price = await gasOf("set the price", own.setPrice(dataset, 50n * CXT));
    await gasOf("buy, first of all", datasets.connect(buyer).buyAccess(dataset, buyer, TERMS.price));
    const buy = await gasOf("buy, later", datasets.connect(buyer).buyAccess(dataset, grantee, TERMS.price));
    const { deadline, v, r, s } = await permitOf(suite, stranger.address, TERMS.price, stranger);
    await gasOf(
      "buy with a permit",
      datasets.connect(stranger).buyAccessWithPermit(dataset, stranger, TERMS.price, deadline, v, r, s),
    );
    const shared = await datasets.datasetIdOf(owner, { ...TERMS, manifest: id("another") });
    const people = [owner, buyer, grantee, stranger, other];
    const list = Array.from({ length: 16 }, (_, index) => ({
      account: people[index]?.address ?? `0x${(0x1_000 + index).toString(16).padStart(40, "0")}`,
      shareBps: 625n,
    }));
    await gasOf("set 16 collaborators", own.setCollaborators(shared, list));
    const split = await gasOf("buy of 16, first", datasets.connect(buyer).buyAccess(shared, buyer, TERMS.price));
    await gasOf("buy of 16, later", datasets.connect(buyer).buyAccess(shared, other, TERMS.price));
    const withdraw = await gasOf("withdraw", datasets.withdraw(owner));
    expect(register).to.be.at.most(400_000n);
    expect(version).to.be.at.most(350_000n);
    expect(price).to.be.at.most(45_000n);
    expect(buy).to.be.at.most(175_000n);
    expect(split).to.be.at.most(700_000n);
    expect(withdraw).to.be.at.most(70_000n);
  });
});
