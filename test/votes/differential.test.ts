// VotingPower against its model: random histories, compared now and at random seconds of the past.
import { expect } from "chai";

import { ethers, networkHelpers } from "../support/fixtures.ts";
import { VotesModel, at } from "./support/model.ts";

const STEPS = process.env["COREX_DEEP"] === undefined ? 10_000 : 100_000;
const ACCOUNTS = 7;
const SEED = 20_261_130;
const CHECK_EVERY = 100;

/** Deterministic numbers in [0, 2^31): a linear congruence. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = Number((BigInt(state) * 1_103_515_245n + 12_345n) % 2_147_483_648n);
    return state % below;
  };
}

// VotingPower against its model
// └── agrees on every vote, total and unit, now and in the past, over 10,000 random steps (INV-VOT-1 to INV-VOT-5)
describe("VotingPower against its model", function () {
  it(`agrees over ${STEPS} steps (INV-VOT-1, INV-VOT-2, INV-VOT-3, INV-VOT-4, INV-VOT-5)`, async function () {
    this.timeout(600_000);
    const signers = (await ethers.getSigners()).slice(0, ACCOUNTS + 2);
    const people = signers.slice(0, ACCOUNTS).map(({ address }) => address);
    const [vault, ledger] = [at(signers, ACCOUNTS).address, at(signers, ACCOUNTS + 1).address];
    const votes = await ethers.deployContract("VotingPower");
    const token = await ethers.deployContract("CorexToken", [at(people, 0), votes]);
    await votes.seal(token, vault, ledger, [at(people, 0)]);
    const [votesAt, tokenAt] = [await votes.getAddress(), await token.getAddress()];
    const model = new VotesModel(ACCOUNTS, await token.totalSupply());
    const next = numbers(SEED);
    let now = BigInt(await networkHelpers.time.latest());
    model.remember(now);

    const send = async (from: string, to: string, data: string) => {
      if (next(4) === 0) now += BigInt(next(5_000));
      now += 1n;
      await ethers.provider.send("evm_setNextBlockTimestamp", [`0x${now.toString(16)}`]);
      await ethers.provider.send("eth_sendTransaction", [{ from, to, data, gas: "0x7a120", gasPrice: "0x77359400" }]);
      model.remember(now);
    };
    const encode = (name: string, args: readonly unknown[]) =>
      votes.interface.encodeFunctionData(name as never, args as never);
    const amountOf = (most: bigint) => (most * BigInt(next(1_001))) / 1_000n;

    const moves: readonly (() => Promise<void>)[] = [
      async () => {
        const [from, to] = [next(ACCOUNTS), next(ACCOUNTS)];
        const amount = amountOf(at(model.token, from)) / (from === 0 ? 1_000n : 1n);
        model.token[from] = at(model.token, from) - amount;
        model.token[to] = at(model.token, to) + amount;
        await send(at(people, from), tokenAt, token.interface.encodeFunctionData("transfer", [at(people, to), amount]));
      },
      async () => {
        const from = 1 + next(ACCOUNTS - 1);
        const amount = amountOf(at(model.token, from)) / 10n;
        model.token[from] = at(model.token, from) - amount;
        await send(at(people, from), tokenAt, token.interface.encodeFunctionData("burn", [amount]));
      },
      async () => {
        const account = next(ACCOUNTS);
        const old = at(model.stake, account);
        const units = next(3) === 0 ? 0n : BigInt(next(1_000_000)) * 10n ** 18n;
        if (account !== 0) model.stake[account] = units;
        await send(vault, votesAt, encode("stakeChanged", [at(people, account), old, units]));
      },
      async () => {
        const account = 1 + next(ACCOUNTS - 1);
        const old = at(model.contribution, account);
        const units = next(3) === 0 ? 0n : BigInt(next(200_000)) * 10n ** 18n;
        const accepted = model.accepted(account, units);
        model.contribution[account] = accepted;
        await send(ledger, votesAt, encode("contributionChanged", [at(people, account), old, units]));
      },
      async () => {
        const [account, chosen] = [1 + next(ACCOUNTS - 1), next(ACCOUNTS + 1)];
        model.delegatee[account] = chosen === ACCOUNTS ? undefined : chosen;
        const delegatee = chosen === ACCOUNTS ? ethers.ZeroAddress : at(people, chosen);
        await send(at(people, account), votesAt, encode("delegate", [delegatee]));
      },
    ];

    for (let step = 1; step <= STEPS; step++) {
      await at(moves, next(moves.length))();
      if (step % CHECK_EVERY === 0) await compare(step);
    }

    async function compare(step: number): Promise<void> {
      const name = `step ${step}, seed ${SEED}`;
      const timepoint = now - 1n - BigInt(next(50_000));
      const past = model.past(timepoint);
      expect(await votes.totalSupply(), name).to.equal(model.total());
      expect(await votes.totalDelegated(), name).to.equal(model.delegated());
      expect(await votes.getPastTotalSupply(timepoint), name).to.equal(past?.total ?? 0n);
      expect(await votes.getPastTotalDelegated(timepoint), name).to.equal(past?.delegated ?? 0n);
      for (const [account, address] of people.entries()) {
        expect(await votes.balanceOf(address), name).to.equal(model.unitsOf(account));
        expect(await votes.getVotes(address), name).to.equal(model.votesOf(account));
        expect(await votes.getPastVotes(address, timepoint), name).to.equal(past?.votes[account] ?? 0n);
        expect(await votes.getPastUnits(address, 1, timepoint), name).to.equal(past?.stake[account] ?? 0n);
        expect(await votes.getPastUnits(address, 2, timepoint), name).to.equal(past?.contribution[account] ?? 0n);
      }
    }
  });
});
