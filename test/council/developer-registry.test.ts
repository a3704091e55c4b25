// The developers whom the DAO admitted, now and at any time before.
import { expect } from "chai";

import { DAY, ethers, loadFixture, time } from "../support/market/suite.ts";
import { deployCouncil } from "./support/council.ts";

// DeveloperRegistry
// ├── admit and remove are the DAO's; a member can resign; each once
// └── count and membership of any past second (INV-DEV-1)
describe("DeveloperRegistry", function () {
  it("knows who was a member when, and how many there were (INV-DEV-1)", async function () {
    const { developers, dao, coders, stranger } = await loadFixture(deployCouncil);
    const [first, second] = coders;
    if (!first || !second) throw new Error("developers are missing");
    const before = await time.latest();
    expect(await developers.pastCount(before)).to.equal(4n);
    await time.increase(DAY);
    await developers.connect(dao).remove(first);
    await developers.connect(second).resign();
    const after = await time.latest();
    for (const gone of [first, second]) {
      expect(await developers.wasMember(gone, before)).to.equal(true);
      expect(await developers.wasMember(gone, after)).to.equal(false);
      expect(await developers.isMember(gone)).to.equal(false);
    }
    expect([await developers.pastCount(before), await developers.pastCount(after)]).to.deep.equal([4n, 2n]);
    expect(await developers.pastCount(0)).to.equal(0n);
    expect(await developers.pastCount(2n ** 200n)).to.equal(2n);
    await developers.connect(dao).admit(first, ethers.id("again"));
    expect(await developers.isMember(first)).to.equal(true);
    await expect(developers.connect(dao).admit(first, ethers.id("twice"))).to.be.revertedWithCustomError(
      developers,
      "DeveloperRegistryKnown",
    );
    await expect(developers.connect(stranger).resign()).to.be.revertedWithCustomError(
      developers,
      "DeveloperRegistryUnknown",
    );
    await expect(developers.connect(stranger).admit(stranger, ethers.id("me"))).to.be.revertedWithCustomError(
      developers,
      "AccessManagedUnauthorized",
    );
  });
});
