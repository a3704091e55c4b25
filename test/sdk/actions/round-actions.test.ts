import { expect } from "chai";
import { id as hash, parseEther, ZeroHash } from "ethers";

import { approveToken } from "../../../packages/sdk/src/actions/approve-token.ts";
import {
  assignRoundFragment,
  previewRoundAssignment,
} from "../../../packages/sdk/src/actions/assign-round-fragment.ts";
import { cancelRoundTask } from "../../../packages/sdk/src/actions/cancel-round-task.ts";
import { closeRound } from "../../../packages/sdk/src/actions/close-round.ts";
import type { ActionContext } from "../../../packages/sdk/src/actions/execute.ts";
import { publishNetworkRoundTask } from "../../../packages/sdk/src/actions/publish-network-round-task.ts";
import { publishRoundTask } from "../../../packages/sdk/src/actions/publish-round-task.ts";
import { readPublishedRoundTasks } from "../../../packages/sdk/src/actions/read-published-round-tasks.ts";
import { readEarnings } from "../../../packages/sdk/src/actions/read-earnings.ts";
import { readRoundCursor } from "../../../packages/sdk/src/actions/read-round-cursor.ts";
import { readRoundEvaluation } from "../../../packages/sdk/src/actions/read-round-evaluation.ts";
import { readRoundGradients } from "../../../packages/sdk/src/actions/read-round-gradients.ts";
import { readRoundTask } from "../../../packages/sdk/src/actions/read-round-task.ts";
import { readSettledRoundFragments } from "../../../packages/sdk/src/actions/read-settled-round-fragments.ts";
import { reassignRoundFragment } from "../../../packages/sdk/src/actions/reassign-round-fragment.ts";
import { refuseRoundFragment } from "../../../packages/sdk/src/actions/refuse-round-fragment.ts";
import { registerRoundModel } from "../../../packages/sdk/src/actions/register-round-model.ts";
import {
  submitApply,
  submitEvaluation,
  submitGradient,
  submitRoundIntent,
} from "../../../packages/sdk/src/actions/submit-round-fragment.ts";
import { withdraw } from "../../../packages/sdk/src/actions/withdraw.ts";
import { readMetrics } from "../../../packages/sdk/src/models/read-metrics.ts";
import { readModel } from "../../../packages/sdk/src/models/read-model.ts";
import { roundContext } from "../../../packages/sdk/src/task/round-context.ts";
import { APPLY_FRAGMENT, FIRST_EVALUATION, roundShardIndex } from "../../../packages/sdk/src/task/round-fragment.ts";
import { roundTaskId } from "../../../packages/sdk/src/task/round-task-id.ts";
import { roundTaskFees, type RoundTerms } from "../../../packages/sdk/src/task/round-terms.ts";
import { TrapdoorCircuit } from "../../support/rounds/trapdoor.ts";
import { shardTree } from "../../support/rounds/shard-tree.ts";
import { expectCorexError } from "../store/support/expect-corex-error.ts";
import { ActionWorld } from "./support/action-world.ts";

const TRAINING = shardTree(3, 1_000n);
const HELD_OUT = shardTree(1, 2_000n);
const GRADIENT = new TrapdoorCircuit({ name: "G", schema: "weights,gradient,batch,loss,ctx", publicSignals: 5 });
const EVALUATE = new TrapdoorCircuit({ name: "E", schema: "weights,batch,loss,correct,ctx", publicSignals: 5 });
const APPLY = new TrapdoorCircuit({
  name: "A",
  schema: "weights,newWeights,gradients[2],shares[2],ctx",
  publicSignals: 7,
});
const ARTIFACT = hash("artifact");

describe("actions on tasks of rounds", function () {
  let world: ActionWorld;

  beforeEach(async function () {
    world = await ActionWorld.create();
    const { contracts } = world.suite;
    for (const circuit of [GRADIENT, EVALUATE, APPLY]) {
      await world.asAdmin(contracts.circuitRegistry.register.populateTransaction(...circuit.registration()));
    }
  });

  afterEach(async function () {
    await world.close();
  });

  function terms(change: Partial<RoundTerms> = {}): RoundTerms {
    return {
      owner: world.admin.sender.address,
      gradientCircuit: GRADIENT.id,
      applyCircuit: APPLY.id,
      evaluateCircuit: EVALUATE.id,
      shardRoot: TRAINING.root,
      heldOutRoot: HELD_OUT.root,
      initialWeights: 77n,
      manifest: hash("manifest"),
      feePerGradient: 0n,
      feePerApply: 0n,
      feePerEvaluation: 0n,
      fragmentDuration: 60n,
      roundDuration: 120n,
      rounds: 1n,
      shards: 3n,
      lanes: 2n,
      quorum: 1n,
      heldOut: 1n,
      device: 0n,
      minTier: 0n,
      nonce: 0n,
      ...change,
    };
  }

  async function assign(context: ActionContext, task: RoundTerms, id: string, fragment: number): Promise<void> {
    const { contracts } = world.suite;
    for (let draws = 0; draws < 4; draws++) {
      const { ticket } = await readRoundCursor(contracts, id, fragment);
      const missing = ticket + 1 - (await context.sender.provider.getBlockNumber());
      if (missing > 0) await world.connection.networkHelpers.mine(missing);
      if ((await assignRoundFragment(context, task, fragment)).result !== 0n) return;
    }
    throw new Error("nobody was drawn");
  }

  function contextOf(circuit: string, task: string, fragment: number, round: number): bigint {
    const market = world.suite.deployment.contracts.RoundMarket;
    const { address: operator } = world.operator.sender;
    return roundContext({ chainId: 31_337, market, circuit, task, fragment, round, operator });
  }

  function gradient(task: string, lane: number) {
    const claim = { lane, round: 0, gradient: 500n + BigInt(lane), batch: 1_000n + BigInt(lane), loss: 9n };
    const inputs = [77n, claim.gradient, claim.batch, claim.loss, contextOf(GRADIENT.id, task, lane, 0)];
    return { ...claim, artifact: ARTIFACT, proof: GRADIENT.prove(inputs), shardProof: TRAINING.getProof(lane) };
  }

  it("publish, find, draw, prove, evaluate and register", async function () {
    const { contracts } = world.suite;
    const node = await world.activeNode();
    const given = terms();
    const { result: task, receipt } = await publishNetworkRoundTask(world.admin, given);
    expect(task).to.equal(roundTaskId(31_337, world.suite.deployment.contracts.RoundMarket, given));
    const { provider } = world.admin.sender;
    const range = { fromBlock: 0, toBlock: receipt.blockNumber, blockRange: 50 };
    expect(await readPublishedRoundTasks(contracts, provider, range)).to.deep.equal([
      { task, terms: given, network: true, blockNumber: receipt.blockNumber },
    ]);
    expect(await readRoundTask(contracts, task)).to.deep.include({
      status: "active",
      network: true,
      phase: "gradients",
      round: 0,
      settled: [],
      reserved: [],
      head: 0n,
      held: 0n,
    });
    await expectCorexError(
      () => previewRoundAssignment(world.stranger, given, APPLY_FRAGMENT),
      "CHAIN_ROUNDMARKET_NOTOPEN",
      /fragment: 16, round: 0, phase: 0/,
    );
    for (const lane of [1, 0]) {
      await assign(world.stranger, given, task, lane);
      expect(await readRoundCursor(contracts, task, lane)).to.include({ node, step: 0 });
      await submitGradient(world.operator, given, gradient(task, lane), submitRoundIntent(task, lane, 0));
    }
    expect(await readRoundTask(contracts, task)).to.deep.include({ phase: "applying", settled: [0, 1] });
    const lanes = await readRoundGradients(contracts, task, 2);
    expect(lanes).to.deep.equal({ gradients: [500n, 501n], shares: [128, 128] });
    await assign(world.stranger, given, task, APPLY_FRAGMENT);
    const shares = lanes.shares.map(BigInt);
    const ctx = contextOf(APPLY.id, task, APPLY_FRAGMENT, 0);
    const proof = APPLY.prove([77n, 600n, ...lanes.gradients, ...shares, ctx]);
    await submitApply(world.operator, given, { round: 0, newWeights: 600n, artifact: ARTIFACT, proof }, "apply");
    expect(await readRoundTask(contracts, task)).to.deep.include({ phase: "evaluating", round: 1, head: 600n });
    const model = { terms: given, evaluator: EVALUATE.name, artifact: ARTIFACT, metadataUri: "ipfs://m" };
    await expectCorexError(
      () => registerRoundModel(world.admin, model),
      "CHAIN_MODELREGISTRY_TASKNOTCOMPLETED",
      new RegExp(task),
      "later",
    );
    await assign(world.stranger, given, task, FIRST_EVALUATION);
    const last = contextOf(EVALUATE.id, task, FIRST_EVALUATION, 1);
    const evaluation = { shard: 0, batch: 2_000n, loss: 40n, correct: 6n, shardProof: HELD_OUT.getProof(0) };
    const proved = { ...evaluation, proof: EVALUATE.prove([600n, 2_000n, 40n, 6n, last]) };
    const { result } = await submitEvaluation(world.operator, given, proved, "evaluate");
    expect(result).to.include({ paid: 0n, fee: 0n });
    expect(await readRoundEvaluation(contracts, task)).to.deep.equal({ loss: 40n, correct: 6n, shards: 1 });
    expect((await readRoundTask(contracts, task)).status).to.equal("completed");

    const toBlock = await provider.getBlockNumber();
    const { fragments, transcript } = await readSettledRoundFragments(contracts, provider, {
      task,
      fromBlock: receipt.blockNumber,
      toBlock,
      blockRange: 7,
    });
    expect(fragments.map(({ fragment, round, output }) => [fragment, round, output])).to.deep.equal([
      [1, 0, 501n],
      [0, 0, 500n],
      [APPLY_FRAGMENT, 0, 600n],
      [FIRST_EVALUATION, 1, 0n],
    ]);
    expect(fragments[0]).to.include({ artifact: ARTIFACT, batch: 1_001n, loss: 9n, node });
    expect(transcript).to.equal(await contracts.roundMarket.transcriptOf(task));

    await expectCorexError(
      () => registerRoundModel(world.admin, { ...model, evaluator: GRADIENT.name }),
      "CHAIN_MODELREGISTRY_WRONGCIRCUIT",
      /named: 0x/,
      "after-change",
    );
    const { result: registered } = await registerRoundModel(world.admin, model);
    expect(await readModel(contracts, registered)).to.include({ task, parent: ZeroHash, transcript });
    expect(await readMetrics(contracts, registered)).to.deep.equal({
      source: "proved",
      circuit: EVALUATE.id,
      heldOutRoot: HELD_OUT.root,
      loss: 40n,
      correct: 6n,
      samples: 8n,
      shards: 1,
    });
  });

  it("give back, miss, take back and close a round without a lane", async function () {
    const { contracts } = world.suite;
    const { time } = world.connection.networkHelpers;
    const node = await world.activeNode();
    const given = terms({ heldOut: 0n, evaluateCircuit: ZeroHash, heldOutRoot: ZeroHash });
    const { result: task } = await publishNetworkRoundTask(world.admin, given);
    await expectCorexError(
      () => closeRound(world.stranger, given),
      "CHAIN_ROUNDMARKET_ROUNDNOTOVER",
      /deadline: /,
      "later",
    );
    await assign(world.stranger, given, task, 0);
    await submitGradient(world.operator, given, gradient(task, 0), submitRoundIntent(task, 0, 0));
    await assign(world.stranger, given, task, 1);
    await expectCorexError(
      () => refuseRoundFragment(world.stranger, given, 1),
      "CHAIN_MARKET_NOTASSIGNEE",
      /caller: 0/,
    );
    await refuseRoundFragment(world.operator, given, 1);
    expect(await readRoundCursor(contracts, task, 1)).to.include({ node: 0n, missed: node, refused: true });
    await assign(world.stranger, given, task, 1);
    await expectCorexError(
      () => reassignRoundFragment(world.stranger, given, 1),
      "CHAIN_FRAGMENTS_DEADLINENOTPASSED",
      /deadline: /,
      "later",
    );
    await time.increase(181);
    await expectCorexError(
      () => closeRound(world.stranger, given),
      "CHAIN_ROUNDMARKET_LANEBINDING",
      /lane: 1, node: 1/,
      "later",
    );
    await reassignRoundFragment(world.stranger, given, 1);
    expect((await closeRound(world.stranger, given)).result).to.deep.equal({ round: 0, refunded: 0n, kept: 0n });
    expect(await readRoundGradients(contracts, task, 2)).to.deep.equal({ gradients: [500n, 0n], shares: [256, 0] });
    expect((await cancelRoundTask(world.admin, given)).result).to.deep.equal({ refunded: 0n, reserved: 0n });
    expect((await readRoundTask(contracts, task)).status).to.equal("cancelled");
    expect((await readRoundTask(contracts, ZeroHash)).status).to.equal("none");
  });

  it("count what a node earned in rounds", async function () {
    const { contracts } = world.suite;
    const node = await world.activeNode();
    const fee = parseEther("1");
    const given = terms({ feePerGradient: fee, feePerApply: fee, feePerEvaluation: fee });
    await approveToken(world.admin, world.suite.deployment.contracts.RoundEscrow, 4n * fee);
    await world.giveCxt(world.admin.sender.address, 4n * fee);
    const { result: task } = await publishRoundTask(world.admin, given);
    await assign(world.stranger, given, task, 0);
    await submitGradient(world.operator, given, gradient(task, 0), submitRoundIntent(task, 0, 0));
    const { provider, address: payout } = world.operator.sender;
    const range = { fromBlock: 0, toBlock: await provider.getBlockNumber() };
    const earned = (fee * 95n) / 100n;
    expect(await readEarnings(contracts, provider, { node, payout, ...range })).to.include({
      fragments: 1,
      fees: earned,
      owed: earned,
    });
  });

  it("publish for fees, and cancel for a refund", async function () {
    const fee = parseEther("1");
    const given = terms({ feePerGradient: fee, feePerApply: fee, feePerEvaluation: fee });
    const total = 4n * fee;
    expect(roundTaskFees(given)).to.equal(total);
    await expectCorexError(
      () => publishRoundTask(world.admin, given),
      "CHAIN_ERC20_INSUFFICIENTALLOWANCE",
      /needed: 4000000000000000000/,
      "after-change",
    );
    await approveToken(world.admin, world.suite.deployment.contracts.RoundEscrow, total);
    await world.giveCxt(world.admin.sender.address, total);
    const { result: task } = await publishRoundTask(world.admin, given);
    expect((await readRoundTask(world.suite.contracts, task)).held).to.equal(total);
    await expectCorexError(() => publishRoundTask(world.admin, given), "CHAIN_ROUNDMARKET_TASKEXISTS", /task: 0x/);
    await expectCorexError(() => publishRoundTask(world.stranger, given), "CHAIN_MARKET_NOTOWNER", /caller/);
    await expectCorexError(
      () => publishNetworkRoundTask(world.stranger, terms()),
      "CHAIN_ACCESSMANAGED_UNAUTHORIZED",
      /caller/,
    );
    expect((await cancelRoundTask(world.admin, given)).result.refunded).to.equal(total);
    const { address } = world.admin.sender;
    await expectCorexError(() => withdraw(world.stranger, address), "CHAIN_TASKESCROW_NOTHINGOWED", /account: 0x/);
    expect((await withdraw(world.stranger, address, world.suite.contracts.roundEscrow)).result).to.equal(total);
  });
});

describe("the rules of rounds in the SDK", function () {
  it("walk the shards in a circle", function () {
    const task = { lanes: 2n, shards: 3n };
    expect([0, 1, 2].flatMap((round) => [0, 1].map((lane) => roundShardIndex(task, round, lane)))).to.deep.equal([
      0, 1, 2, 0, 1, 2,
    ]);
  });
});
