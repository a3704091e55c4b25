pragma circom 2.2.0;

include "range.circom";

// Proves quotient = floor((numerator + 2^(SHIFT-1)) / 2^SHIFT): division by 2^SHIFT, rounded half up.
//
// Preconditions (the caller must enforce): over the integers, |numerator - 2^SHIFT * quotient| <= 2^252.
// Soundness: the statement is equivalent to -2^(SHIFT-1) <= numerator - 2^SHIFT * quotient < 2^(SHIFT-1), and exactly
//   one integer quotient satisfies it. The range check proves it modulo p. Two integers that are congruent modulo p,
//   one within 2^252 of zero by precondition and one within 2^251 by the range check, differ by less than p, hence by 0.
// Constraints: SHIFT non-linear, 2 linear (plus 1 for each input that is not a plain signal).
template RoundedShift(SHIFT) {
    assert(SHIFT >= 1 && SHIFT <= 252);

    signal input numerator;
    signal input quotient;

    component remainder = Range(SHIFT, 1 << (SHIFT - 1));
    remainder.value <== numerator - (1 << SHIFT) * quotient;
}
