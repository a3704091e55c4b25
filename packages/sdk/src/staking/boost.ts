/** One, as a fixed-point number with 18 decimals. */
const WAD = 10n ** 18n;

const DAY = 86_400n;

/** Least stake that has a boost, in CXT wei: 1,000 CXT. */
export const MIN_STAKE = 1_000n * WAD;

/** Stake from which on more adds nothing, in CXT wei: 100,000 CXT. */
export const FULL_STAKE = 100_000n * WAD;

/** Shortest and longest period of a position, in seconds: 14 and 1,461 days. */
export const MIN_PERIOD = 14n * DAY;
export const MAX_PERIOD = 1_461n * DAY;

const BASE_BOOST = (11n * WAD) / 10n;
const BOOST_RANGE = (19n * WAD) / 10n;

/**
 * Stake-Boost of `amount` CXT wei that stay, on average committed to `period` seconds; scaled by WAD, rounded down, as
 * `BoostMath.boostDown` computes it. For a preview, pass what the stake would be.
 */
export function boostDown(amount: bigint, period: bigint): bigint {
  if (amount < MIN_STAKE) return WAD;
  const counted = (amount < FULL_STAKE ? amount : FULL_STAKE) - MIN_STAKE;
  const numerator = BOOST_RANGE * BOOST_RANGE * counted * (MAX_PERIOD + 3n * period);
  return BASE_BOOST + squareRootDown(numerator / ((FULL_STAKE - MIN_STAKE) * 4n * MAX_PERIOD));
}

/** The boost in basis points, rounded down, as the scheduler is told it. */
export function boostBpsDown(boost: bigint): bigint {
  return (boost * 10_000n) / WAD;
}

/** The largest integer whose square is not above `value`, by Newton's method from above. */
export function squareRootDown(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
