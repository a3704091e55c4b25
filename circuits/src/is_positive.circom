pragma circom 2.2.0;

include "range.circom";

// Returns 1 if value >= 1 and 0 if value <= 0, for -2^(BITS-1) < value <= 2^(BITS-1), and proves that range.
//
// Preconditions (the caller must enforce): none.
// Soundness: the decomposition of value - 1 + 2^(BITS-1) is unique (Range), and its highest bit is 1 iff value - 1 >= 0.
// Constraints: BITS non-linear, 1 linear.
template IsPositive(BITS) {
    assert(BITS >= 2 && BITS <= 252);

    signal input value;
    signal output positive;

    component range = Range(BITS, (1 << (BITS - 1)) - 1);
    range.value <== value;
    positive <== range.bit[BITS - 1];
}
