import { MAX_PERIOD, MIN_PERIOD, MIN_STAKE, boostBpsDown, boostDown } from "./boost.ts";
import { StakePool } from "./stake-pool.ts";

/** Positions of one node at a time. */
const MAX_POSITIONS = 8;

/** Most CXT wei that may come at once: the whole supply. */
const MAX_AMOUNT = 10n ** 26n;

const EXPEDITE_FEE_BPS = 2_000n;
const BPS = 10_000n;

/** Why the vault refuses, by the name of its error. */
export class StakeRefusal extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** One position of a node; `maturesAt` is zero while it stays. */
export interface StakePosition {
  readonly owner: string;
  period: bigint;
  maturesAt: bigint;
  shares: bigint;
}

/** What the vault asks the node registry. */
export interface StakeDirectory {
  operatorOf(node: number): string | undefined;
  /** Whether the node exists and neither exited nor was removed. */
  isOpen(node: number): boolean;
}

/** The stake of one node. */
export class NodeStake extends StakePool {
  readonly positions: (StakePosition | undefined)[] = Array.from({ length: MAX_POSITIONS }, () => undefined);
  held = 0n;
  changedAt = 0n;
  /** Boost in basis points that the scheduler was last told; zero if never. */
  toldBps = 0n;

  /** Bit i is set while position i exists. */
  get places(): bigint {
    return this.positions.reduce((bits, position, index) => (position ? bits | (1n << BigInt(index)) : bits), 0n);
  }

  /** Stake-Boost as of now, scaled by WAD, rounded down. */
  get boost(): bigint {
    return boostDown(this.amountDown(this.stayingShares), this.averagePeriodDown());
  }

  tellScheduler(): void {
    this.toldBps = boostBpsDown(this.boost);
  }
}

/**
 * `StakeVault` as a reference model, equal to the wei: what it computes the contract computes, and it refuses for the same
 * reasons in the same order. It moves no tokens: what is paid is returned. `now` is the block's time in seconds.
 */
export class StakeModel {
  totalStaked = 0n;
  readonly #directory: StakeDirectory;
  readonly #nodes = new Map<number, NodeStake>();
  readonly #approved = new Set<string>();

  constructor(directory: StakeDirectory) {
    this.#directory = directory;
  }

  /** The stake of `node`, empty if nobody ever staked. */
  nodeStake(node: number): NodeStake {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const fresh = new NodeStake();
    this.#nodes.set(node, fresh);
    return fresh;
  }

  approveStaker(node: number, staker: string, approved: boolean): void {
    if (approved) this.#approved.add(`${node} ${staker}`);
    else this.#approved.delete(`${node} ${staker}`);
  }

  /** Opens a position; returns its place. */
  stake(caller: string, node: number, amount: bigint, period: bigint, now: bigint): bigint {
    this.#requireWelcome(caller, node);
    requireThat(amount >= MIN_STAKE && amount <= MAX_AMOUNT, "StakeVaultOutOfBounds");
    requireThat(period >= MIN_PERIOD && period <= MAX_PERIOD, "StakeVaultOutOfBounds");
    const data = this.nodeStake(node);
    const place = data.positions.indexOf(undefined);
    requireThat(place !== -1, "StakeVaultNoPlace");
    requireThat(data.takesStake, "StakePoolWipedOut");
    const shares = data.add(amount);
    data.commit(shares, period);
    data.positions[place] = { owner: caller, period, maturesAt: 0n, shares };
    this.totalStaked += amount;
    changed(data, now, true);
    return BigInt(place);
  }

  topUp(caller: string, node: number, place: number, amount: bigint, now: bigint): void {
    const { data, position } = this.#own(caller, node, place);
    requireThat(position.maturesAt === 0n, "StakeVaultLeaving");
    this.#requireWelcome(caller, node);
    requireThat(amount >= 1n && amount <= MAX_AMOUNT, "StakeVaultOutOfBounds");
    requireThat(data.takesStake, "StakePoolWipedOut");
    const shares = data.add(amount);
    data.commit(shares, position.period);
    position.shares += shares;
    this.totalStaked += amount;
    changed(data, now, true);
  }

  raiseCommitment(caller: string, node: number, place: number, newPeriod: bigint, now: bigint): void {
    const { data, position } = this.#own(caller, node, place);
    requireThat(position.maturesAt === 0n, "StakeVaultLeaving");
    requireThat(newPeriod > position.period, "StakeVaultCommitmentNotRaised");
    requireThat(newPeriod >= MIN_PERIOD && newPeriod <= MAX_PERIOD, "StakeVaultOutOfBounds");
    data.release(position.shares, position.period);
    data.commit(position.shares, newPeriod);
    position.period = newPeriod;
    changed(data, now, true);
  }

  startLeaving(caller: string, node: number, place: number, now: bigint): void {
    const { data, position } = this.#own(caller, node, place);
    requireThat(position.maturesAt === 0n, "StakeVaultLeaving");
    data.release(position.shares, position.period);
    position.maturesAt = now + position.period;
    changed(data, now, true);
  }

  cancelLeaving(caller: string, node: number, place: number, now: bigint): void {
    const { data, position } = this.#own(caller, node, place);
    requireThat(position.maturesAt !== 0n, "StakeVaultStaying");
    this.#requireWelcome(caller, node);
    data.commit(position.shares, position.period);
    position.maturesAt = 0n;
    changed(data, now, true);
  }

  /** Shortens the rest of the period; returns the fee. */
  expedite(caller: string, node: number, place: number, now: bigint): bigint {
    const { data, position } = this.#own(caller, node, place);
    requireThat(position.maturesAt !== 0n, "StakeVaultStaying");
    const shortened = position.maturesAt - now - MIN_PERIOD;
    requireThat(shortened > 0n, "StakeVaultOutOfBounds");
    requireThat(data.held === 0n, "StakeVaultHeld");
    const fee = expediteFeeUp(data.amountDown(position.shares), shortened);
    position.shares -= data.charge(fee);
    position.maturesAt = now + MIN_PERIOD;
    this.totalStaked -= fee;
    changed(data, now, false);
    return fee;
  }

  /** Closes a mature position; returns what it is paid. */
  withdraw(caller: string, node: number, place: number, now: bigint): bigint {
    const { data, position } = this.#own(caller, node, place);
    requireThat(position.maturesAt !== 0n, "StakeVaultStaying");
    requireThat(now >= position.maturesAt, "StakeVaultNotMature");
    requireThat(data.tokens - data.amountDown(position.shares) >= data.held, "StakeVaultHeld");
    const amount = data.remove(position.shares);
    data.positions[place] = undefined;
    this.totalStaked -= amount;
    changed(data, now, false);
    return amount;
  }

  /** Holds `amount` if that much is free; returns whether it did. */
  hold(node: number, amount: bigint): boolean {
    const data = this.nodeStake(node);
    if (data.held + amount > data.tokens && amount !== 0n) return false;
    data.held += amount;
    return true;
  }

  unhold(node: number, amount: bigint): void {
    const data = this.nodeStake(node);
    requireThat(amount <= data.held, "StakeVaultNotHeld");
    data.held -= amount;
  }

  /** Takes up to `amount` from all positions; returns what was taken. */
  slash(node: number, amount: bigint, now: bigint): bigint {
    const data = this.nodeStake(node);
    const slashed = data.slash(amount);
    this.totalStaked -= slashed;
    changed(data, now, data.stayingShares !== 0n);
    return slashed;
  }

  #requireWelcome(caller: string, node: number): void {
    requireThat(this.#directory.isOpen(node), "StakeVaultClosedNode");
    const welcome = this.#directory.operatorOf(node) === caller || this.#approved.has(`${node} ${caller}`);
    requireThat(welcome, "StakeVaultNotApproved");
  }

  #own(caller: string, node: number, place: number): { data: NodeStake; position: StakePosition } {
    const data = this.nodeStake(node);
    const position = data.positions[place];
    if (position?.owner !== caller) throw new StakeRefusal("StakeVaultNotOwner");
    return { data, position };
  }
}

/** Fee on `amount` for leaving `shortened` seconds sooner, rounded up. */
export function expediteFeeUp(amount: bigint, shortened: bigint): bigint {
  const scale = BPS * MAX_PERIOD;
  return (amount * shortened * EXPEDITE_FEE_BPS + scale - 1n) / scale;
}

function changed(data: NodeStake, now: bigint, told: boolean): void {
  data.changedAt = now;
  if (told) data.tellScheduler();
}

function requireThat(condition: boolean, error: string): void {
  if (!condition) throw new StakeRefusal(error);
}
