import { type StakeModel, StakeRefusal } from "./stake-model.ts";

/** What a node can be punished for, by the number of the offence: its share of the base, and whether it removes the node. */
const RULES: readonly { readonly bps: bigint; readonly removes: boolean }[] = [
  { bps: 0n, removes: false }, // None
  { bps: 10_000n, removes: false }, // MissedDeadline: of its bond
  { bps: 500n, removes: false }, // InvalidResult
  { bps: 1_000n, removes: false }, // DuplicateSubmission
  { bps: 3_000n, removes: true }, // FakeBenchmark
  { bps: 100n, removes: false }, // UnrevealedVote
  { bps: 200n, removes: false }, // IncoherentVote
  { bps: 1_000n, removes: false }, // ApprovedPlant
];

const BPS = 10_000n;
const TREASURY_BPS = 3_000n;
const REPORTER_BPS = 2_000n;
const MAX_REWARD_PER_BOND = 10n;

/** Seconds of a bucket of the cap, and how many of them it looks at. */
const BUCKET = 15n * 86_400n;
const BUCKETS = 3n;

/** A verdict, as `ISlasher` takes it; `offence` is the number of the offence. */
export interface VerdictInput {
  readonly node: number;
  readonly offence: number;
  readonly base: bigint;
  readonly reporter: string | undefined;
  readonly reporterBond: bigint;
}

/** What a verdict came to, in CXT wei: burned + toTreasury + reward === slashed. */
export interface SlashSplit {
  readonly slashed: bigint;
  readonly burned: bigint;
  readonly toTreasury: bigint;
  readonly reward: bigint;
}

/** What offence number `offence` costs of `base`, rounded up. */
export function slashUp(offence: number, base: bigint): bigint {
  return (base * (RULES[offence]?.bps ?? 0n) + BPS - 1n) / BPS;
}

/** What the cap still allows of a stake of `tokens` of which `recent` were slashed in its window, rounded down. */
export function allowedDown(tokens: bigint, recent: bigint): bigint {
  const allowed = (tokens + recent) / 2n - recent;
  return allowed > 0n ? allowed : 0n;
}

/** Splits `slashed`: the treasury's and the reporter's part rounded down, the rest burned. */
export function splitSlash(slashed: bigint, hasReporter: boolean, reporterBond: bigint): SlashSplit {
  const toTreasury = (slashed * TREASURY_BPS) / BPS;
  const share = (slashed * REPORTER_BPS) / BPS;
  const limit = reporterBond * MAX_REWARD_PER_BOND;
  const limited = share < limit ? share : limit;
  const reward = hasReporter ? limited : 0n;
  return { slashed, burned: slashed - toTreasury - reward, toTreasury, reward };
}

/** `Slasher` as a reference model over a {@link StakeModel}, equal to the wei. */
export class SlashModel {
  readonly #vault: StakeModel;
  readonly #isRemoved: (node: number) => boolean;
  readonly #slashedIn = new Map<string, bigint>();
  readonly #owed = new Map<string, bigint>();
  readonly #last = new Map<number, readonly [offence: bigint, slashed: bigint, timestamp: bigint]>();

  constructor(vault: StakeModel, isRemoved: (node: number) => boolean) {
    this.#vault = vault;
    this.#isRemoved = isRemoved;
  }

  /** Executes a verdict at second `now`. */
  punish(verdict: VerdictInput, now: bigint): SlashSplit {
    const { node, offence, base, reporter, reporterBond } = verdict;
    if (offence === 0) throw new StakeRefusal("SlasherNoOffence");
    const tokens = this.#vault.nodeStake(node).tokens;
    const reachable = RULES[offence]?.removes === true ? tokens : this.slashable(node, now);
    const cost = slashUp(offence, base);
    const split = splitSlash(cost < reachable ? cost : reachable, reporter !== undefined, reporterBond);
    const key = `${node} ${now / BUCKET}`;
    this.#slashedIn.set(key, (this.#slashedIn.get(key) ?? 0n) + split.slashed);
    this.#last.set(node, [BigInt(offence), split.slashed, now]);
    if (reporter !== undefined) this.#owed.set(reporter, this.owedTo(reporter) + split.reward);
    if (split.slashed > 0n) this.#vault.slash(node, split.slashed, now);
    return split;
  }

  /** Pays `reporter` out; returns what it was owed. */
  withdraw(reporter: string): bigint {
    const amount = this.owedTo(reporter);
    this.#owed.delete(reporter);
    return amount;
  }

  owedTo(reporter: string): bigint {
    return this.#owed.get(reporter) ?? 0n;
  }

  recentlySlashed(node: number, now: bigint): bigint {
    let sum = 0n;
    for (let i = 0n; i < BUCKETS; i++) sum += this.#slashedIn.get(`${node} ${now / BUCKET - i}`) ?? 0n;
    return sum;
  }

  /** What the cap still allows now for an offence that does not remove the node. */
  slashable(node: number, now: bigint): bigint {
    const { tokens } = this.#vault.nodeStake(node);
    return this.#isRemoved(node) ? tokens : allowedDown(tokens, this.recentlySlashed(node, now));
  }

  lastOffenceOf(node: number): readonly [offence: bigint, slashed: bigint, timestamp: bigint] {
    return this.#last.get(node) ?? [0n, 0n, 0n];
  }
}
