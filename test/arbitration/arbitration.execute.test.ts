import { expect } from "chai";

import { NodeStatus, ethers, loadFixture, networkHelpers } from "../support/fixtures.ts";
import { Offence, selectorsOf } from "../reputation/support/reputation.ts";
import {
  ActionKind,
  BENCHMARK_BOND,
  BOND,
  CXT,
  DAY,
  EVIDENCE,
  Kind,
  Mood,
  Ruling,
  STAKE,
  Stage,
  announcedBy,
  deployCourt,
  pass,
  playRound,
  ruled,
  type CourtSuite,
  type Side,
} from "./support/court.ts";

/** A dispute about the benchmark of node 1, ruled for `side`. */
async function ruledBenchmark(suite: CourtSuite, side: Side) {
  const { arbitration, claimant, respondent, node } = suite;
  const opened = await announcedBy(suite, await arbitration.connect(claimant).claimBenchmark(node, EVIDENCE));
  const dispute = await arbitration.disputeCount();
  await arbitration.connect(respondent).contest(dispute, EVIDENCE);
  await playRound(suite, dispute, () => side);
  await pass(suite, dispute);
  return { dispute, ...opened };
}

/** A claim that node 1 copied from node 2, which nobody contested. */
async function ruledDuplicate(suite: CourtSuite) {
  const { arbitration, claimant, terms, market, node, otherNode } = suite;
  const task = (await market.getFunction("taskIdOf")(terms)) as string;
  const until = BigInt(await networkHelpers.time.latest()) + 7_200n;
  for (const [fragment, worker] of [
    [0, node],
    [1, otherNode],
  ] as const) {
    await market.getFunction("set")(task, fragment, ethers.id("same"), worker, until);
  }
  const call = await arbitration.connect(claimant).claimDuplicate(terms, 0, task, 1, EVIDENCE);
  const opened = await announcedBy(suite, call);
  const dispute = await arbitration.disputeCount();
  await pass(suite, dispute);
  return { dispute, ...opened };
}

const givenTo = async (suite: CourtSuite) => (await suite.review.getFunction("given")()) as [string, bigint, boolean][];

// Arbitration.execute
// ├── when it is not ruled, or executed already, it reverts with ArbitrationWrongStage
// ├── when the actions are not those announced for the ruling it reverts with ArbitrationWrongActions
// ├── of a result: it makes the result final, right or wrong, for each subject and ruling
// ├── of a benchmark: it slashes and removes the node, or nothing; either way the stake goes free
// ├── of a duplicate: it slashes and annuls the reputation
// ├── an action that fails can be tried again, by anyone, and those that succeeded are not repeated
// ├── a call back does nothing
// └── whoever gives too little gas cannot make an action fail
describe("Arbitration.execute", function () {
  it("reverts before the ruling and after the execution", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration } = suite;
    await expect(arbitration.execute(1, [])).to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage");
    const { dispute, forClaimant } = await ruled(suite, Ruling.Claimant);
    await arbitration.execute(dispute, forClaimant);
    await expect(arbitration.execute(dispute, forClaimant))
      .to.be.revertedWithCustomError(arbitration, "ArbitrationWrongStage")
      .withArgs(dispute, Stage.Executed);
  });

  it("INV-ARB-5: reverts with ArbitrationWrongActions for anything but what was announced for the ruling", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, stranger, node } = suite;
    const { dispute, forClaimant, forRespondent } = await ruled(suite, Ruling.Claimant);
    const slash = ethers.AbiCoder.defaultAbiCoder().encode(
      ["uint32", "uint8", "uint256", "address", "uint256"],
      [node, Offence.FakeBenchmark, STAKE, stranger.address, STAKE],
    );
    const first = forClaimant[0]!;
    for (const actions of [
      [],
      forRespondent,
      [...forClaimant, ...forClaimant],
      [...forClaimant, ...forRespondent],
      [{ ...first, kind: ActionKind.Slash }],
      [{ ...first, data: first.data.slice(0, -1) + "0" }],
      [{ kind: ActionKind.Slash, data: slash }],
    ]) {
      await expect(arbitration.connect(stranger).execute(dispute, actions)).to.be.revertedWithCustomError(
        arbitration,
        "ArbitrationWrongActions",
      );
    }
    expect(await givenTo(suite)).to.deep.equal([]);
  });

  it("makes a disputed result final, for each subject and ruling", async function () {
    for (const subject of [Kind.Verdict, Kind.Acceptance, Kind.Plant]) {
      for (const side of [Ruling.Claimant, Ruling.Respondent, Ruling.Undecided]) {
        const suite = await loadFixture(deployCourt);
        const { arbitration, stranger, review, node, market, terms } = suite;
        await review.getFunction("set")(subject, node, 10n * DAY);
        const { dispute, forClaimant, forRespondent } = await ruled(suite, side);
        const actions = side === Ruling.Claimant ? forClaimant : forRespondent;
        await expect(arbitration.connect(stranger).execute(dispute, actions))
          .to.emit(arbitration, "ActionExecuted")
          .withArgs(dispute, 0n, ActionKind.RuleResult, true, "0x");
        const right = (subject === Kind.Acceptance) !== (side === Ruling.Claimant);
        expect(await givenTo(suite)).to.deep.equal([[await market.getFunction("taskIdOf")(terms), 0n, right]]);
        expect((await arbitration.disputeOf(dispute)).stage).to.equal(Stage.Executed);
      }
    }
  });

  it("slashes and removes a node with a fake benchmark, rewards the claimant, and lets the stake go", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, vault, slasher, registry, claimant, node } = suite;
    const { dispute, forClaimant } = await ruledBenchmark(suite, Ruling.Claimant);
    await arbitration.execute(dispute, forClaimant);
    expect(await vault.stakeOf(node)).to.equal((STAKE * 7n) / 10n);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
    expect(await slasher.owedTo(claimant)).to.equal((STAKE * 6n) / 100n);
    expect(await registry.statusOf(node)).to.equal(NodeStatus.Removed);
    expect((STAKE * 6n) / 100n <= 10n * BENCHMARK_BOND).to.equal(true);
  });

  it("does nothing to a node whose benchmark stands, and lets the stake go", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, vault, registry, node } = suite;
    const { dispute } = await ruledBenchmark(suite, Ruling.Respondent);
    expect((await vault.stakeDataOf(node)).held).to.equal((STAKE * 3n) / 10n);
    await arbitration.execute(dispute, []);
    expect(await vault.stakeOf(node)).to.equal(STAKE);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
    expect(await registry.statusOf(node)).to.equal(NodeStatus.Active);
  });

  it("slashes a copy and annuls what the node gained", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, vault, reputation, admin, node, slasher, claimant } = suite;
    const { dispute, forClaimant } = await ruledDuplicate(suite);
    for (let i = 0; i < 30; i++) await reputation.connect(admin).recordCompleted(node, CXT);
    expect((await reputation.scoreOf(node)) > CXT / 2n).to.equal(true);
    await arbitration.execute(dispute, forClaimant);
    expect(await vault.stakeOf(node)).to.equal((STAKE * 9n) / 10n);
    expect(await slasher.owedTo(claimant)).to.equal((STAKE * 2n) / 100n);
    expect((STAKE * 2n) / 100n <= 10n * BOND).to.equal(true);
    expect((await reputation.scoreOf(node)) <= CXT / 2n).to.equal(true);
  });

  it("INV-ARB-2: tries what failed again, and repeats nothing that succeeded", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, manager, vault, reputation, slasher, stranger, node } = suite;
    const { dispute, forClaimant } = await ruledDuplicate(suite);
    await manager.setTargetFunctionRole!(reputation, selectorsOf(reputation, ["annul"]), 0n);
    const execute = () => arbitration.connect(stranger).execute(dispute, forClaimant);
    expect(await arbitration.connect(stranger).execute.staticCall(dispute, forClaimant)).to.equal(false);
    const denied = reputation.interface.encodeErrorResult("AccessManagedUnauthorized", [
      await arbitration.getAddress(),
    ]);
    const call = execute();
    await expect(call)
      .to.emit(arbitration, "ActionExecuted")
      .withArgs(dispute, 0n, ActionKind.Slash, true, ethers.toBeHex(STAKE / 10n, 32));
    await expect(call)
      .to.emit(arbitration, "ActionExecuted")
      .withArgs(dispute, 1n, ActionKind.AnnulReputation, false, denied);
    expect((await arbitration.disputeOf(dispute)).stage).to.equal(Stage.Ruled);
    expect((await arbitration.actionsOf(dispute)).executed).to.equal(1n);
    expect((await vault.stakeDataOf(node)).held).to.equal(STAKE / 10n);
    await expect(execute()).to.not.emit(slasher, "Punished");
    await networkHelpers.time.increase(1_000n * DAY);
    await manager.setTargetFunctionRole!(reputation, selectorsOf(reputation, ["annul"]), 15n);
    expect(await arbitration.connect(stranger).execute.staticCall(dispute, forClaimant)).to.equal(true);
    const last = execute();
    await expect(last).to.emit(reputation, "ScoreUpdated");
    await expect(last).to.not.emit(slasher, "Punished");
    expect(await vault.stakeOf(node)).to.equal((STAKE * 9n) / 10n);
    expect((await vault.stakeDataOf(node)).held).to.equal(0n);
  });

  it("lets a target that calls back do nothing", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, review } = suite;
    const { dispute, forClaimant } = await ruled(suite, Ruling.Claimant);
    const echo = arbitration.interface.encodeFunctionData("execute", [dispute, forClaimant]);
    await review.getFunction("setMood")(Mood.Reentrant, echo);
    await arbitration.execute(dispute, forClaimant);
    expect(await review.getFunction("echoed")()).to.equal(false);
    expect((await givenTo(suite)).length).to.equal(1);
    // A call back that is harmless goes through, so the first one was stopped by the guard alone.
    const other = await ruled(suite, Ruling.Claimant, 1);
    await review.getFunction("setMood")(Mood.Reentrant, arbitration.interface.encodeFunctionData("disputeCount"));
    await arbitration.execute(other.dispute, other.forClaimant);
    expect(await review.getFunction("echoed")()).to.equal(true);
  });

  it("reverts with ArbitrationNotEnoughGas, or executes: starved of gas no action fails", async function () {
    const suite = await loadFixture(deployCourt);
    const { arbitration, review } = suite;
    const miser = await ethers.deployContract("GasMiser");
    const { dispute, forClaimant } = await ruled(suite, Ruling.Claimant);
    await review.getFunction("setMood")(Mood.Greedy, "0x");
    const [refused, executed] = [[] as bigint[], [] as bigint[]];
    for (let allowance = 7_000_000n; allowance <= 10_600_000n; allowance += 200_000n) {
      const execute = miser.getFunction("execute");
      const args = [
        await arbitration.getAddress(),
        dispute,
        forClaimant,
        allowance,
        { gasLimit: 15_000_000n },
      ] as const;
      const outcome = await (execute.staticCall(...args) as Promise<boolean>).catch(() => undefined);
      // False would be an action that failed for want of gas.
      expect(outcome).to.not.equal(false);
      (outcome === undefined ? refused : executed).push(allowance);
    }
    expect(refused.length > 5 && executed.length > 3).to.equal(true);
    expect(refused.at(-1)! < executed[0]!).to.equal(true);
    expect(refused.at(-1)! < (await arbitration.GAS_NEEDED()) + 200_000n).to.equal(true);
    await expect(
      miser.getFunction("execute")(arbitration, dispute, forClaimant, 8_000_000n, { gasLimit: 15_000_000n }),
    ).to.be.revertedWithCustomError(arbitration, "ArbitrationNotEnoughGas");
  });
});
