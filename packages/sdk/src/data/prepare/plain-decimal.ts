const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const POINT = 46;

/** Up to 15 digits are below 2^53: an exact integer. */
const MAX_DIGITS = 15;

/** Powers of ten that are exact doubles. */
const POWERS = Array.from({ length: MAX_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/**
 * The number in a cell such as `-12.5`: an optional minus, digits, an optional point and digits, at most 15 digits in all.
 * Undefined for every other cell, which is not to say that it is no number.
 *
 * The quotient of two exact doubles is correctly rounded, so the result is the double that `Number` gives.
 */
export function plainDecimal(cell: string): number | undefined {
  const isNegative = cell.charCodeAt(0) === MINUS;
  let digits = 0;
  let mantissa = 0;
  let decimals = -1;
  for (let index = isNegative ? 1 : 0; index < cell.length; index++) {
    const code = cell.charCodeAt(index);
    if (code >= ZERO && code <= NINE) {
      mantissa = mantissa * 10 + (code - ZERO);
      digits += 1;
      if (decimals >= 0) decimals += 1;
    } else if (code === POINT && decimals < 0) {
      decimals = 0;
    } else {
      return undefined;
    }
  }
  if (digits === 0 || digits > MAX_DIGITS) return undefined;
  const value = decimals > 0 ? mantissa / (POWERS[decimals] ?? 1) : mantissa;
  return isNegative ? -value : value;
}
