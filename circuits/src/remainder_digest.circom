pragma circom 2.2.0;

include "bounds.circom";
include "pack.circom";
include "poseidon_chain.circom";
include "tensor_tag.circom";

// Proves that the remainders of a rounding are S-bit unsigned integers and returns their hash, for a transcript.
//
// Preconditions (the caller must enforce): the digest stays private or the remainders may be known; there is no salt.
// Soundness: the packed words determine the remainders (Pack), the tag their number and width.
// Constraints: S non-linear and 1 linear per remainder, 1 linear per packed element, plus the chain.
template RemainderDigest(ROWS, COLS, S) {
    var WORDS = ceilDiv(ROWS * COLS, 252 \ S);

    signal input values[ROWS * COLS];
    signal output digest;

    component pack = Pack(ROWS * COLS, S, 0);
    component chain = PoseidonChain(WORDS, tensorTag(KIND_REMAINDER(), ROWS, COLS, S, 0));
    pack.values <== values;
    chain.words <== pack.words;
    digest <== chain.digest;
}
