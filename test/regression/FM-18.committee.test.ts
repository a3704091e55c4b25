// FM-18: the executor judges itself through a second identity.
// Public case: Gonka #1573 (a participant validated its own inference through a second key).
// Guard: executor, its operator and payout address, and the owner are barred, as of before the entropy is known.
import { expect } from "chai";

import {
  deployCommittee,
  drawCase,
  loadFixture,
  mine,
  networkHelpers,
  nextPeriod,
  openCase,
  Outcome,
  type CommitteeSuite,
} from "../committee/support/committee.ts";

const ROUNDS = 12;

/** Nodes that have a seat in any of several draws of the same request. */
async function drawnOf(suite: CommitteeSuite, changes: Parameters<typeof drawCase>[1]): Promise<Set<bigint>> {
  const drawn = new Set<bigint>();
  for (let round = 0; round < ROUNDS; round++) {
    const snapshot = await networkHelpers.takeSnapshot();
    await mine(1 + round);
    for (const { node } of (await drawCase(suite, { size: 7, ...changes })).seats) drawn.add(node);
    await snapshot.restore();
  }
  return drawn;
}

// FM-18
// ├── the executor itself is not drawn
// ├── nodes that are paid to the executor's operator or payout address, or operated by the latter, are not drawn
// ├── nodes of the owner, by operator or payout address, are not drawn
// ├── a payout address that the executor takes after the opening excludes nobody else
// └── with no other verifiers left the case is Unverified: it never judges itself
describe("FM-18: nobody judges itself through a second identity", function () {
  it("never draws the executor, nor its other nodes by operator or payout address", async function () {
    const suite = await loadFixture(deployCommittee);
    const { nodeRegistry, verifiers, stranger } = suite;
    const [own, byOperator, byPayout, operates] = verifiers;
    if (own === undefined || byOperator === undefined || byPayout === undefined || operates === undefined) {
      throw new Error("too few verifiers");
    }
    // `own` executes and is paid where `operates` operates; two others are paid to it.
    await nodeRegistry.connect(own.signer).setPayout(operates.signer);
    await nodeRegistry.connect(byOperator.signer).setPayout(own.signer);
    await nodeRegistry.connect(byPayout.signer).setPayout(operates.signer);
    const drawn = await drawnOf(suite, { executor: own.node, owner: stranger });
    for (const { node } of [own, byOperator, byPayout, operates]) expect([...drawn]).not.to.include(node);
    expect(drawn.size).to.equal(verifiers.length - 4);
  });

  it("never draws a node of the owner, by operator or payout address", async function () {
    const suite = await loadFixture(deployCommittee);
    const { nodeRegistry, verifiers } = suite;
    const [owner, paid] = verifiers;
    if (owner === undefined || paid === undefined) throw new Error("too few verifiers");
    await nodeRegistry.connect(paid.signer).setPayout(owner.signer);
    const drawn = await drawnOf(suite, { owner: owner.signer });
    for (const { node } of [owner, paid]) expect([...drawn]).not.to.include(node);
    expect(drawn.size).to.equal(verifiers.length - 2);
  });

  it("lets the executor exclude nobody once the entropy is known", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, nodeRegistry, executor } = suite;
    const caseId = await openCase(suite);
    const snapshot = await networkHelpers.takeSnapshot();
    await committee.draw(caseId);
    const before = (await committee.seatsOf(caseId)).map(({ verifier }) => verifier);
    await snapshot.restore();
    const unwanted = suite.verifiers.find(({ node }) => node === before[0]);
    if (unwanted === undefined) throw new Error("nobody was drawn");
    await nodeRegistry.connect(executor.signer).setPayout(unwanted.signer);
    await committee.draw(caseId);
    expect((await committee.seatsOf(caseId)).map(({ verifier }) => verifier)).to.deep.equal(before);
  });

  it("verifies nothing when nobody else is left", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee, nodeRegistry, verifiers } = suite;
    const [own, ...others] = verifiers;
    if (own === undefined) throw new Error("no verifier");
    for (const { signer } of others) await nodeRegistry.connect(signer).setPayout(own.signer);
    await nextPeriod(suite);
    const caseId = await openCase(suite, { executor: own.node });
    await committee.draw(caseId);
    expect((await committee.caseOf(caseId)).outcome).to.equal(Outcome.Unverified);
  });
});
