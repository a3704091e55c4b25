import { OFFENCES } from "@corex/sdk/actions/explain-node";
import { readStake } from "@corex/sdk/actions/read-stake";
import { readStanding } from "@corex/sdk/actions/read-standing";
import { scanEvents } from "@corex/sdk/actions/scan-events";
import { formatEther } from "ethers";

import { equal, type Check } from "./checks.ts";
import type { DemoNetwork, DemoNode } from "./network.ts";
import type { Share } from "./shares.ts";

/** How one node stands at the end, and what the network made of it. */
export interface Standing {
  readonly name: string;
  readonly conduct: string;
  readonly boost: number;
  readonly score: number;
  readonly tier: number;
  /** Part of the weights as the market task began, of its fragments, and of those of the rounds. */
  readonly weightShare: number;
  readonly workShare: number;
  readonly roundShare: number;
  /** Fragments of both. */
  readonly fragments: number;
  readonly missed: number;
  readonly status: string;
  readonly offence: string;
  /** CXT wei ever slashed. */
  readonly slashed: bigint;
}

const STATUSES = ["none", "registered", "active", "suspended", "exited", "removed"];

type Done = readonly { readonly node: bigint }[];

/** Reads how every node stands, after `work` in the market task and in rounds. */
export async function readStandings(
  { contracts, nodes }: DemoNetwork,
  work: { readonly market: Done; readonly rounds: Done },
  shares: readonly Share[],
): Promise<Standing[]> {
  return Promise.all(
    nodes.map(async ({ id, name, profile }) => {
      const [standing, stake, { status }, [offence]] = await Promise.all([
        readStanding(contracts, id),
        readStake(contracts, id),
        contracts.nodeRegistry.get(id),
        contracts.slasher.lastOffenceOf(id),
      ]);
      const share = shares.find(({ node }) => node === id);
      const ofMarket = countOf(work.market, id);
      const ofRounds = countOf(work.rounds, id);
      return {
        name,
        conduct: profile.conduct,
        boost: Number(formatEther(stake.boost)),
        score: Number(formatEther(standing.score)),
        tier: standing.tier,
        weightShare: share === undefined || share.total === 0n ? 0 : Number(share.weight) / Number(share.total),
        workShare: ratio(ofMarket, work.market.length),
        roundShare: ratio(ofRounds, work.rounds.length),
        fragments: ofMarket + ofRounds,
        missed: standing.missed,
        status: STATUSES[Number(status)] ?? "none",
        offence: OFFENCES[Number(offence)] ?? "none",
        slashed: stake.slashed,
      };
    }),
  );
}

/** What must be true of honest, lazy and faking nodes, and of the money that was slashed. */
export async function checkStandings(
  network: DemoNetwork,
  standings: readonly Standing[],
  exposed: DemoNode | undefined,
): Promise<Check[]> {
  const checks: Check[] = [];
  // On a busy machine an honest node can miss a deadline too, and then stands where it should.
  const punctual = standings.filter(({ conduct, missed }) => conduct === "honest" && missed === 0);
  const least = Math.min(...punctual.map(({ score }) => score));
  const lazy = standings.find(({ conduct }) => conduct === "lazy");
  if (lazy !== undefined && lazy.missed > 0 && punctual.length > 0) {
    const ok = lazy.score < least;
    const detail = `${lazy.missed} missed, reputation ${lazy.score.toFixed(3)} below ${least.toFixed(3)}`;
    checks.push({ name: `${lazy.name} was lazy and stands behind every punctual node`, ok, detail });
  }
  const missed = await countMissed(network);
  const counted = standings.reduce((sum, standing) => sum + standing.missed, 0);
  checks.push(equal("fragments drawn again after a deadline = deadlines missed", missed, counted));
  if (exposed !== undefined) {
    const standing = standings.find(({ name }) => name === exposed.name);
    checks.push(equal(`${exposed.name} faked its benchmark and is out`, standing?.status, "removed"));
    checks.push(equal(`${exposed.name} got no work after that`, standing?.fragments, 0));
    const staked = exposed.profile.stake?.amount ?? 0n;
    checks.push(
      equal("its stake was slashed by 30 %", formatEther(standing?.slashed ?? 0n), formatEther((staked * 3n) / 10n)),
    );
  }
  return checks;
}

/** Stake, slashes and bonds: what was taken went where the rules say, and the supply fell by what was burned. */
export async function checkStakes({ contracts, provider }: DemoNetwork): Promise<Check[]> {
  const { stakeVault, slasher, benchmarkRegistry, token } = contracts;
  const owed = (await token.balanceOf(slasher)) + (await token.balanceOf(benchmarkRegistry));
  let burned = 0n;
  const range = { fromBlock: 0, toBlock: await provider.getBlockNumber() };
  for await (const events of scanEvents(provider, slasher, slasher.getEvent("Punished"), range)) {
    for (const { args } of events) burned += args.burned;
  }
  const [supply, initial] = await Promise.all([token.totalSupply(), token.INITIAL_SUPPLY()]);
  return [
    equal("vault balance = its ledger", await token.balanceOf(stakeVault), await stakeVault.totalStaked()),
    equal("slasher and benchmark registry owe nothing any more", owed, 0n),
    equal("supply is 100,000,000 CXT less what slashing burned", formatEther(supply), formatEther(initial - burned)),
  ];
}

async function countMissed({ contracts, provider }: DemoNetwork): Promise<number> {
  const { taskMarket, roundMarket } = contracts;
  const range = { fromBlock: 0, toBlock: await provider.getBlockNumber() };
  let count = 0;
  for await (const events of scanEvents(provider, taskMarket, taskMarket.getEvent("FragmentMissed"), range)) {
    count += events.length;
  }
  for await (const events of scanEvents(provider, roundMarket, roundMarket.getEvent("FragmentMissed"), range)) {
    count += events.length;
  }
  return count;
}

function countOf(done: Done, id: bigint): number {
  return done.filter(({ node }) => node === id).length;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
