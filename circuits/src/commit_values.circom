pragma circom 2.2.0;

include "bounds.circom";
include "pack.circom";
include "poseidon_chain.circom";

// Proves that N values are signed B-bit integers and returns the commitment to (values, salt) under a tag.
//
// The values are packed; the salt is the last element, on its own and not range checked. The chain starts from TAG.
//
// Preconditions (the caller must enforce): TAG fixes N and B.
// Soundness: the packed words determine the values (Pack), and TAG how many there are and how wide. So opening one
//   commitment in two ways is a Poseidon collision.
// Privacy: hiding needs a salt of full entropy; equal tensors under equal salts have equal commitments.
// Constraints: B non-linear and 1 linear per value, 1 linear per packed element, plus the chain of
//   ceil(N / floor(252/B)) + 1 elements. Per value, non-linear: 8 bit 9.2, 16 bit 18.6, 24 bit 27.8, 48 bit 55.7.
template CommitValues(N, B, TAG) {
    assert(B >= 2 && B <= 252);
    var WORDS = ceilDiv(N, 252 \ B);

    signal input values[N];
    signal input salt;
    signal output commitment;

    component pack = Pack(N, B, 1 << (B - 1));
    component chain = PoseidonChain(WORDS + 1, TAG);
    pack.values <== values;
    for (var i = 0; i < WORDS; i++) {
        chain.words[i] <== pack.words[i];
    }
    chain.words[WORDS] <== salt;
    commitment <== chain.digest;
}
