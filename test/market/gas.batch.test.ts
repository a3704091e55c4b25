import { expect } from "chai";

import { ForgedTask, joinSigners } from "../support/market/forged-task.ts";
import { deployStaked, leaveOnly, operatorOf, promote } from "../support/market/stake.ts";
import { loadFixture, type Suite } from "../support/market/suite.ts";
import { registerTrapdoor } from "../support/market/trapdoor.ts";

const PRINT = process.env["COREX_GAS"] !== undefined;

/** What a fragment may cost in a batch, all in; measured figures are in docs/adr/0024-batches.md. */
const OWN_BOUND = 137_000n;
const RELAYED_BOUND = 180_000n;

async function deployBatches() {
  const suite = await deployStaked();
  return { ...suite, trapdoor: await registerTrapdoor(suite) };
}

/** Settles two steps of `count` chains in a batch each, and returns the gas of the second per fragment: the warm one. */
async function gasOf(suite: Suite, circuit: string, count: number, options: { own: boolean; network?: boolean }) {
  const { admin, owner, market, stranger } = suite;
  const network = options.network ?? false;
  const nonce = BigInt(count) + (network ? 100n : 0n);
  const task = await ForgedTask.create(suite, {
    owner: network ? admin : owner,
    circuit,
    chains: count,
    nonce,
    network,
  });
  await task.publish();
  const chains = Array.from({ length: count }, (_, chain) => chain);
  let gas = 0n;
  for (let step = 0; step < 2; step++) {
    const { operators, submissions, relays } = await task.prepare(...chains);
    const sender = options.own ? operators[0] : stranger;
    const response = await market
      .connect(sender)
      .submitBatch(task.terms, submissions, options.own ? [] : relays, { gasLimit: 15_000_000 });
    gas = (await response.wait())?.gasUsed ?? 0n;
  }
  if (PRINT)
    process.stdout.write(
      `      gas submitBatch, ${count} ${JSON.stringify(options)}: ${gas} = ${gas / BigInt(count)} each\n`,
    );
  return gas / BigInt(count);
}

// Gas of whole transactions. COREX_GAS=1 prints every figure.
describe("Gas of TaskMarket.submitBatch", function () {
  it("settles a node's own fragments within bounds", async function () {
    const suite = await loadFixture(deployBatches);
    const [only] = suite.operators;
    await promote(suite, only);
    await leaveOnly(suite, only);
    expect(operatorOf(suite, only.node)).to.equal(only);
    for (const count of [1, 2, 4, 8, 16, 32]) await gasOf(suite, suite.trapdoor, count, { own: true, network: true });
    await gasOf(suite, suite.trapdoor, 16, { own: true });
    expect(await gasOf(suite, suite.trapdoor, 32, { own: true })).to.be.below(OWN_BOUND);
  });

  it("settles fragments of as many nodes for a relayer within bounds", async function () {
    const suite = await loadFixture(deployBatches);
    await joinSigners(suite, 60);
    for (const count of [1, 2, 4, 8, 16]) await gasOf(suite, suite.trapdoor, count, { own: false });
    expect(await gasOf(suite, suite.trapdoor, 32, { own: false })).to.be.below(RELAYED_BOUND);
  });
});
