import { expect } from "chai";
import { id as hash, parseEther } from "ethers";

import { answerBenchmark } from "../../../packages/sdk/src/actions/answer-benchmark.ts";
import { approveToken } from "../../../packages/sdk/src/actions/approve-token.ts";
import { assignFragment } from "../../../packages/sdk/src/actions/assign-fragment.ts";
import { beginBenchmark } from "../../../packages/sdk/src/actions/begin-benchmark.ts";
import { challengeBenchmark } from "../../../packages/sdk/src/actions/challenge-benchmark.ts";
import { concludeBenchmark, findInvalidAttestor } from "../../../packages/sdk/src/actions/conclude-benchmark.ts";
import { expireBenchmark } from "../../../packages/sdk/src/actions/expire-benchmark.ts";
import { explainNode } from "../../../packages/sdk/src/actions/explain-node.ts";
import { pokeNode } from "../../../packages/sdk/src/actions/poke-node.ts";
import { publishNetworkTask } from "../../../packages/sdk/src/actions/publish-network-task.ts";
import { readChallenge, readMeasurement } from "../../../packages/sdk/src/actions/read-benchmark.ts";
import { readCursor } from "../../../packages/sdk/src/actions/read-cursor.ts";
import { readStanding } from "../../../packages/sdk/src/actions/read-standing.ts";
import { refuseFragment } from "../../../packages/sdk/src/actions/refuse-fragment.ts";
import { rehabilitateNode } from "../../../packages/sdk/src/actions/rehabilitate-node.ts";
import { stake } from "../../../packages/sdk/src/actions/stake.ts";
import { syncReputation } from "../../../packages/sdk/src/actions/sync-reputation.ts";
import { withdrawBond } from "../../../packages/sdk/src/actions/withdraw-bond.ts";
import { withdrawReward } from "../../../packages/sdk/src/actions/withdraw-reward.ts";
import { signAttestation, type SignedAttestation } from "../../../packages/sdk/src/benchmark/attestation.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ActionWorld } from "./support/action-world.ts";

const DAY = 86_400;
const MISSED_DEADLINE = 1;

describe("actions on conduct and measurement", function () {
  let world: ActionWorld;
  let node: bigint;

  beforeEach(async function () {
    world = await ActionWorld.create();
    node = await world.activeNode();
  });

  afterEach(async function () {
    await world.close();
  });

  it("give a fragment back in time, which costs nothing while no other node does it", async function () {
    const { operator, stranger, suite } = world;
    const terms = world.terms({ fragmentDuration: 600n });
    const { result: task } = await publishNetworkTask(world.admin, terms);
    await expectCorexError(() => refuseFragment(operator, terms, 0), "CHAIN_MARKET_NOTASSIGNEE", /assignee: 0/);
    const { ticket } = await readCursor(suite.contracts, task, 0);
    while ((await suite.contracts.scheduler.horizon()) <= ticket) await world.connection.networkHelpers.mine();
    expect((await explainNode(suite.contracts, node, terms, 0)).draw).to.equal("would-be-drawn");
    expect((await assignFragment(stranger, terms, 0)).result).to.equal(node);
    expect(await explainNode(suite.contracts, node, terms, 0)).to.include({ draw: "assigned", pay: "in-progress" });
    expect(await readStanding(suite.contracts, node)).to.include({ open: 1, refused: 0, score: parseEther("0.5") });
    await expectCorexError(
      () => refuseFragment(stranger, terms, 0),
      "CHAIN_MARKET_NOTASSIGNEE",
      /caller: 0, assignee: 1/,
    );
    await refuseFragment(operator, terms, 0);
    expect(await readCursor(suite.contracts, task, 0)).to.include({ node: 0n, missed: node, attempt: 1 });
    const after = await readStanding(suite.contracts, node);
    expect(after).to.include({ open: 0, refused: 0, missed: 0, violations: 0, completed: 0 });
    expect(after.score).to.equal(parseEther("0.5"));
    expect((await explainNode(suite.contracts, node, terms, 0)).pay).to.equal("missed");
  });

  it("tell the scheduler what changed", async function () {
    const { suite, stranger } = world;
    const { nodeRegistry, reputation, scheduler } = suite.contracts;
    const before = await readStanding(suite.contracts, node);
    const latest = await world.connection.networkHelpers.time.latest();
    await world.asAdmin(nodeRegistry.recordBenchmark.populateTransaction(node, 20_000_000n, latest + DAY));
    expect((await scheduler.weightOf(node)).capacity).to.equal(10_000_000n);
    await pokeNode(stranger, node);
    expect((await scheduler.weightOf(node)).capacity).to.equal(20_000_000n);
    expect((await readStanding(suite.contracts, node)).weight > before.weight).to.equal(true);

    await world.grant("MARKET", world.admin.sender.address);
    await world.asAdmin(reputation.recordCompleted.populateTransaction(node, parseEther("1")));
    expect((await scheduler.weightOf(node)).score).to.equal(5_000n);
    await syncReputation(stranger, node);
    // 2 % of what is missing to one, rounded down.
    expect((await scheduler.weightOf(node)).score).to.equal(5_099n);
    expect((await readStanding(suite.contracts, node)).completed).to.equal(1);
  });

  it("let a node back in when its reputation has recovered", async function () {
    const { suite, stranger } = world;
    const { nodeRegistry, reputation } = suite.contracts;
    await expectCorexError(
      () => rehabilitateNode(stranger, node),
      "CHAIN_REPUTATION_NOTREHABILITABLE",
      /suspended: false/,
    );
    await world.grant("SLASHER", world.admin.sender.address);
    while ((await readStanding(suite.contracts, node)).score >= parseEther("0.2")) {
      await world.asAdmin(reputation.recordOffence.populateTransaction(node, MISSED_DEADLINE));
    }
    expect((await nodeRegistry.get(node)).status).to.equal(3n);
    await expectCorexError(
      () => rehabilitateNode(stranger, node),
      "CHAIN_REPUTATION_NOTREHABILITABLE",
      /suspended: true/,
    );
    await world.connection.networkHelpers.time.increase(90 * DAY);
    await rehabilitateNode(stranger, node);
    expect((await nodeRegistry.get(node)).status).to.equal(1n);
  });

  it("measure, doubt, expire, and pay bond and reward out", async function () {
    const { operator, stranger, suite } = world;
    const { benchmarkRegistry, stakeVault, token } = suite.contracts;
    const { result: begun } = await beginBenchmark(operator, 1);
    const { nonce } = begun;
    while ((await suite.contracts.entropySource.horizon()) <= begun.ticket)
      await world.connection.networkHelpers.mine();
    const { result } = (await answerBenchmark(operator, { nonce, result: hash("lanes") })).result;
    const domain = { chainId: 31_337, benchmarkRegistry: suite.deployment.contracts.BenchmarkRegistry };
    const signers = (await world.connection.ethers.getSigners()).slice(3, 6);
    const attestation = { node, nonce, result, valid: true };
    const signed: SignedAttestation[] = [];
    for (const signer of signers) signed.push(await signAttestation(signer, domain, attestation));
    const [first, second, third] = signed;
    if (first === undefined || second === undefined || third === undefined) throw new Error("too few signers");
    await world.grant("ATTESTOR", first.attestor);
    await world.grant("ATTESTOR", third.attestor);
    expect(await findInvalidAttestor(stranger, [first, second])).to.equal(second.attestor);
    expect(await findInvalidAttestor(stranger, [third, first])).to.equal(undefined);
    expect((await concludeBenchmark(stranger, [third, first])).result.accepted).to.equal(true);

    const amount = parseEther("1000");
    await world.giveCxt(operator.sender.address, amount);
    await stake(operator, { node, amount, period: 30 * DAY });
    await world.giveCxt(stranger.sender.address, parseEther("100"));
    await approveToken(stranger, suite.deployment.contracts.BenchmarkRegistry, parseEther("100"));
    const { result: opened } = await challengeBenchmark(stranger, node);
    expect(opened.bond).to.equal(parseEther("100"));
    const { openedAt = 0 } = (await readChallenge(suite.contracts, node)) ?? {};
    expect(opened.beginBefore).to.equal(openedAt + 3_600);
    await expectCorexError(
      () => expireBenchmark(stranger, node),
      "CHAIN_BENCHMARKREGISTRY_NOTOVER",
      /deadline: /,
      "later",
    );
    await world.connection.networkHelpers.time.increase(3_601);
    await expireBenchmark(stranger, node);
    expect(await readChallenge(suite.contracts, node)).to.equal(undefined);
    expect((await readMeasurement(suite.contracts, node)).status).to.equal("none");
    expect(await benchmarkRegistry.owedTo(stranger.sender.address)).to.equal(parseEther("100"));
    // 30 % of the stake; 20 % of that is the reporter's.
    expect(await stakeVault.stakeOf(node)).to.equal(parseEther("700"));
    expect((await withdrawBond(stranger)).result).to.equal(parseEther("100"));
    expect((await withdrawReward(stranger)).result).to.equal(parseEther("60"));
    expect(await token.balanceOf(stranger.sender.address)).to.equal(parseEther("160"));
  });
});
