// FM-15: whoever knows the randomness first chooses the outcome: proposer, last mover, or the caller who decides when.
// Public case: EIP-4399, security considerations (proposers bias the randomness they are last to contribute to).
// Guard: weights are frozen before the entropy exists; an expired draw starts again with entropy nobody knows.
import { expect } from "chai";

import { activeNode, benchmarkOf, loadFixture, networkHelpers, recordBenchmark } from "../support/fixtures.ts";
import {
  Outcome,
  PERIOD_BLOCKS,
  TAIL_BLOCKS,
  deployThreeNodes,
  drawOf,
  nextPeriod,
  saltOf,
  type DrawStruct,
} from "../matching/support/world.ts";

type Three = Awaited<ReturnType<typeof deployThreeNodes>>;
const SALTS = 80;

async function outcomes({ scheduler }: Three, request: DrawStruct): Promise<bigint[]> {
  const salts = Array.from({ length: SALTS }, (_, number) => saltOf(number));
  return Promise.all(salts.map(async (salt) => (await scheduler.preview({ ...request, salt })).node));
}

// FM-15
// ├── given the entropy is known, everything that lifts a weight changes no draw: a faster benchmark, a better score, more
// │   stake, a new node
// ├── given it is known, a node that leaves gives up its own draws and changes nobody else's
// ├── given a draw expired, its entropy serves nobody, and the next ticket is unknown to everybody
// └── a ticket leaves everybody the tail of its period to use it
describe("FM-15: whoever knows the entropy has no choice left", function () {
  it("changes no draw by anything that lifts a weight", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { scorer, vault, scheduler, nodes } = world;
    const request = await drawOf();
    const before = await outcomes(world, request);
    expect(new Set(before).size).to.equal(3);

    const grinder = nodes[0].node;
    await recordBenchmark(world, await benchmarkOf(grinder, { dailyWorkUnits: 10n ** 10n }));
    await scheduler.poke(grinder);
    await scorer.setStanding(grinder, 10_000, 10_000);
    await vault.setBoost(grinder, 30_000);
    const late = await activeNode(world, 4, 10n ** 10n);
    await scorer.setStanding(late.node, 10_000, 10_000);
    await scheduler.poke(late.node);

    expect((await scheduler.weightOf(grinder)).weight).to.equal(1_500_000n);
    expect(await outcomes(world, request)).to.deep.equal(before);
    await nextPeriod();
    expect(await outcomes(world, await drawOf())).to.include(late.node);
  });

  it("lets a node give up its own draws, and move nobody else's", async function () {
    for (const step of ["exit", "suspend", "lower"] as const) {
      const world = await loadFixture(deployThreeNodes);
      const { registry, security, scorer, nodes } = world;
      const { node, operator } = nodes[1];
      const request = await drawOf();
      const before = await outcomes(world, request);
      if (step === "exit") await registry.connect(operator).exit();
      else if (step === "suspend") await registry.connect(security).suspend(node);
      else await scorer.setStanding(node, 100, 0);
      const after = await outcomes(world, request);
      const moved = before.filter((drawn, index) => drawn !== after[index]);
      expect(moved.length).to.be.above(0);
      expect(new Set(moved)).to.deep.equal(new Set([node]));
    }
  });

  it("makes expired entropy useless, and renews with a ticket nobody knows", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { scheduler, market, entropy } = world;
    const request = await drawOf();
    await nextPeriod();
    for (const node of new Set(await outcomes(world, request))) expect(node).to.equal(0n);
    expect(await market.take.staticCall(request)).to.deep.equal([Outcome.Expired, 0n, 0n]);

    const ticket = await scheduler.nextTicket();
    expect(ticket >= (await scheduler.horizon())).to.equal(true);
    expect(await market.take.staticCall({ ...request, ticket })).to.deep.equal([Outcome.Pending, 0n, 0n]);
    // Who asks does not matter, and asking again in the same block changes nothing.
    expect(await entropy.connect(world.stranger).nextTicket()).to.equal(ticket);
  });

  it("leaves everybody the tail of the period, whenever the draw is requested", async function () {
    const world = await loadFixture(deployThreeNodes);
    const { scheduler, market } = world;
    for (let i = 0n; i < PERIOD_BLOCKS; i++) {
      const ticket = await scheduler.nextTicket();
      const last = ticket + TAIL_BLOCKS;
      await networkHelpers.mine(Number(last - BigInt(await networkHelpers.time.latestBlock())));
      const [outcome] = await market.take.staticCall(await drawOf({ ticket }));
      expect(outcome).to.equal(Outcome.Drawn);
      // To another place in a period each time.
      await networkHelpers.mine(Number(2n * PERIOD_BLOCKS + i - (last % PERIOD_BLOCKS)));
    }
  });
});
