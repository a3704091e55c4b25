import { expect } from "chai";

import { leaveOnly } from "../support/market/stake.ts";
import { decide, time } from "../support/market/suite.ts";
import { deployRounds, loadFixture } from "../support/rounds/suite.ts";
import { APPLY_FRAGMENT, FIRST_EVALUATION, RoundTask } from "../support/rounds/task.ts";
import { gasOf } from "../support/gas.ts";

/** What the moves of a round may cost; measured figures are in docs/gas-snapshot.json. */
const BOUNDS = {
  publish: 240_000n,
  assign: 130_000n,
  gradient: 460_000n,
  // The first write of a period keeps the old words of the scheduler's tree.
  gradientOfPeriod: 600_000n,
  applyTwo: 460_000n,
  perLane: 12_000n,
  evaluation: 480_000n,
  close: 220_000n,
} as const;
// Gas of whole transactions of rounds. COREX_GAS=1 prints every figure.
describe("Gas of rounds", function () {
  it("publishes a million rounds of sixteen lanes for the cost of one fragment", async function () {
    const suite = await loadFixture(deployRounds);
    const { owner, admin } = suite;
    const first = await RoundTask.create(suite, { owner, lanes: 1n, rounds: 1n });
    await first.publish(); // the very first deposit also opens two slots of the escrow, once for all
    const one = await RoundTask.create(suite, { owner, lanes: 1n, rounds: 1n, nonce: 1n });
    expect(await gasOf("publish, 1 x 1", one.publish())).to.be.below(BOUNDS.publish);
    const costs: bigint[] = [];
    for (const [lanes, rounds] of [
      [1n, 1n],
      [16n, 1_000_000n],
    ] as const) {
      const task = await RoundTask.create(suite, { owner: admin, network: true, lanes, rounds, nonce: lanes });
      costs.push(await gasOf(`publishNetwork, ${rounds} x ${lanes}`, task.publish()));
    }
    expect((costs[1] ?? 0n) - (costs[0] ?? 0n)).to.be.below(1_500n); // non-zero calldata, and the name of the schema
  });

  it("draws, proves, applies and evaluates within bounds", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, owner, operators } = suite;
    await leaveOnly(suite, operators[0]);
    const task = await RoundTask.create(suite, { owner });
    await task.publish();
    const warm: bigint[] = [];
    for (const round of ["first round", "warm"]) {
      for (const lane of [0, 1]) {
        await decide(suite, (await rounds.cursorOf(task.id, lane)).ticket);
        const assigned = await gasOf(`assign, ${round}, lane ${lane}`, rounds.assign(task.terms, lane));
        const gas = await gasOf(`gradient, ${round}, lane ${lane}`, task.submit(lane));
        if (round !== "warm") continue;
        expect(assigned).to.be.below(BOUNDS.assign);
        expect(gas).to.be.below(BOUNDS.gradientOfPeriod);
        warm.push(gas);
      }
      await task.assign(APPLY_FRAGMENT);
      const gas = await gasOf(`apply, ${round}, 2 lanes`, task.submit(APPLY_FRAGMENT));
      if (round === "warm") expect(gas).to.be.below(BOUNDS.applyTwo);
    }
    expect(warm.some((gas) => gas < BOUNDS.gradient)).to.equal(true);
    await task.assign(FIRST_EVALUATION);
    await task.submit(FIRST_EVALUATION);
    await task.assign(FIRST_EVALUATION + 1);
    expect(await gasOf("evaluation, last", task.submit(FIRST_EVALUATION + 1))).to.be.below(BOUNDS.evaluation);
  });

  it("applies sixteen gradients for two more inputs and two more slots each", async function () {
    const suite = await loadFixture(deployRounds);
    await leaveOnly(suite, suite.operators[0]);
    const task = await RoundTask.create(suite, { owner: suite.owner, lanes: 16n, rounds: 1n, heldOut: 0n });
    await task.publish();
    await task.workLanes();
    await task.assign(APPLY_FRAGMENT);
    const gas = await gasOf("apply, 16 lanes", task.submit(APPLY_FRAGMENT));
    expect(gas).to.be.below(BOUNDS.applyTwo + 14n * 2n * BOUNDS.perLane);
  });

  it("closes a round without fifteen of sixteen lanes within its bound", async function () {
    const suite = await loadFixture(deployRounds);
    const { rounds, owner, operators, nodeRegistry } = suite;
    await leaveOnly(suite, operators[0]);
    const task = await RoundTask.create(suite, { owner, lanes: 16n, rounds: 1n, heldOut: 0n });
    await task.publish();
    await task.work(0);
    for (let lane = 1; lane < 16; lane++) {
      const operator = await task.assign(lane);
      await rounds.connect(operator).refuse(task.terms, lane);
    }
    await time.increase(1_801);
    await nodeRegistry.connect(operators[0].signer).heartbeat();
    expect(await gasOf("close, 15 lanes dropped", rounds.closeRound(task.terms))).to.be.below(BOUNDS.close);
  });
});
