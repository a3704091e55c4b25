import { readFileSync } from "node:fs";

import { expect } from "chai";

import {
  BPS,
  CXT,
  DAY,
  decide,
  joinNode,
  loadFixture,
  mine,
  nextPeriod,
  recordBenchmark,
  time,
  type Operator,
} from "../support/market/suite.ts";
import { deployRich, leaveOnly, operatorOf } from "../support/market/stake.ts";
import { LinearTask, type TaskOptions } from "../support/market/task.ts";

/** The names of an enum of the interface, in their order. */
function namesOf(enumName: string): string[] {
  const source = readFileSync("contracts/market/IExplainer.sol", "utf8");
  const body = new RegExp(`enum ${enumName} \\{([^}]*)\\}`).exec(source)?.[1] ?? "";
  return body.split(",").map((name) => name.trim());
}

const DRAW = namesOf("DrawReason");
const PAY = namesOf("PayReason");

/** The suite, and moves that make a reason. */
async function prepare(options: Partial<TaskOptions> = {}) {
  const suite = await loadFixture(deployRich);
  const task = await LinearTask.create(suite, { owner: suite.owner, steps: 1, ...options });
  const [first, second] = suite.operators;
  return {
    ...suite,
    suite,
    task,
    first,
    second,
    /** Publishes, and waits until views see the draw decided. */
    decided: async () => {
      await task.publish();
      await decide(suite, (await suite.market.cursorOf(task.id, 0)).ticket);
      await mine();
    },
    explain: async (node: bigint, chain = 0) => suite.explainer.explain(node, task.terms, chain),
  };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

interface Case {
  readonly options?: Partial<TaskOptions>;
  /** Brings the reason about; returns the node, and the chain when it is not the first. */
  readonly arrange: (world: Prepared) => Arranged | Promise<Arranged>;
}

type Arranged = readonly [node: bigint, chain?: number];

/** The operator that the decided draw of chain 0 gives the fragment to, and another. */
async function drawnAndOther({ suite, market, task, operators }: Prepared): Promise<[Operator, Operator]> {
  const drawn = operatorOf(suite, await market.assign.staticCall(task.terms, 0));
  const other = operators.find(({ node }) => node !== drawn.node);
  if (other === undefined) throw new Error("a single node");
  return [drawn, other];
}

const DRAW_CASES: Record<string, Case> = {
  UnknownNode: { arrange: async ({ task }) => [(await task.publish(), 99n)] },
  Assigned: {
    arrange: async ({ nodeRegistry, task }) => {
      await task.publish();
      return [await nodeRegistry.nodeOf(await task.assign(0))];
    },
  },
  NodeExited: {
    arrange: async ({ nodeRegistry, task, first }) => {
      await task.publish();
      await nodeRegistry.connect(first.signer).exit();
      return [first.node];
    },
  },
  NodeRemoved: { arrange: async ({ nodeRegistry, first }) => [(await nodeRegistry.remove(first.node), first.node)] },
  NodeSuspended: { arrange: async ({ nodeRegistry, first }) => [(await nodeRegistry.suspend(first.node), first.node)] },
  NotMeasured: { arrange: async ({ first }) => [(await time.increase(61 * DAY), first.node)] },
  Silent: { arrange: async ({ first }) => [(await time.increase(3_602), first.node)] },
  NotActive: {
    arrange: async ({ nodeRegistry, first }) => {
      await nodeRegistry.suspend(first.node);
      await nodeRegistry.reinstate(first.node);
      return [first.node];
    },
  },
  TaskNotActive: { arrange: ({ first }) => [first.node] },
  ChainComplete: {
    arrange: async ({ suite, task, first }) => {
      await leaveOnly(suite, first);
      await task.publish();
      await task.assign(0);
      await task.submit(0);
      return [first.node];
    },
  },
  WrongDevice: { options: { device: 2 }, arrange: async ({ decided, first }) => [(await decided(), first.node)] },
  TierTooLow: { options: { minTier: 4 }, arrange: async ({ decided, first }) => [(await decided(), first.node)] },
  PriorityWindow: {
    options: { feePerFragment: 100n * CXT },
    arrange: async ({ decided, first }) => [(await decided(), first.node)],
  },
  AtLimit: {
    options: { chains: 5 },
    arrange: async ({ suite, task, first }) => {
      await leaveOnly(suite, first);
      await task.publish();
      for (let chain = 0; chain < 4; chain++) await task.assign(chain);
      return [first.node, 4];
    },
  },
  NoWeight: {
    arrange: async ({ nodeRegistry, task, signer }) => {
      await task.publish();
      await nodeRegistry.connect(signer(9)).register(signer(10), 0, "");
      const node = await nodeRegistry.nodeOf(signer(9));
      await nodeRegistry.recordBenchmark(node, 10n ** 9n, (await time.latest()) + DAY); // and nobody pokes
      return [node];
    },
  },
  NotFrozenYet: {
    arrange: async ({ suite, admin, task, signer }) => {
      await nextPeriod(suite);
      await task.publish();
      return [(await joinNode(suite, admin, signer(9), signer(10))).node];
    },
  },
  OtherAssigned: {
    arrange: async ({ suite, nodeRegistry, task }) => {
      await task.publish();
      const node = await nodeRegistry.nodeOf(await task.assign(0));
      return [suite.operators.find((operator) => operator.node !== node)?.node ?? 0n];
    },
  },
  EntropyPending: {
    arrange: async ({ suite, task, first }) => {
      await nextPeriod(suite);
      await task.publish();
      return [first.node];
    },
  },
  EntropyExpired: {
    arrange: async ({ suite, task, first }) => {
      await nextPeriod(suite);
      await task.publish();
      await nextPeriod(suite);
      return [first.node];
    },
  },
  WouldBeDrawn: {
    arrange: async (world) => {
      await world.decided();
      return [(await drawnAndOther(world))[0].node];
    },
  },
  JustMissed: {
    arrange: async ({ suite, market, nodeRegistry, task }) => {
      await task.publish();
      const operator = await task.assign(0);
      await market.connect(operator).refuse(task.terms, 0);
      await decide(suite, (await market.cursorOf(task.id, 0)).ticket);
      await mine();
      return [await nodeRegistry.nodeOf(operator)];
    },
  },
  OtherDecided: {
    arrange: async (world) => {
      await world.decided();
      return [(await drawnAndOther(world))[1].node];
    },
  },
};

const PAY_CASES: Record<string, Case> = {
  DeadlinePassed: {
    arrange: async ({ nodeRegistry, task }) => {
      await task.publish();
      const operator = await task.assign(0);
      await time.increase(task.terms.fragmentDuration + 1);
      return [await nodeRegistry.nodeOf(operator)];
    },
  },
  InProgress: {
    arrange: async ({ nodeRegistry, task }) => {
      await task.publish();
      return [await nodeRegistry.nodeOf(await task.assign(0))];
    },
  },
  Missed: {
    arrange: async ({ market, nodeRegistry, task }) => {
      await task.publish();
      const operator = await task.assign(0);
      await time.increase(task.terms.fragmentDuration + 1);
      await market.reassign(task.terms, 0);
      return [await nodeRegistry.nodeOf(operator)];
    },
  },
  FeeOwed: {
    arrange: async ({ suite, task, first }) => {
      await leaveOnly(suite, first);
      await task.publish();
      await task.assign(0);
      await task.submit(0);
      return [first.node];
    },
  },
  RewardClaimable: {
    arrange: async ({ rewardDistributor, second }) => {
      await rewardDistributor.creditNetwork(second.node, 0, 10n ** 9n, BPS);
      await time.increase(DAY);
      return [second.node];
    },
  },
  DayNotOver: {
    arrange: async ({ rewardDistributor, second }) => {
      await rewardDistributor.creditNetwork(second.node, 0, 10n ** 9n, BPS);
      return [second.node];
    },
  },
  NoCapacity: {
    arrange: async ({ nodeRegistry, second }) => [(await nodeRegistry.suspend(second.node), second.node)],
  },
  CapReached: {
    arrange: async ({ rewardDistributor, second }) => {
      await rewardDistributor.creditMatched(second.node, 0, 2n * 10n ** 15n, BPS, 2n ** 200n);
      return [second.node];
    },
  },
  NothingDue: { arrange: ({ second }) => [second.node] },
};

// Explainer.explain
// ├── every reason of a draw, and every reason of pay, each brought about
// ├── the figures: tier, weights, offence, fees and rewards, as their contracts say them
// └── it answers for every node, task and chain there is or is not
describe("Explainer.explain", function () {
  it("is tested for every reason there is", function () {
    expect(Object.keys(DRAW_CASES)).to.deep.equal(DRAW);
    expect(Object.keys(PAY_CASES)).to.deep.equal(PAY);
  });

  for (const [name, { options, arrange }] of Object.entries(DRAW_CASES)) {
    it(`says ${name} about a draw`, async function () {
      const world = await prepare(options);
      const [node, chain] = await arrange(world);
      const { draw } = await world.explain(node, chain);
      expect(DRAW[Number(draw)]).to.equal(name);
    });
  }

  for (const [name, { options, arrange }] of Object.entries(PAY_CASES)) {
    it(`says ${name} about pay`, async function () {
      const world = await prepare(options);
      const [node, chain] = await arrange(world);
      const { pay } = await world.explain(node, chain);
      expect(PAY[Number(pay)]).to.equal(name);
    });
  }

  it("says that a silent node is not measured when both hold, and gets to the next reason once that is mended", async function () {
    const world = await prepare();
    const { suite, admin, nodeRegistry, first, explain } = world;
    await time.increase(61 * DAY);
    expect(DRAW[Number((await explain(first.node)).draw)]).to.equal("NotMeasured");
    await recordBenchmark(suite, admin, first.node);
    expect(DRAW[Number((await explain(first.node)).draw)]).to.equal("Silent");
    await nodeRegistry.connect(first.signer).heartbeat();
    expect(DRAW[Number((await explain(first.node)).draw)]).to.equal("TaskNotActive");
  });

  it("says WouldBeDrawn of exactly the node that assign gives the fragment to", async function () {
    const world = await prepare();
    await world.decided();
    const says = await Promise.all(
      world.operators.map(async ({ node }) => DRAW[Number((await world.explain(node)).draw)]),
    );
    await world.market.assign(world.task.terms, 0);
    const { node } = await world.market.cursorOf(world.task.id, 0);
    expect(says).to.deep.equal(
      world.operators.map((operator) => (operator.node === node ? "WouldBeDrawn" : "OtherDecided")),
    );
  });

  it("gives the figures of the contracts", async function () {
    const world = await prepare({ chains: 1 });
    const { scheduler, slasher, escrow, market, nodeRegistry, rewardDistributor, task, explain } = world;
    await task.publish();
    const { node } = operatorOf(world.suite, await nodeRegistry.nodeOf(await task.assign(0)));
    await time.increase(task.terms.fragmentDuration + 1);
    await market.reassign(task.terms, 0);
    await rewardDistributor.creditNetwork(node, 0, 10n ** 9n, BPS);
    await time.increase(DAY);
    await mine();
    const { payout } = await nodeRegistry.get(node);
    const [offence, slashed, at] = await slasher.lastOffenceOf(node);
    const [claimable] = await rewardDistributor.claimableOf(node);
    const [frozenWeight] = await scheduler.frozenWeightOf(node);
    const found = await explain(node);
    expect(found.offence).to.equal(offence);
    expect([offence, found.slashed, found.offenceAt]).to.deep.equal([1n, slashed, at]);
    expect(found.tier).to.equal((await scheduler.weightOf(node)).tier);
    expect(found.openTier).to.equal(0n);
    expect(found.frozenWeight).to.equal(frozenWeight);
    expect(found.frozenTotal).to.equal(await scheduler.frozenTotalOf(0, 0));
    expect(found.frozenTotal > 0n).to.equal(true);
    expect(found.feeOwed).to.equal(await escrow.owedTo(payout));
    expect(found.rewardClaimable).to.equal(claimable);
    expect(claimable > 0n).to.equal(true);
  });

  it("answers for node zero, for a chain beyond the last and for terms that were never published", async function () {
    const { explain, explainer, task, first } = await prepare();
    expect(DRAW[Number((await explain(0n)).draw)]).to.equal("UnknownNode");
    await task.publish();
    expect(DRAW[Number((await explain(first.node, 2)).draw)]).to.equal("TaskNotActive");
    const unknown = { ...task.terms, nonce: 77n };
    expect(DRAW[Number((await explainer.explain(first.node, unknown, 0)).draw)]).to.equal("TaskNotActive");
  });
});
