import { expect } from "chai";

import {
  accept,
  commitAs,
  CXT,
  deployCommittee,
  deployCrowdedCommittee,
  ethers,
  loadFixture,
  mine,
  operatorOf,
  reject,
  requestOf,
  revealAs,
  silent,
  sit,
  time,
  Truth,
  VOTE_DURATION,
  type CommitteeSuite,
  type Say,
} from "./support/committee.ts";
import { gasOf } from "../support/gas.ts";

const PRINT = process.env["COREX_GAS"] !== undefined;

const largest = (values: readonly bigint[]): bigint => values.reduce((most, gas) => (gas > most ? gas : most), 0n);

/** Gas of every step of one case of `says.length` verifiers whose verdicts turn out as `truth`. */
async function measure(suite: CommitteeSuite, says: readonly Say[], truth: bigint) {
  const { committee, client } = suite;
  const size = says.length;
  const opened = await gasOf("open", committee.connect(client).open(requestOf(suite, { size })));
  const caseId = await committee.caseCount();
  await mine(Math.max(1, Number((await committee.caseOf(caseId)).ticket) - (await time.latestBlock())));
  const drawn = await gasOf(`draw ${size}`, committee.draw(caseId));
  const seats = await committee.seatsOf(caseId);
  expect(seats).to.have.lengthOf(size);
  const operators = seats.map(({ verifier }) => operatorOf(suite, verifier));
  const commits: bigint[] = [];
  const reveals: bigint[] = [];
  for (const [index, operator] of operators.entries()) {
    const say = says[index] ?? accept;
    commits.push(await gasOf(`commit, ${size} seats`, commitAs(suite, caseId, operator, say)));
  }
  for (const [index, operator] of operators.entries()) {
    const say = says[index] ?? accept;
    reveals.push(await gasOf(`reveal, ${size} seats`, revealAs(suite, caseId, operator, say)));
  }
  const concluded = await gasOf(`conclude ${size}`, committee.conclude(caseId));
  const closed = await gasOf(`close ${size}`, committee.connect(client).close(caseId, truth, ethers.ZeroAddress, 0));
  return { opened, drawn, commits, reveals, perVerifier: (concluded + closed) / BigInt(size) };
}

// Gas of whole transactions, over the real suite. COREX_GAS=1 prints every figure.
describe("Gas of the committee", function () {
  it("stays within its targets: commit and reveal 60,000, conclude and close 50,000 a verifier", async function () {
    const suite = await loadFixture(deployCommittee);
    for (const size of [3, 9]) {
      const says = Array.from({ length: size }, () => accept);
      for (let round = 0; round < 2; round++) {
        const { commits, reveals, perVerifier } = await measure(suite, says, Truth.Accepted);
        if (PRINT) process.stdout.write(`      gas conclude + close a verifier, ${size}, ${round}: ${perVerifier}\n`);
        expect(largest(commits), "commit").to.be.at.most(60_000n);
        expect(largest(reveals), "reveal").to.be.at.most(60_000n);
        expect(perVerifier, "conclude and close").to.be.at.most(50_000n);
      }
    }
  });

  it("concludes and closes the dearest case of the largest committee that nine verifiers can be within three million", async function () {
    const suite = await loadFixture(deployCommittee);
    const { committee } = suite;
    const lazy = await sit(
      suite,
      Array.from({ length: 9 }, () => silent),
    );
    await time.increase(2 * VOTE_DURATION);
    const silence = await gasOf("conclude 9, all silent", committee.conclude(lazy.caseId));
    expect(silence).to.be.at.most(3_000_000n);
    const fresh = await loadFixture(deployCommittee);
    const wrong = await sit(
      fresh,
      Array.from({ length: 9 }, () => reject),
    );
    await fresh.committee.conclude(wrong.caseId);
    const end = fresh.committee.connect(fresh.client).close(wrong.caseId, Truth.Accepted, ethers.ZeroAddress, 0);
    expect(await gasOf("close 9, all wrong", end)).to.be.at.most(3_000_000n);
  });

  it("costs as much to vote among ten thousand nodes, and a few words more to draw and to sync", async function () {
    const few = await loadFixture(deployCommittee);
    const small = await measure(few, [accept, accept, accept], Truth.Accepted);
    const { admin, committee, reputation, verifiers } = await loadFixture(deployCrowdedCommittee);
    const [first] = verifiers;
    const last = verifiers.at(-1);
    if (first === undefined || last === undefined) throw new Error("no verifiers");
    expect(last.node).to.be.within(9_900n, 10_100n);
    await reputation.connect(admin).recordCompletedMany([last.node, last.node, last.node], [CXT, CXT, CXT]);
    const sync = await gasOf("sync among 10,000, five kinds", committee.sync(last.node));
    const suite = await loadFixture(deployCrowdedCommittee);
    const large = await measure(suite, [accept, accept, accept], Truth.Accepted);
    expect(largest(large.commits)).to.be.at.most(60_000n);
    expect(largest(large.reveals)).to.be.at.most(60_000n);
    expect(large.perVerifier).to.be.at.most(50_000n);
    expect(large.drawn - small.drawn).to.be.below(120_000n);
    // The first change ever of every word in a later period: each is copied once into a fresh slot.
    expect(sync).to.be.at.most(750_000n);
  });
});
