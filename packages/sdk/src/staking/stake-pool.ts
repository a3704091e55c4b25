/** Most shares that one wei may buy, as `StakePool.MAX_SHARES_PER_WEI`. */
const MAX_SHARES_PER_WEI = 2n ** 24n;

/** The positions of one node as shares of one stake, as `StakePool` keeps them. Amounts in CXT wei. */
export class StakePool {
  tokens = 0n;
  totalShares = 0n;
  stayingShares = 0n;
  /** Sum of shares x period of those that stay, in share-seconds. */
  committedShares = 0n;
  slashed = 0n;

  /** Whether what is left is worth enough for new stake to come. */
  get takesStake(): boolean {
    return this.totalShares <= this.tokens * MAX_SHARES_PER_WEI;
  }

  /** Adds `amount`; returns the shares that it buys, rounded down. */
  add(amount: bigint): bigint {
    const shares = this.totalShares === 0n ? amount : (amount * this.totalShares) / this.tokens;
    this.tokens += amount;
    this.totalShares += shares;
    return shares;
  }

  /** Takes all `shares` of a position out; returns what they are worth, rounded down. */
  remove(shares: bigint): bigint {
    const amount = this.amountDown(shares);
    this.tokens -= amount;
    this.totalShares -= shares;
    return amount;
  }

  /** Takes a fee of `amount` out; returns the shares that pay for it, rounded up. */
  charge(amount: bigint): bigint {
    if (amount === 0n) return 0n;
    const shares = (amount * this.totalShares + this.tokens - 1n) / this.tokens;
    this.tokens -= amount;
    this.totalShares -= shares;
    return shares;
  }

  /** Takes up to `amount` from all positions; returns what was taken. */
  slash(amount: bigint): bigint {
    const slashed = amount < this.tokens ? amount : this.tokens;
    this.tokens -= slashed;
    this.slashed += slashed;
    return slashed;
  }

  commit(shares: bigint, period: bigint): void {
    this.stayingShares += shares;
    this.committedShares += shares * period;
  }

  release(shares: bigint, period: bigint): void {
    this.commit(-shares, period);
  }

  /** What `shares` are worth, rounded down. */
  amountDown(shares: bigint): bigint {
    return shares === 0n ? 0n : (shares * this.tokens) / this.totalShares;
  }

  /** Seconds that what stays is committed to on average, rounded down. */
  averagePeriodDown(): bigint {
    return this.stayingShares === 0n ? 0n : this.committedShares / this.stayingShares;
  }
}
