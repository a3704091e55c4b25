pragma circom 2.2.0;

include "bounds.circom";
include "rescale.circom";

// Rescales N values (see Rescale) and packs them with their remainders, floor(252 / (B + F)) to a field element, low bits
// first: (value - THRESHOLD + 2^(B-1)) * 2^F + remainder is one number of B + F bits.
//
// Preconditions (the caller must enforce): as for Rescale.
// Soundness: the ranges make each word an integer below 2^252 < p whose digits to the base 2^(B+F) are the numbers, and
//   their upper and lower bits values and remainders. So the words determine both, and through them every 2^F * value +
//   remainder.
// Constraints: B + F non-linear and 2 linear per value, 1 linear per word.
template PackRescaled(N, B, F, THRESHOLD) {
    assert(N >= 1);
    var PER_WORD = 252 \ (B + F);
    var WORDS = ceilDiv(N, PER_WORD);

    signal input values[N];
    signal input remainders[N];
    signal output words[WORDS];
    signal output reaches[N];

    component rescale[N];
    var packed[WORDS];
    for (var i = 0; i < N; i++) {
        rescale[i] = Rescale(B, F, THRESHOLD);
        rescale[i].value <== values[i];
        rescale[i].remainder <== remainders[i];
        reaches[i] <== rescale[i].reaches;

        var number = (values[i] - THRESHOLD + (1 << (B - 1))) * (1 << F) + remainders[i];
        packed[i \ PER_WORD] += number * (1 << ((B + F) * (i % PER_WORD)));
    }
    for (var i = 0; i < WORDS; i++) {
        words[i] <== packed[i];
    }
}
