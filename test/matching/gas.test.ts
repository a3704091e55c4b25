import { expect } from "chai";

import { loadFixture } from "../support/fixtures.ts";
import { GPU_CLASS, deployCrowd, drawOf, nextPeriod, populate, saltOf, type Crowd } from "./support/world.ts";

const PRINT = process.env["COREX_GAS"] !== undefined;
const DRAWS = 24;

/** What each call may add to a transaction that finds every slot cold; `take` on average, the rest at worst. */
const BOUNDS = [
  { nodes: 10, take: 40_000n, update: 30_000n },
  { nodes: 1_000, take: 50_000n, update: 50_000n },
  { nodes: 10_000, take: 50_000n, update: 50_000n },
] as const;

/** Gas that a call of the scheduler adds to a transaction. */
async function gasOf({ harness, scheduler }: Crowd, name: string, args: readonly unknown[]): Promise<bigint> {
  const data = scheduler.interface.encodeFunctionData(name as "take", args as never);
  return (await harness.getFunction("gasOf").staticCall(scheduler, data)) as bigint;
}

/** The same, and makes the call. */
async function spend(crowd: Crowd, name: string, args: readonly unknown[]): Promise<bigint> {
  const gas = await gasOf(crowd, name, args);
  const { harness, scheduler } = crowd;
  await harness.getFunction("gasOf")(scheduler, scheduler.interface.encodeFunctionData(name as "take", args as never));
  return gas;
}

function report(nodes: number, operation: string, gas: bigint): bigint {
  if (PRINT) process.stdout.write(`      gas at ${nodes} nodes, ${operation}: ${gas}\n`);
  return gas;
}

/** Average and largest gas of draws, each from the state at the start of a block. */
async function gasOfDraws(crowd: Crowd): Promise<{ mean: bigint; largest: bigint }> {
  const request = await drawOf({ device: GPU_CLASS });
  const costs = [];
  for (let salt = 0; salt < DRAWS; salt++) costs.push(await gasOf(crowd, "take", [{ ...request, salt: saltOf(salt) }]));
  const sum = costs.reduce((total, gas) => total + gas);
  return { mean: sum / BigInt(DRAWS), largest: costs.reduce((most, gas) => (gas > most ? gas : most)) };
}

// Gas by number of nodes. COREX_GAS=1 prints every figure.
describe("Scheduler gas", function () {
  for (const { nodes, take, update } of BOUNDS) {
    it(`stays within its bounds with ${nodes} nodes`, async function () {
      const crowd = await loadFixture(deployCrowd);
      await populate(crowd, 1, nodes);
      const settled = await gasOfDraws(crowd);
      report(nodes, "take, mean", settled.mean);
      report(nodes, "take, largest", settled.largest);

      const first = report(nodes, "setBoost, first of the period ever", await spend(crowd, "setBoost", [1, 20_000]));
      await nextPeriod();
      const fresh = report(nodes, "setBoost, first of the period", await spend(crowd, "setBoost", [1, 10_000]));
      const again = report(nodes, "setStanding, later, same tier", await spend(crowd, "setStanding", [1, 4_900, 0]));
      await crowd.double.getFunction("set")(1, 10_000_000n, 1, false);
      report(nodes, "poke, later, same tier", await spend(crowd, "poke", [1]));
      report(nodes, "poke, nothing new", await spend(crowd, "poke", [1]));
      const request = await drawOf({ device: GPU_CLASS });
      const touched = await gasOfDraws(crowd);
      report(nodes, "take, mean, root written in the period", touched.mean);
      const node = (await crowd.scheduler.preview(request)).node;
      await spend(crowd, "take", [request]);
      report(nodes, "giveBack, below the limit", await spend(crowd, "giveBack", [node]));
      expect(settled.mean).to.be.below(take);
      expect(again).to.be.below(update);
      void first;
      void fresh;
    });
  }
});
