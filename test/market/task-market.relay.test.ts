import { expect } from "chai";
import { TypedDataEncoder, ZeroAddress, ZeroHash } from "ethers";

import { deployForged, fails, start } from "../support/market/batches.ts";
import { SUBMISSION_TYPES } from "../../packages/sdk/src/actions/sign-submission.ts";
import { ForgedTask } from "../support/market/forged-task.ts";
import {
  decide,
  ethers,
  loadFixture,
  networkHelpers,
  nextPeriod,
  recordBenchmark,
  type Signer,
} from "../support/market/suite.ts";
import type { Submission } from "../support/market/task.ts";

// TaskMarket.submitBatch with relays
// ├── when the operator is the caller
// │   └── it asks for no signature
// ├── when another key, or another statement, market or chain was signed
// │   └── it reverts with TaskMarketNotSigned(operator, chain)
// ├── when the operator is a contract
// │   └── it asks the contract (ERC-1271)
// └── it pays the operator's node, and none that a relayer names
describe("TaskMarket.submitBatch for others", function () {
  it("takes a caller's own fragments without signatures, and in a mix with relayed ones", async function () {
    const { market, task, operators, submissions, relays } = await start();
    const self = operators[0] as Signer;
    const own = submissions.filter((_, index) => operators[index]?.address === self.address);
    const mixed = relays.map((relay) => (relay.operator === self.address ? { ...relay, signature: "0x" } : relay));
    const snapshot = await networkHelpers.takeSnapshot();
    await market.connect(self).submitBatch(task.terms, own, []);
    expect((await market.stateOf(task.id)).settled).to.equal(BigInt(own.length));
    await snapshot.restore();
    await market.connect(self).submitBatch(task.terms, submissions, mixed);
    expect((await market.stateOf(task.id)).settled).to.equal(4n);
  });

  it("reverts for someone else's fragment: another node's signature, or a caller's own claim", async function () {
    const { market, nodeRegistry, task, operators, submissions, relays, relayer } = await start();
    const victim = operators[0] as Signer;
    const thief = operators.find(({ address }) => address !== victim.address) as Signer;
    const stolen = await task.submission(0, thief.address);
    const [node, assignee] = [await nodeRegistry.nodeOf(thief), await nodeRegistry.nodeOf(victim)];
    await expect(
      relayer.submitBatch(task.terms, submissions.with(0, stolen), relays.with(0, await task.relay(stolen, thief))),
    )
      .to.be.revertedWithCustomError(market, "MarketNotAssignee")
      .withArgs(node, assignee);
    await expect(market.connect(thief).submitBatch(task.terms, [submissions[0] as Submission], []))
      .to.be.revertedWithCustomError(market, "MarketNotAssignee")
      .withArgs(node, assignee);
    await expect(relayer.submitBatch(task.terms, [submissions[0] as Submission], [])).to.be.revertedWithCustomError(
      nodeRegistry,
      "NodeRegistryUnknownOperator",
    );
  });

  it("reverts for a signature of another key, contract, chain, market or form", async function () {
    const { market, escrow, stranger, relayer, task, operators, submissions, relays } = await start();
    const [first, operator] = [submissions[0] as Submission, operators[0] as Signer];
    const honest = relays[0] as (typeof relays)[0];
    const high = honest.signature.replace(/..$/, "00");
    const wrong = [
      (await task.relay(first, stranger)).signature,
      (await task.relay(first, operator, { chainId: 1n })).signature,
      (await task.relay(first, operator, { verifyingContract: await market.getAddress() })).signature,
      (await task.relay(first, operator, { verifyingContract: await escrow.getAddress() })).signature,
      (await task.relay(first, operator, { name: "Other" })).signature,
      (await task.relay(first, operator, { version: "2" })).signature,
      "0x",
      honest.signature.slice(0, -2),
      high,
    ];
    for (const signature of wrong) {
      await expect(relayer.submitBatch(task.terms, submissions, relays.with(0, { ...honest, signature })))
        .to.be.revertedWithCustomError(market, "TaskMarketNotSigned")
        .withArgs(operator.address, 0n);
    }
    await expect(relayer.submitBatch(task.terms, submissions, relays.with(0, { ...honest, operator: ZeroAddress })))
      .to.be.revertedWithCustomError(market, "TaskMarketNotSigned")
      .withArgs(ZeroAddress, 0n);
  });

  it("lets a relayer redirect neither pay nor artifact, nor change a word of what was signed", async function () {
    const { suite, market, nodeRegistry, relayer, stranger, task, operators, submissions, relays } = await start();
    const [first, operator] = [submissions[0] as Submission, operators[0] as Signer];
    const changes: Partial<Submission>[] = [
      { artifact: ZeroHash },
      { chain: 1 },
      { step: 1n },
      { weights: first.weights + 1n },
      { newWeights: first.newWeights + 1n },
      { gradient: first.gradient + 1n },
      { batch: first.batch + 1n },
      { loss: first.loss + 1n },
    ];
    for (const change of changes) {
      await expect(relayer.submitBatch(task.terms, [{ ...first, ...change }], [relays[0] as (typeof relays)[0]]))
        .to.be.revertedWithCustomError(market, "TaskMarketNotSigned")
        .withArgs(operator.address, change.chain ?? 0);
    }
    // Naming itself as operator gets a relayer nothing: it has no node, and the proof names another.
    await expect(relayer.submitBatch(task.terms, [first], [{ operator: stranger.address, signature: "0x" }]))
      .to.be.revertedWithCustomError(nodeRegistry, "NodeRegistryUnknownOperator")
      .withArgs(stranger.address);
    // A signature for one task is none for another with the same chains.
    const other = await ForgedTask.create(suite, {
      owner: suite.owner,
      circuit: task.terms.circuit,
      chains: 4,
      nonce: 9n,
    });
    const foreign = await other.relay(first, operator);
    await expect(relayer.submitBatch(task.terms, [first], [foreign]))
      .to.be.revertedWithCustomError(market, "TaskMarketNotSigned")
      .withArgs(operator.address, 0n);
  });

  it("has no use for a signature a second time: the step is another", async function () {
    const { market, relayer, task, submissions, relays } = await start();
    const [first, relay] = [submissions[0] as Submission, relays[0] as (typeof relays)[0]];
    await relayer.submitBatch(task.terms, [first], [relay]);
    await expect(relayer.submitBatch(task.terms, [first], [relay]))
      .to.be.revertedWithCustomError(market, "TaskMarketWrongStep")
      .withArgs(0n, 1n);
    // The others of the batch go on without it.
    await relayer.submitBatch(task.terms, submissions.slice(1), relays.slice(1));
    expect((await market.stateOf(task.id)).settled).to.equal(4n);
  });

  it("takes the signature of a contract that operates a node, while it stands by it (ERC-1271)", async function () {
    const suite = await loadFixture(deployForged);
    const { market, admin, owner, stranger, nodeRegistry, scheduler, operators, trapdoor } = suite;
    const wallet = await ethers.deployContract("OperatorWallet");
    const walletAddress = await wallet.getAddress();
    await wallet.getFunction("register")(nodeRegistry, admin.address);
    const node = await nodeRegistry.nodeOf(walletAddress);
    await recordBenchmark(suite, admin, node);
    for (const { signer, node: leaving } of operators) {
      await nodeRegistry.connect(signer).exit();
      await scheduler.poke(leaving);
    }
    await nextPeriod(suite);
    const task = await ForgedTask.create(suite, { owner, circuit: trapdoor, chains: 1 });
    await task.publish();
    await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
    await market.assign(task.terms, 0);
    const submission = await task.submission(0, walletAddress);
    const { chainId } = await ethers.provider.getNetwork();
    const { chain, step, weights, newWeights, gradient, batch, loss, artifact } = submission;
    const digest = TypedDataEncoder.hash(
      { name: "Corex", version: "1", chainId, verifyingContract: await market.signatures() },
      SUBMISSION_TYPES,
      { task: task.id, chain, step, weights, newWeights, gradient, batch, loss, artifact },
    );
    const relays = [{ operator: walletAddress, signature: "0x1234" }];
    const relayer = market.connect(stranger);
    await expect(relayer.submitBatch(task.terms, [submission], relays))
      .to.be.revertedWithCustomError(market, "TaskMarketNotSigned")
      .withArgs(walletAddress, 0n);
    await wallet.getFunction("approve")(digest, true);
    await wallet.getFunction("setHostile")(true);
    expect(await fails(relayer.submitBatch(task.terms, [submission], relays, { gasLimit: 2_000_000 }))).to.equal(true);
    await wallet.getFunction("setHostile")(false);
    await relayer.submitBatch(task.terms, [submission], relays);
    expect((await market.stateOf(task.id)).settled).to.equal(1n);
  });
});
