// The real vault and slasher against the reference model of the SDK: equal to the wei after every call.
import { expect } from "chai";
import { id } from "ethers";

import { Random } from "../circuits/support/random.ts";
import { loadFixture, networkHelpers } from "../support/fixtures.ts";
import { type DrivenCall, deployDriven, expected, modelOf } from "./support/drive.ts";
import { randomCalls } from "./support/random-calls.ts";
import { DAY } from "./support/staking.ts";

const SEED = Number(process.env["COREX_SEED"] ?? 20_261_121);
const STEPS_PER_ROUND = 625;
const ROUNDS = process.env["COREX_DEEP"] === undefined ? 8 : 160;
const LARGEST_BATCH = 40n;

/** Seconds to the next block: mostly little, at times enough for everything to mature, and to the edges of buckets. */
function anyPause(random: Random, now: bigint): bigint {
  const bucket = 15n * DAY;
  const toBucket = bucket - (now % bucket);
  return random.pick([1n, 60n, random.between(1n, 3n * DAY), 14n * DAY, 16n * DAY, toBucket, 200n * DAY, 1_461n * DAY]);
}

/** The word that starts what an error named `name` returns. */
function selectorOf(name: string, abis: readonly { getError(name: string): { selector: string } | null }[]): bigint {
  for (const abi of abis) {
    const error = abi.getError(name);
    if (error !== null) return BigInt(error.selector);
  }
  return BigInt(id(`${name}()`).slice(0, 10));
}

/** One round: random batches of calls until there were enough; returns how many calls each function had, and succeeded. */
async function round(seed: number): Promise<Map<string, [calls: number, successes: number]>> {
  const driven = await loadFixture(deployDriven);
  const random = new Random(seed);
  const world = modelOf(driven);
  const next = randomCalls(driven, random);
  const abis = [driven.vault.interface, driven.slasher.interface];
  const counts = new Map<string, [number, number]>();
  let now = BigInt(await networkHelpers.time.latest());
  for (let done = 0; done < STEPS_PER_ROUND;) {
    now += anyPause(random, now);
    const calls: DrivenCall[] = [];
    const outcomes = [];
    for (let left = random.between(1n, LARGEST_BATCH); left > 0n; left--) {
      const call = next(world);
      const { success, word, error } = expected(world, call, now);
      calls.push(call);
      outcomes.push({ success, word, error, state: world.stateOf(call.node, driven.actors, now) });
      const [all, successes] = counts.get(call.label) ?? [0, 0];
      counts.set(call.label, [all + 1, successes + Number(success)]);
    }
    const logs = await driven.run(calls, now);
    expect(logs.length).to.equal(calls.length);
    for (const [index, log] of logs.entries()) {
      const outcome = outcomes[index];
      const where = `seed ${seed}, step ${done + index}, ${calls[index]?.label} of node ${calls[index]?.node}`;
      const [success, result, state] = log.args as unknown as [boolean, string, bigint[]];
      expect(success, `${where}: ${outcome?.error} ${result.slice(0, 10)}`).to.equal(outcome?.success);
      const word = success ? BigInt(result) : BigInt(result) >> 224n;
      expect(word, where).to.equal(success ? outcome?.word : selectorOf(outcome?.error ?? "", abis));
      expect([...state], where).to.deep.equal(outcome?.state);
    }
    done += calls.length;
  }
  return counts;
}

// StakeVault and Slasher
// └── when any account calls anything at any time
//     ├── it succeeds or fails as the model does, for the same reason
//     └── stake, positions, boost, caps, splits and balances are those of the model
describe("StakeVault and Slasher against their model", function () {
  it(`agree on ${ROUNDS * STEPS_PER_ROUND} calls`, async function () {
    this.timeout(1_800_000);
    const total = new Map<string, [number, number]>();
    for (let index = 0; index < ROUNDS; index++) {
      for (const [label, [calls, successes]] of await round(SEED + index)) {
        const [allCalls, allSuccesses] = total.get(label) ?? [0, 0];
        total.set(label, [allCalls + calls, allSuccesses + successes]);
      }
    }
    // A call that never succeeds compares nothing.
    for (const [label, [, successes]] of total)
      expect(successes, `${label}: ${JSON.stringify([...total])}`).to.be.greaterThan(10);
  });
});
