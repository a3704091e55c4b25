import { expect } from "chai";
import type { Contract, ContractTransactionResponse } from "ethers";

import {
  CXT,
  DAY,
  deployReview,
  ethers,
  fund,
  loadFixture,
  nextPeriod,
  Stage,
  STAKE,
  time,
  wake,
  WRONG,
} from "../../support/review/suite.ts";
import { accepts, rejects, Work } from "../../support/review/work.ts";

/** The suite in which one more node is operated by a contract that burns the gas of whoever calls it, and is paid there. */
async function deployHostile() {
  const suite = await deployReview();
  const { nodeRegistry, reputation, scheduler, vault, token, admin, stranger } = suite;
  const hostile = (await ethers.deployContract("HostileOperator", [], stranger)) as unknown as Contract & {
    run(target: unknown, data: string): Promise<ContractTransactionResponse>;
  };
  const at = await hostile.getAddress();
  await hostile.run(nodeRegistry, nodeRegistry.interface.encodeFunctionData("register", [at, 0, "ipfs://hostile"]));
  const node = await nodeRegistry.nodeOf(at);
  await nodeRegistry.connect(admin).recordBenchmark(node, 10n ** 11n, (await time.latest()) + 80 * DAY);
  await reputation.connect(admin).recordMeasured(node);
  await fund(suite, at, STAKE);
  await hostile.run(token, token.interface.encodeFunctionData("approve", [await vault.getAddress(), STAKE]));
  await hostile.run(vault, vault.interface.encodeFunctionData("stake", [node, STAKE, 14 * DAY]));
  // No other node is left for its fragments.
  for (const { node: other } of suite.workers) await nodeRegistry.connect(suite.admin).suspend(other);
  await hostile.run(nodeRegistry, nodeRegistry.interface.encodeFunctionData("heartbeat"));
  await scheduler.poke(node);
  for (const { node: other } of suite.workers) await scheduler.poke(other);
  await nextPeriod(suite);
  return { ...suite, suite, hostile, at, node };
}

/** Delivers `result` by the hostile node, while the others judge. */
async function delivered(result: string) {
  const given = await loadFixture(deployHostile);
  const { suite, hostile, node, nodeRegistry, scheduler } = given;
  const work = await Work.publish(suite, { fragments: 1n });
  await hostile.run(nodeRegistry, nodeRegistry.interface.encodeFunctionData("heartbeat"));
  const { ticket } = await suite.work.cursorOf(work.id, 0);
  while ((await scheduler.horizon()) <= ticket) await time.increase(1);
  await suite.work.assign(work.terms, 0);
  expect((await suite.work.cursorOf(work.id, 0)).node).to.equal(node);
  await hostile.run(suite.work, suite.work.interface.encodeFunctionData("submit", [work.terms, 0, result]));
  for (const { node: other, signer } of suite.workers) {
    await nodeRegistry.reinstate(other);
    await nodeRegistry.connect(signer).heartbeat();
    await scheduler.poke(other);
  }
  await time.increase(60);
  return { ...given, work };
}

// Hostile callers and receivers
// ├── a contract as operator and payout address stops neither payment nor punishment
// └── a caller that gives too little gas leaves everything as it was
describe("Games of hostile contracts", function () {
  it("pays, and punishes, a node that is a contract that wants no call", async function () {
    for (const [result, voter] of [
      ["0x".padEnd(66, "1"), accepts],
      [WRONG, rejects],
    ] as const) {
      const { work, suite, at, node, vault, workEscrow } = await delivered(result);
      await suite.review.audit(work.terms, 0);
      await work.sit(voter);
      await suite.review.decide(work.terms, 0);
      await work.finalise();
      const paid = await workEscrow.owedTo(at);
      expect(paid > 0n).to.equal(voter === accepts);
      expect((await vault.stakeDataOf(node)).slashed > 0n).to.equal(voter === rejects);
      expect((await vault.stakeDataOf(node)).held).to.equal(0n);
      if (paid === 0n) continue;
      await workEscrow.connect(suite.stranger).withdraw(at);
      expect(await suite.token.balanceOf(at)).to.equal(paid);
    }
  });

  it("leaves nothing half done, however little gas a caller gives", async function () {
    const suite = await loadFixture(deployReview);
    const work = await Work.publish(suite, { fragments: 1n });
    await work.spared(0, WRONG);
    await suite.review.connect(suite.challenger).challenge(work.terms, 0);
    const review = suite.review.connect(suite.stranger);
    await wake(suite);
    await starved(work, Stage.None, (gasLimit) => review.audit(work.terms, 0, { gasLimit }));
    await work.sit(rejects);
    await starved(work, Stage.Voting, (gasLimit) => review.decide(work.terms, 0, { gasLimit }));
    await work.windowOver();
    await starved(work, Stage.Decided, (gasLimit) => review.finalise(work.terms, 0, { gasLimit }));
    // Everything came, once: the bond, the reward, the punishment.
    expect(await suite.workEscrow.owedTo(suite.challenger)).to.equal(10n * CXT);
    expect(await suite.slasher.owedTo(suite.challenger)).to.equal(100n * CXT);
    expect((await work.review()).sittings).to.equal(1n);
  });
});

/** Calls with more and more gas: each call that fails leaves the review in `stage` and the escrow as it was. */
async function starved(
  work: Work,
  stage: bigint,
  call: (gasLimit: bigint) => Promise<ContractTransactionResponse>,
): Promise<void> {
  const { workEscrow } = work.suite;
  let refused = 0;
  for (let gasLimit = 60_000n; gasLimit < 3_000_000n; gasLimit += 20_000n) {
    const before = [await workEscrow.recordedTotal(), await workEscrow.heldFor(work.id)];
    try {
      await (await call(gasLimit)).wait();
      expect(refused).to.be.above(0);
      return;
    } catch {
      refused++;
      expect((await work.review()).stage).to.equal(stage);
      expect([await workEscrow.recordedTotal(), await workEscrow.heldFor(work.id)]).to.deep.equal(before);
    }
  }
  throw new Error("no gas was enough");
}
