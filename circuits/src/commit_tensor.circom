pragma circom 2.2.0;

include "bounds.circom";
include "poseidon_chain.circom";
include "range.circom";
include "tensor_tag.circom";

// Proves that every value is a signed B-bit integer and returns the commitment to (values, salt).
//
// The values, each shifted by 2^(B-1) to be non-negative, are packed floor(252/B) to a field element, low bits first;
// the salt is the last element, on its own and not range checked. The chain starts from the tag of
// (KIND, ROWS, COLS, B, F).
//
// Preconditions (the caller must enforce): none.
// Soundness: the range checks make each packed element an integer below 2^252 < p from which the values are read back
//   uniquely; the tag fixes kind, shape and format. So opening one commitment in two ways is a Poseidon collision.
// Privacy: hiding needs a salt of full entropy; equal tensors under equal salts have equal commitments.
// Constraints: B non-linear and 1 linear per value, 1 linear per packed element, plus the chain.
template CommitTensor(KIND, ROWS, COLS, B, F) {
    assert(B >= 2 && B <= 252);
    var N = ROWS * COLS;
    var PER_WORD = 252 \ B;
    var WORDS = ceilDiv(N, PER_WORD);
    var OFFSET = 1 << (B - 1);

    signal input values[N];
    signal input salt;
    signal output commitment;

    // Range: -2^(B-1) <= values[i] < 2^(B-1).
    component range[N];
    var packed[WORDS];
    for (var i = 0; i < N; i++) {
        range[i] = Range(B, OFFSET);
        range[i].value <== values[i];
        packed[i \ PER_WORD] += (values[i] + OFFSET) * (1 << (B * (i % PER_WORD)));
    }

    component chain = PoseidonChain(WORDS + 1, tensorTag(KIND, ROWS, COLS, B, F));
    for (var k = 0; k < WORDS; k++) {
        chain.words[k] <== packed[k];
    }
    chain.words[WORDS] <== salt;

    commitment <== chain.digest;
}
