pragma circom 2.2.0;

include "bounds.circom";
include "poseidon16.circom";

// Hashes N field elements, 16 per permutation, carrying the capacity from block to block; the tail is filled with zeros.
//
// Preconditions (the caller must enforce): TAG fixes N. Then the zero filling is not ambiguous and no chain is a prefix
//   of another one that starts from the same state.
// Soundness: collision resistance rests on the 254-bit capacity (about 127 bits against collisions).
// Constraints: 612 non-linear and 1 linear per 16 elements; for each constant lane (the tag of the first block, the
//   filling) 2 non-linear less and 2 linear more.
template PoseidonChain(N, TAG) {
    assert(N >= 1);
    var BLOCKS = ceilDiv(N, 16);

    signal input words[N];
    signal output digest;

    component permutation[BLOCKS];
    for (var b = 0; b < BLOCKS; b++) {
        permutation[b] = Poseidon16();
        if (b == 0) {
            permutation[b].capacity <== TAG;
        } else {
            permutation[b].capacity <== permutation[b - 1].out;
        }
        for (var i = 0; i < 16; i++) {
            if (b * 16 + i < N) {
                permutation[b].block[i] <== words[b * 16 + i];
            } else {
                permutation[b].block[i] <== 0;
            }
        }
    }

    digest <== permutation[BLOCKS - 1].out;
}
