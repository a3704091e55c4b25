pragma circom 2.2.0;

include "range.circom";

// Class of a row of scores: the first index of the maximum, as a vector with a single 1.
//
// The running maximum moves only to a score that exceeds it, so the last move is the first index of the maximum. A
// comparison a > b is the highest bit of a - b - 1 + 2^BITS.
//
// Preconditions (the caller must enforce): every score is a signed BITS-bit integer.
// Soundness: a - b - 1 is in [-2^BITS, 2^BITS - 2], which BITS + 1 bits hold; with fewer, some honest rows would have no
//   proof. The decomposition is unique, so every comparison and hence the class are functions of the scores.
// Constraints: (K - 1) * (BITS + 1) + 2 * (K - 2) non-linear, 2 * (K - 1) + 1 linear.
template ArgMax(BITS, K) {
    assert(K >= 2);
    assert(BITS >= 2 && BITS <= 251);

    signal input scores[K];
    signal output isClass[K];

    // maximum[j] is the maximum of scores[0..j]; the last one is not needed.
    signal maximum[K - 1];
    component exceeds[K];
    maximum[0] <== scores[0];
    for (var j = 1; j < K; j++) {
        exceeds[j] = Range(BITS + 1, 1 << BITS);
        exceeds[j].value <== scores[j] - maximum[j - 1] - 1;
        if (j < K - 1) {
            maximum[j] <== maximum[j - 1] + exceeds[j].bit[BITS] * (scores[j] - maximum[j - 1]);
        }
    }

    // From the end: the class is the last index at which the maximum moved. `open` is 1 as long as none has been found.
    var open = 1;
    for (var j = K - 1; j >= 1; j--) {
        isClass[j] <== exceeds[j].bit[BITS] * open;
        open -= isClass[j];
    }
    isClass[0] <== open;
}
