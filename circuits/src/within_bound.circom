pragma circom 2.2.0;

include "range.circom";

// Proves |values[i]| <= bound < 2^(BITS+2) for N values.
//
// Preconditions (the caller must enforce): |values[i]| <= 2^BITS.
// Soundness: bound - value and bound + value are in [0, 2^(BITS+2)) modulo p. The first makes bound congruent to an integer
//   within 2^(BITS+2) + 2^BITS of zero; p is larger than twice that, so both differences are integers that are not negative.
// Completeness: a bound up to 3 * 2^BITS - 1 has a proof whenever the statement is true.
// Constraints: 2 * BITS + 4 non-linear and 4 linear per value.
template WithinBound(N, BITS) {
    assert(N >= 1);
    assert(BITS >= 0 && BITS <= 249);

    signal input values[N];
    signal input bound;

    component above[N];
    component below[N];
    for (var i = 0; i < N; i++) {
        above[i] = Range(BITS + 2, 0);
        above[i].value <== bound - values[i];
        below[i] = Range(BITS + 2, 0);
        below[i].value <== bound + values[i];
    }
}
