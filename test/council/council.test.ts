// Elections of the council: who may stand and vote, what votes weigh, who is seated, for how long.
import { expect } from "chai";

import { CXT, DAY, ethers, loadFixture, time } from "../support/market/suite.ts";
import { gasOf } from "../support/gas.ts";
import { CANDIDACY, Constituency, SETTLING, TERM, VOTING, deployCouncil, deploySeated } from "./support/council.ts";

// Council
// ├── begin: when due, by anyone; elections take turns
// ├── stand: in the first seven days, somebody of the constituency, once, for at most two terms (INV-COU-3)
// ├── vote: units of the snapshot, once each (INV-COU-2); less late
// ├── install: the most votes win, ties go to who stood first, a candidate needs backing; once
// ├── members: nine at most, nobody twice (INV-COU-1); resign, dismiss; terms end
// ├── silence: the next election comes whoever is silent (INV-COU-4)
// └── powers end unless renewed
describe("Council", function () {
  it("elects nine members, three of each constituency (INV-COU-1)", async function () {
    const suite = await loadFixture(deploySeated);
    const { council, members, workers, stranger } = suite;
    expect(await council.filled()).to.deep.equal([3n, 3n, 3n]);
    for (const member of members) expect(await council.isMember(member)).to.equal(true);
    for (const nobody of [stranger, workers[3]]) expect(await council.isMember(nobody ?? "")).to.equal(false);
    expect(new Set(members.map(({ address }) => address)).size).to.equal(9);
    expect(await council.constituencyOf(members[8] ?? "")).to.deep.equal([true, 2n]);
    // The most votes first: worker 0 has its own 100 and the 400 of the fourth.
    expect((await council.seatOf(Constituency.Compute, 0)).member).to.equal(workers[0]?.address);
    expect((await council.seatOf(Constituency.Compute, 1)).member).to.equal(workers[2]?.address);
    await expect(council.install()).to.be.revertedWithCustomError(council, "CouncilWrongTime");
  });

  it("begins when due alone, half a term after the last", async function () {
    const { council, stranger } = await loadFixture(deployCouncil);
    const genesis = (await council.sunset()) - BigInt(2 * TERM);
    expect(await council.nextElectionAt()).to.equal(genesis + BigInt(TERM / 2));
    await council.connect(stranger).begin();
    const dueAt = await council.nextElectionAt();
    expect(dueAt).to.equal(BigInt(await time.latest()) + BigInt(TERM / 2));
    await expect(council.begin()).to.be.revertedWithCustomError(council, "CouncilNotDue");
    await time.increaseTo(dueAt);
    await council.begin();
    expect((await council.electionOf(2)).cohort).to.equal(1n);
    expect((await council.electionOf(1)).first).to.equal(true);
  });

  it("lets people of the constituency stand, once, in time", async function () {
    const { council, stakers, coders, stranger } = await loadFixture(deployCouncil);
    const [staker, coder] = [stakers[0], coders[0]];
    if (!staker || !coder) throw new Error("people are missing");
    await expect(council.connect(staker).stand(Constituency.Stakers)).to.be.revertedWithCustomError(
      council,
      "CouncilWrongTime",
    );
    await council.begin();
    for (const constituency of Object.values(Constituency)) {
      await expect(council.connect(stranger).stand(constituency)).to.be.revertedWithCustomError(
        council,
        "CouncilCannotStand",
      );
    }
    await expect(council.connect(coder).stand(Constituency.Stakers)).to.be.revertedWithCustomError(
      council,
      "CouncilCannotStand",
    );
    await council.connect(coder).stand(Constituency.Developers);
    await expect(council.connect(coder).stand(Constituency.Developers)).to.be.revertedWithCustomError(
      council,
      "CouncilCannotStand",
    );
    await time.increase(CANDIDACY);
    await expect(council.connect(staker).stand(Constituency.Stakers)).to.be.revertedWithCustomError(
      council,
      "CouncilWrongTime",
    );
  });

  it("counts units of the snapshot once, and what came later not at all (INV-COU-2)", async function () {
    const { council, votes, stakers, ledger, workers, vault, nodeRegistry } = await loadFixture(deployCouncil);
    const [staker, second] = stakers;
    const worker = workers[0];
    if (!staker || !second || !worker) throw new Error("people are missing");
    await council.begin();
    await council.connect(second).stand(Constituency.Stakers);
    await time.increase(CANDIDACY);
    const weight = await council.weightOf(1, Constituency.Stakers, staker);
    expect(weight).to.equal(await votes.unitsOf(staker, 1));
    const by = council.connect(staker);
    await by.vote(Constituency.Stakers, second, weight - 1n);
    await expect(by.vote(Constituency.Stakers, second, 2n))
      .to.be.revertedWithCustomError(council, "CouncilNoVotes")
      .withArgs(staker, Constituency.Stakers, weight, weight - 1n);
    await by.vote(Constituency.Stakers, second, 1n);
    await expect(by.vote(Constituency.Stakers, second, 0n)).to.be.revertedWithCustomError(council, "CouncilNoVotes");
    await expect(by.vote(Constituency.Stakers, staker, 1n)).to.be.revertedWithCustomError(
      council,
      "CouncilUnknownCandidate",
    );
    await expect(by.vote(Constituency.Developers, second, 1n)).to.be.revertedWithCustomError(
      council,
      "CouncilUnknownCandidate",
    );
    await votes.connect(ledger).contributionChanged(worker, 100n * CXT, 900n * CXT);
    expect(await council.weightOf(1, Constituency.Compute, worker)).to.equal(100n * CXT);
    const before = await council.weightOf(1, Constituency.Stakers, second);
    await vault.connect(second).startLeaving(await nodeRegistry.nodeOf(second), 0);
    expect(await council.weightOf(1, Constituency.Stakers, second)).to.equal(before);
  });

  it("lets late votes weigh less, down to nothing", async function () {
    const { council, coders, stakers } = await loadFixture(deployCouncil);
    const [staker, second] = stakers;
    if (!staker || !second || !coders[0]) throw new Error("people are missing");
    await council.begin();
    const { beganAt } = await council.electionOf(1);
    await council.connect(second).stand(Constituency.Stakers);
    const opensAt = beganAt + BigInt(CANDIDACY);
    const by = council.connect(staker);
    await time.setNextBlockTimestamp(opensAt + BigInt(VOTING / 2));
    await expect(by.vote(Constituency.Stakers, second, 1_000n))
      .to.emit(council, "CouncilVoteCast")
      .withArgs(1n, staker, second, 1_000n);
    await time.setNextBlockTimestamp(opensAt + BigInt((VOTING * 3) / 4));
    await expect(by.vote(Constituency.Stakers, second, 1_000n))
      .to.emit(council, "CouncilVoteCast")
      .withArgs(1n, staker, second, 500n);
    await time.setNextBlockTimestamp(opensAt + BigInt(VOTING) - 1n);
    await expect(by.vote(Constituency.Stakers, second, 1_000n))
      .to.emit(council, "CouncilVoteCast")
      .withArgs(1n, staker, second, 0n);
    await expect(by.vote(Constituency.Stakers, second, 1_000n)).to.be.revertedWithCustomError(
      council,
      "CouncilWrongTime",
    );
    const [candidates, votes] = await council.candidatesOf(1, Constituency.Stakers);
    expect([...candidates, ...votes]).to.deep.equal([second.address, 1_500n]);
  });

  it("seats nobody without backing, and leaves their seats vacant", async function () {
    const { council, workers, coders } = await loadFixture(deployCouncil);
    const [worker, coder] = [workers[0], coders[0]];
    if (!worker || !coder) throw new Error("people are missing");
    await council.begin();
    await council.connect(worker).stand(Constituency.Compute);
    await council.connect(coder).stand(Constituency.Developers);
    await time.increase(CANDIDACY);
    // 0.2 % of 1,000 units are 2.
    await council.connect(worker).vote(Constituency.Compute, worker, 2n * CXT - 1n);
    await time.increase(VOTING);
    await expect(council.install()).to.be.revertedWithCustomError(council, "CouncilWrongTime");
    await time.increase(SETTLING);
    await council.install();
    expect(await council.filled()).to.deep.equal([0n, 0n, 0n]);
  });

  it("gives ties to who stood first", async function () {
    const { council, coders } = await loadFixture(deployCouncil);
    await council.begin();
    for (const coder of [...coders].reverse()) await council.connect(coder).stand(Constituency.Developers);
    await time.increase(CANDIDACY);
    for (const coder of coders) await council.connect(coder).vote(Constituency.Developers, coder, 1n);
    await time.increase(VOTING + SETTLING);
    await council.install();
    for (const seat of [0, 1, 2]) {
      expect((await council.seatOf(Constituency.Developers, seat)).member).to.equal(coders[3 - seat]?.address);
    }
  });

  it("elects one cohort after the other, and nobody for a third term in a row (INV-COU-3)", async function () {
    const suite = await loadFixture(deploySeated);
    const { council, members, coders } = suite;
    const third = (await council.seatOf(Constituency.Developers, 2)).member;
    const first = (await council.seatOf(Constituency.Developers, 0)).member;
    const again = coders.find(({ address }) => address === third);
    const seated = coders.find(({ address }) => address === first);
    if (again === undefined || seated === undefined) throw new Error("members are missing");
    await time.increaseTo(await council.nextElectionAt());
    await council.begin();
    // The second election is of the seats with number 2; whoever has another seat keeps it.
    await expect(council.connect(seated).stand(Constituency.Developers))
      .to.be.revertedWithCustomError(council, "CouncilSeated")
      .withArgs(seated, Constituency.Developers, 0n);
    await council.connect(again).stand(Constituency.Developers);
    await time.increase(CANDIDACY);
    await council.connect(seated).vote(Constituency.Developers, again, 1n);
    await time.increase(VOTING + SETTLING);
    await council.install();
    expect((await council.seatOf(Constituency.Developers, 0)).member).to.equal(first);
    const taken = await council.seatOf(Constituency.Developers, 2);
    expect([taken.member, taken.term]).to.deep.equal([third, 2n]);
    await time.increaseTo(await council.nextElectionAt());
    await council.begin();
    await expect(council.connect(again).stand(Constituency.Developers))
      .to.be.revertedWithCustomError(council, "CouncilTermLimit")
      .withArgs(again);
    expect(members.length).to.equal(9);
  });

  it("lets members resign, and the DAO dismiss them", async function () {
    const { council, dao, members, stranger } = await loadFixture(deploySeated);
    const [member] = members;
    if (!member) throw new Error("no member");
    await expect(council.connect(stranger).resign()).to.be.revertedWithCustomError(council, "CouncilNotMember");
    await council.connect(member).resign();
    expect(await council.isMember(member)).to.equal(false);
    await expect(council.connect(stranger).dismiss(1, 0)).to.be.revertedWithCustomError(
      council,
      "AccessManagedUnauthorized",
    );
    await council.connect(dao).dismiss(1, 0);
    await expect(council.connect(dao).dismiss(1, 0)).to.be.revertedWithCustomError(council, "CouncilNotMember");
    expect(await council.filled()).to.deep.equal([2n, 2n, 3n]);
  });

  it("ends terms by time alone, and goes on when nobody installed (INV-COU-4)", async function () {
    const suite = await loadFixture(deploySeated);
    const { council } = suite;
    await time.increaseTo(await council.nextElectionAt());
    await council.begin();
    await time.increaseTo(await council.nextElectionAt());
    await council.begin();
    expect(await council.electionCount()).to.equal(3n);
    await time.increase(TERM);
    expect(await council.filled()).to.deep.equal([0n, 0n, 0n]);
    await council.install();
    expect(await council.filled()).to.deep.equal([0n, 0n, 0n]);
  });

  it("renews its mandate by the DAO alone", async function () {
    const { council, dao, stranger } = await loadFixture(deployCouncil);
    await expect(council.connect(stranger).renew()).to.be.revertedWithCustomError(council, "AccessManagedUnauthorized");
    await time.increase(100 * DAY);
    await council.connect(dao).renew();
    expect(await council.sunset()).to.equal(BigInt(await time.latest()) + BigInt(2 * TERM));
  });

  it("has room for 32 candidates; the one with least makes place; installing stays bounded", async function () {
    const suite = await loadFixture(deployCouncil);
    const { council, votes, ledger, workers } = suite;
    const crowd = Array.from({ length: 33 }, () =>
      ethers.Wallet.createRandom(ethers.provider).connect(ethers.provider),
    );
    for (const [index, person] of crowd.entries()) {
      await votes.connect(ledger).contributionChanged(person.address, 0n, BigInt(index + 1) * CXT);
      await suite.admin.sendTransaction({ to: person.address, value: CXT / 10n });
    }
    await time.increase(10);
    await council.begin();
    for (const person of crowd.slice(1)) await council.connect(person).stand(Constituency.Compute);
    const least = crowd[0];
    const least2 = crowd[1];
    const strong = workers[3];
    if (!least || !least2 || !strong) throw new Error("people are missing");
    await expect(council.connect(least).stand(Constituency.Compute)).to.be.revertedWithCustomError(
      council,
      "CouncilFull",
    );
    await council.connect(strong).stand(Constituency.Compute);
    await time.increase(CANDIDACY);
    await expect(council.connect(strong).vote(Constituency.Compute, least2.address, 1n)).to.be.revertedWithCustomError(
      council,
      "CouncilUnknownCandidate",
    );
    for (const person of crowd.slice(2)) {
      await council
        .connect(person)
        .vote(
          Constituency.Compute,
          person.address,
          await votes.getPastUnits(person.address, 2, (await council.electionOf(1)).beganAt - 1n),
        );
    }
    await council.connect(strong).vote(Constituency.Compute, strong, 400n * CXT);
    await time.increase(VOTING + SETTLING);
    expect(await gasOf("install, 32 candidates", council.install())).to.be.below(1_500_000n);
    expect((await council.seatOf(Constituency.Compute, 0)).member).to.equal(strong.address);
    expect((await council.seatOf(Constituency.Compute, 1)).member).to.equal(crowd[32]?.address);
  });
});
