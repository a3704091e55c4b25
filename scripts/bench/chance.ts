import type { TransactionReceipt } from "ethers";

import type { World } from "./world.ts";

/** Attempts that chance decides as often as not, before something must be wrong. */
const MAX_ATTEMPTS = 96;

/** Draws of which the cheapest is taken for one that draws nobody twice. */
const SAMPLES = 16;

/** Gas above the cheapest that is taken for as cheap: places in a word of a tree. */
const SLACK = 1.003;

/** Repeats `action` from the same state, each time at another second and so with other entropy, until it returns something. */
export async function untilChance<Result>(
  world: World,
  action: () => Promise<Result | undefined>,
): Promise<NonNullable<Result>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const snapshot = await world.rpc<string>("evm_snapshot", []);
    await world.passSeconds(attempt);
    const result = await action();
    if (result !== undefined && result !== null) return result;
    await world.rpc("evm_revert", [snapshot]);
  }
  throw new Error(`chance did not have it so in ${MAX_ATTEMPTS} attempts`);
}

/** Draws all that are wanted, as cheaply as the cheapest of some draws: chance decides how many candidates one looks at. */
export async function cheapest<Drawn extends { readonly receipt: TransactionReceipt }>(
  world: World,
  draw: () => Promise<Drawn>,
  isComplete: (drawn: Drawn) => Promise<boolean> | boolean,
): Promise<Drawn> {
  let least = Infinity;
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    await world.aside(async () => {
      await world.passSeconds(sample);
      const drawn = await draw();
      if (await isComplete(drawn)) least = Math.min(least, Number(drawn.receipt.gasUsed));
    });
  }
  return untilChance(world, async () => {
    const drawn = await draw();
    const isCheap = Number(drawn.receipt.gasUsed) <= least * SLACK;
    return isCheap && (await isComplete(drawn)) ? drawn : undefined;
  });
}
