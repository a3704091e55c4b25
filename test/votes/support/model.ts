// The ledger of votes as a few maps: what `VotingPower` must equal at every second.

/** Most of all units that contributions may be, in basis points. */
const SHARE = 1_500n;
const BPS = 10_000n;

export type Account = number;

interface Moment {
  readonly at: bigint;
  readonly votes: readonly bigint[];
  readonly total: bigint;
  readonly delegated: bigint;
  readonly stake: readonly bigint[];
  readonly contribution: readonly bigint[];
}

/** Accounts are numbers from 0; number 0 is the pool, which never has units. */
export class VotesModel {
  readonly token: bigint[];
  readonly stake: bigint[];
  readonly contribution: bigint[];
  readonly delegatee: (Account | undefined)[];
  readonly #history: Moment[] = [];

  constructor(accounts: number, supply: bigint) {
    this.token = Array<bigint>(accounts).fill(0n);
    this.token[0] = supply;
    this.stake = Array<bigint>(accounts).fill(0n);
    this.contribution = Array<bigint>(accounts).fill(0n);
    this.delegatee = Array<undefined>(accounts).fill(undefined);
  }

  unitsOf(account: Account): bigint {
    if (account === 0) return 0n;
    return at(this.token, account) + at(this.stake, account) + at(this.contribution, account);
  }

  total(): bigint {
    return sum(this.token.map((_, account) => this.unitsOf(account)));
  }

  votesOf(delegate: Account): bigint {
    return sum(this.delegatee.map((chosen, account) => (chosen === delegate ? this.unitsOf(account) : 0n)));
  }

  delegated(): bigint {
    return sum(this.delegatee.map((chosen, account) => (chosen === undefined ? 0n : this.unitsOf(account))));
  }

  /** What `contributionChanged` accepts. */
  accepted(account: Account, units: bigint): bigint {
    const old = at(this.contribution, account);
    if (units <= old) return units;
    const all = sum(this.contribution);
    const most = ((this.total() - all) * SHARE) / (BPS - SHARE);
    const room = most > all ? most - all : 0n;
    return units < old + room ? units : old + room;
  }

  /** Remembers the state at second `now`; later changes at the same second replace it. */
  remember(now: bigint): void {
    if (this.#history.at(-1)?.at === now) this.#history.pop();
    this.#history.push({
      at: now,
      votes: this.token.map((_, account) => this.votesOf(account)),
      total: this.total(),
      delegated: this.delegated(),
      stake: [...this.stake],
      contribution: [...this.contribution],
    });
  }

  /** The state at a past second: the last that was remembered at or before it. */
  past(timepoint: bigint): Moment | undefined {
    let [low, high] = [0, this.#history.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(this.#history, middle).at <= timepoint) low = middle + 1;
      else high = middle;
    }
    return this.#history[low - 1];
  }
}

/** Element of a list that has it. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`there is no ${index}`);
  return found;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
