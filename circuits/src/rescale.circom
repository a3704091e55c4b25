pragma circom 2.2.0;

include "range.circom";

// Proves value = floor((a + 2^(F-1)) / 2^F), division by 2^F rounded half up, for the number a that is defined by
//
//   a = 2^F * value + remainder - 2^(F-1)
//
// and never becomes a wire: the caller uses the right-hand side, which is linear, wherever a product has to equal a.
// Returns reaches = 1 if value >= THRESHOLD, else 0. The bits are those of value - THRESHOLD + 2^(B-1), and the highest
// one is this answer, so it costs nothing. What it costs is the range, which moves along:
//
//   THRESHOLD - 2^(B-1) <= value < THRESHOLD + 2^(B-1)      for 0 the signed B-bit integers
//
// Preconditions (the caller must enforce): a, as computed from value and remainder, is checked against the product that
//   it stands for.
// Soundness: remainder is in [0, 2^F) and |value| <= 2^(B-1), so a is an integer below 2^252 and division with remainder
//   has exactly one solution: value, remainder and reaches are functions of a.
// Constraints: B + F non-linear, 2 linear.
template Rescale(B, F, THRESHOLD) {
    assert(B >= 2 && F >= 1 && B + F <= 251);
    assert(THRESHOLD == 0 || THRESHOLD == 1);

    signal input value;
    signal input remainder;
    signal output reaches;

    component valueRange = Range(B, (1 << (B - 1)) - THRESHOLD);
    valueRange.value <== value;

    component remainderRange = Range(F, 0);
    remainderRange.value <== remainder;

    reaches <== valueRange.bit[B - 1];
}
