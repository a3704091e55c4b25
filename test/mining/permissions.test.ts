// Every state-changing function of token and pool, tried by everyone who could think to have a privilege.
import { expect } from "chai";
import type { BaseContract, FunctionFragment } from "ethers";

import { simulate } from "../../scripts/audit/simulate.ts";
import { SUPPLY, deploySuite, endEpochWithRewards, ethers, loadFixture } from "../support/fixtures.ts";

const NOBODY = ethers.getAddress(ethers.toBeHex(0xdead, 20));

/** The suite after an epoch with rewards, so that CXT is in circulation and an epoch can be released. */
async function deployRunning() {
  const suite = await deploySuite();
  await endEpochWithRewards(suite, 1_000_000n);
  return suite;
}

const changing = (contract: BaseContract) =>
  contract.interface.fragments
    .filter((fragment): fragment is FunctionFragment => fragment.type === "function")
    .filter(({ constant }) => !constant);

// Token and pool, role x selector
// ├── they have exactly the state-changing functions that everyone knows
// ├── every function answers every role, the AccessManager and a stranger alike
// ├── nobody but the distributor can release, the AccessManager acting for its ADMIN included
// └── nobody can mint, pause, upgrade or take from the pool
describe("Token and pool, role x selector", function () {
  it("have exactly the state-changing functions that everyone knows", async function () {
    const { token, pool } = await loadFixture(deployRunning);
    const names = (contract: BaseContract) =>
      changing(contract)
        .map(({ name }) => name)
        .sort();
    expect(names(token)).to.deep.equal(["approve", "burn", "burnFrom", "permit", "transfer", "transferFrom"]);
    expect(names(pool)).to.deep.equal(["release", "replenish"]);
  });

  it("answer every role, the AccessManager and a stranger alike", async function () {
    const { token, pool, manager, admin, operations, security, benchmark, reporter } = await loadFixture(deployRunning);
    const callers = await Promise.all(
      [manager, admin, operations, security, benchmark, reporter].map((caller) => caller.getAddress()),
    );
    const word = ethers.ZeroHash;
    const pooled = await pool.getAddress();
    const values: Record<string, unknown[]> = {
      approve: [NOBODY, 1],
      burn: [SUPPLY + 1n],
      burnFrom: [pooled, 1],
      permit: [pooled, NOBODY, 1, ethers.MaxUint256, 27, word, word],
      transfer: [NOBODY, SUPPLY + 1n],
      transferFrom: [pooled, NOBODY, 1],
      release: [0, 1],
      replenish: [0],
    };
    let tried = 0;
    for (const contract of [token, pool] as BaseContract[]) {
      for (const { name } of changing(contract)) {
        const data = contract.interface.encodeFunctionData(name, values[name]);
        const target = await contract.getAddress();
        const expected = await simulate(ethers.provider, NOBODY, target, data);
        expect(expected.startsWith(name === "approve" ? "ok" : "revert"), `${name}: ${expected}`).to.equal(true);
        for (const caller of callers) {
          expect(await simulate(ethers.provider, caller, target, data), `${name} as ${caller}`).to.equal(expected);
          tried++;
        }
      }
    }
    expect(tried).to.equal(8 * callers.length);
  });

  it("let nobody but the distributor release, the AccessManager acting for its ADMIN included", async function () {
    const { pool, manager, admin, signers } = await loadFixture(deployRunning);
    for (const caller of signers) {
      await expect(pool.connect(caller).release(0, 1))
        .to.be.revertedWithCustomError(pool, "MiningPoolOnlyDistributor")
        .withArgs(caller);
    }
    const release = pool.interface.encodeFunctionData("release", [0, 1]);
    await expect(manager.connect(admin).getFunction("execute")(pool, release))
      .to.be.revertedWithCustomError(pool, "MiningPoolOnlyDistributor")
      .withArgs(manager);
  });

  it("let nobody mint, pause, upgrade or change hands", async function () {
    const { token, pool, manager, admin } = await loadFixture(deployRunning);
    const signatures = [
      "mint(address,uint256)",
      "mint(uint256)",
      "pause()",
      "unpause()",
      "transferOwnership(address)",
      "renounceOwnership()",
      "setAuthority(address)",
      "upgradeTo(address)",
      "upgradeToAndCall(address,bytes)",
      "initialize()",
      "initialize(address)",
      "setDistributor(address)",
      "withdraw(uint256)",
      "rescue(address,uint256)",
    ];
    for (const contract of [token, pool]) {
      for (const signature of signatures) {
        const data = ethers.id(signature).slice(0, 10) + ethers.ZeroHash.slice(2).repeat(3);
        for (const caller of [NOBODY, admin.address, await manager.getAddress()]) {
          expect(await simulate(ethers.provider, caller, await contract.getAddress(), data), signature).to.equal(
            "revert 0x",
          );
        }
      }
      await expect(admin.sendTransaction({ to: contract, value: 1n })).to.revert(ethers);
    }
  });

  it("let an account that the ADMIN closed or assigned them to change nothing", async function () {
    const { token, pool, manager, distributor, operations, stranger } = await loadFixture(deployRunning);
    await manager.getFunction("setTargetFunctionRole")(pool, [pool.interface.getFunction("release").selector], 1);
    await manager.getFunction("setTargetClosed")(pool, true);
    await manager.getFunction("setTargetClosed")(token, true);
    await expect(pool.connect(operations).release(0, 1)).to.be.revertedWithCustomError(
      pool,
      "MiningPoolOnlyDistributor",
    );
    // Closed or not, the rewards are drawn and paid.
    await distributor.connect(stranger).settle([1]);
    expect(await pool.remaining()).to.be.lessThan(SUPPLY);
  });
});
