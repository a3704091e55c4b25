pragma circom 2.2.0;

include "bounds.circom";
include "range.circom";

// Proves -OFFSET <= values[i] < 2^BITS - OFFSET for N integers and packs them floor(252/BITS) to a field element, low
// bits first, each shifted by OFFSET to be non-negative.
//
// Preconditions (the caller must enforce): none.
// Soundness: the range checks make each word an integer below 2^252 < p whose digits to the base 2^BITS are the shifted
//   values. So the words determine the values, and the values the words.
// Constraints: BITS non-linear and 1 linear per value, 1 linear per word.
template Pack(N, BITS, OFFSET) {
    assert(N >= 1);
    assert(BITS >= 1 && BITS <= 252);
    var PER_WORD = 252 \ BITS;
    var WORDS = ceilDiv(N, PER_WORD);

    signal input values[N];
    signal output words[WORDS];

    component range[N];
    var packed[WORDS];
    for (var i = 0; i < N; i++) {
        range[i] = Range(BITS, OFFSET);
        range[i].value <== values[i];
        packed[i \ PER_WORD] += (values[i] + OFFSET) * (1 << (BITS * (i % PER_WORD)));
    }
    for (var i = 0; i < WORDS; i++) {
        words[i] <== packed[i];
    }
}
