const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const POINT = 46;

/** Up to 15 digits are below 2^53: an exact integer. */
const MAX_DIGITS = 15;

/** Powers of ten that are exact doubles. */
const POWERS = Array.from({ length: MAX_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/**
 * Writes the number that `text` has from `start` up to but without `end`, such as `-12.5`, to `target`: an optional minus, digits,
 * an optional point and digits, at most 15 digits in all. Returns false for all other text, which is not to say that it is no
 * number. The number is not returned, because the millions of a large file would be an object each.
 *
 * The quotient of two exact doubles is correctly rounded, so the result is the double that `Number` gives.
 */
export function writePlainDecimal(
  text: string,
  start: number,
  end: number,
  target: Float64Array,
  offset: number,
): boolean {
  const isNegative = start < end && text.charCodeAt(start) === MINUS;
  let digits = 0;
  let mantissa = 0;
  let decimals = -1;
  for (let index = isNegative ? start + 1 : start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code >= ZERO && code <= NINE) {
      mantissa = mantissa * 10 + (code - ZERO);
      digits += 1;
      if (decimals >= 0) decimals += 1;
    } else if (code === POINT && decimals < 0) {
      decimals = 0;
    } else {
      return false;
    }
  }
  if (digits === 0 || digits > MAX_DIGITS) return false;
  const value = decimals > 0 ? mantissa / (POWERS[decimals] ?? 1) : mantissa;
  target[offset] = isNegative ? -value : value;
  return true;
}
