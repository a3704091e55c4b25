// What each call of the scheduler adds to a transaction that finds every slot cold: the figures of tests and benchmarks.
import type { Crowd } from "./world.ts";
import { GPU_CLASS, drawOf, nextPeriod, saltOf } from "./world.ts";

const DRAWS = 16;
const PRINT = process.env["COREX_GAS"] !== undefined;

export interface SchedulerGas {
  /** Draws in a period in which nothing else was written; mean and largest. */
  take: bigint;
  takeLargest: bigint;
  /** Draws after the words on the way were written in the period; mean. */
  takeTouched: bigint;
  /** A change of tier, the first write of every word in a period: moves a weight between two trees. */
  changeTier: bigint;
  /** A change of weight within a tier, first in a period. */
  changeFirst: bigint;
  /** A change of weight within a tier, later in a period: through the roles, and by anyone. */
  setStanding: bigint;
  poke: bigint;
  pokeUnchanged: bigint;
  /** A fragment given back, below the limit. */
  giveBack: bigint;
}

/** Gas that a call of the scheduler adds to a transaction; the call has no effect. */
export async function gasOf({ harness, scheduler }: Crowd, name: string, args: readonly unknown[]): Promise<bigint> {
  const data = scheduler.interface.encodeFunctionData(name as "take", args as never);
  return (await harness.getFunction("gasOf").staticCall(scheduler, data)) as bigint;
}

/** The same, with its effect. */
async function spend(crowd: Crowd, name: string, args: readonly unknown[]): Promise<bigint> {
  const gas = await gasOf(crowd, name, args);
  const data = crowd.scheduler.interface.encodeFunctionData(name as "take", args as never);
  await crowd.harness.getFunction("gasOf")(crowd.scheduler, data);
  return gas;
}

async function gasOfDraws(crowd: Crowd): Promise<{ mean: bigint; largest: bigint }> {
  const request = await drawOf({ device: GPU_CLASS });
  const costs = [];
  for (let salt = 0; salt < DRAWS; salt++) costs.push(await gasOf(crowd, "take", [{ ...request, salt: saltOf(salt) }]));
  const sum = costs.reduce((total, gas) => total + gas);
  return { mean: sum / BigInt(DRAWS), largest: costs.reduce((most, gas) => (gas > most ? gas : most)) };
}

/** Measures every call at the present size of the crowd; changes node 1 on the way. */
export async function measureGas(crowd: Crowd, nodes: number): Promise<SchedulerGas> {
  const { scheduler, double } = crowd;
  await nextPeriod();
  const settled = await gasOfDraws(crowd);
  // Once before, so that both versions of each word exist: what everybody but the very first pays.
  await spend(crowd, "setBoost", [1, 20_000]);
  await nextPeriod();
  await spend(crowd, "setBoost", [1, 10_000]);
  await nextPeriod();
  const changeTier = await spend(crowd, "setBoost", [1, 20_000]);
  await nextPeriod();
  await spend(crowd, "setBoost", [1, 10_000]);
  await nextPeriod();
  const changeFirst = await spend(crowd, "setStanding", [1, 4_800, 0]);
  const setStanding = await spend(crowd, "setStanding", [1, 4_900, 0]);
  await double.getFunction("set")(1, 41_000_000n + BigInt(nodes) * 40_000n, 1, false);
  const poke = await spend(crowd, "poke", [1]);
  const pokeUnchanged = await spend(crowd, "poke", [1]);
  const touched = await gasOfDraws(crowd);
  const request = await drawOf({ device: GPU_CLASS });
  const { node } = await scheduler.preview(request);
  await spend(crowd, "take", [request]);
  const giveBack = await spend(crowd, "giveBack", [node]);
  const figures = {
    take: settled.mean,
    takeLargest: settled.largest,
    takeTouched: touched.mean,
    changeTier,
    changeFirst,
    setStanding,
    poke,
    pokeUnchanged,
    giveBack,
  };
  for (const [name, gas] of Object.entries(figures)) {
    if (PRINT) process.stdout.write(`      gas at ${nodes} nodes, ${name}: ${gas}\n`);
  }
  return figures;
}
