// FM-19: silent verifiers mean that the node is paid (fail-open).
// Guard: silence has a written winner: without a quorum a case is Unverified, never Accepted; anyone can say so, and a caller
// that limits gas cannot leave half of it done.
import { expect } from "chai";

import {
  abstain,
  accept,
  conclude,
  deployCommittee,
  DRAW_WINDOW,
  drawCase,
  ethers,
  HOLD,
  Kind,
  loadFixture,
  networkHelpers,
  openCase,
  Outcome,
  Phase,
  quiet,
  reject,
  silent,
  sit,
  stakeOf,
  time,
  Truth,
  VOTE_DURATION,
} from "../committee/support/committee.ts";

// FM-19
// ├── given silence, abstentions or a mix without a quorum: Unverified, for every kind
// ├── whoever pokes: the same outcome, in one call after both times, at the latest six hours and two votes after the opening
// ├── given nobody ever draws: Unverified
// └── a call of conclude or close with too little gas changes nothing at all
describe("FM-19: silence never accepts, and anyone can end it", function () {
  it("is Unverified without a quorum, for every kind", async function () {
    const suite = await loadFixture(deployCommittee);
    const silences = [
      [silent, silent, silent],
      [quiet, quiet, quiet],
      [accept, silent, silent],
      [accept, quiet, abstain],
      [abstain, abstain, abstain],
    ];
    for (const kind of Object.values(Kind)) {
      for (const says of silences) {
        const acceptScore = kind === Kind.Labelling ? 70 : 0;
        const scored = says.map((say) => (say.vote === accept.vote ? { ...say, score: acceptScore } : say));
        const snapshot = await networkHelpers.takeSnapshot();
        const { caseId } = await conclude(suite, scored, { kind, acceptScore });
        const { outcome, score } = await suite.committee.caseOf(caseId);
        expect([outcome, score], `${kind}`).to.deep.equal([Outcome.Unverified, 0n]);
        await snapshot.restore();
      }
    }
  });

  it("ends by one call of a stranger, six hours and two votes after the opening at the latest", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, stranger } = suite;
    const opened = await time.latest();
    const { caseId } = await drawCase(suite, { size: 5 });
    await time.setNextBlockTimestamp(opened + DRAW_WINDOW + 2 * VOTE_DURATION + 10);
    await committee.connect(stranger).conclude(caseId);
    const { phase, outcome } = await committee.caseOf(caseId);
    expect([phase, outcome]).to.deep.equal([Phase.Concluded, Outcome.Unverified]);
  });

  it("is Unverified when nobody draws in time", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, stranger } = suite;
    const caseId = await openCase(suite);
    await time.increase(DRAW_WINDOW + 1);
    await committee.connect(stranger).conclude(caseId);
    expect((await committee.caseOf(caseId)).outcome).to.equal(Outcome.Unverified);
  });

  it("does all or nothing of a conclusion, whatever gas the caller leaves it", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, stranger } = suite;
    const { caseId, seats } = await sit(suite, [accept, silent, silent]);
    await time.increase(2 * VOTE_DURATION + 2);
    const needed = await committee.connect(stranger).conclude.estimateGas(caseId);
    for (let percent = 10n; percent < 90n; percent += 10n) {
      const gasLimit = (needed * percent) / 100n;
      if (gasLimit < 30_000n) continue;
      await expect(committee.connect(stranger).conclude(caseId, { gasLimit })).to.revert(ethers);
      expect((await committee.caseOf(caseId)).phase).to.equal(Phase.Revealing);
      for (const { node } of seats) expect((await stakeOf(suite, node)).held).to.equal(HOLD);
    }
    await committee.connect(stranger).conclude(caseId);
    for (const { node } of seats.slice(1)) expect((await stakeOf(suite, node)).held).to.equal(0n);
  });

  it("does all or nothing of a closing, whatever gas the caller leaves it", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, client } = suite;
    const { caseId, seats } = await conclude(suite, [accept, reject, reject]);
    const end = [caseId, Truth.Rejected, ethers.ZeroAddress, 0] as const;
    const needed = await committee.connect(client).close.estimateGas(...end);
    for (let percent = 10n; percent < 90n; percent += 10n) {
      const gasLimit = (needed * percent) / 100n;
      if (gasLimit < 30_000n) continue;
      await expect(committee.connect(client).close(...end, { gasLimit })).to.revert(ethers);
      expect((await committee.caseOf(caseId)).phase).to.equal(Phase.Concluded);
      for (const { node } of seats) {
        const { held, slashed } = await stakeOf(suite, node);
        expect([held, slashed]).to.deep.equal([HOLD, 0n]);
      }
    }
    await committee.connect(client).close(...end);
    for (const { node } of seats) expect((await stakeOf(suite, node)).held).to.equal(0n);
  });
});
