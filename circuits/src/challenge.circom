pragma circom 2.2.0;

include "poseidon_chain.circom";
include "tensor_tag.circom";

// Fiat-Shamir challenge of a transcript of N field elements.
//
// A circuit draws one challenge and checks all its products with it. It absorbs ctx, every commitment, every remainder and
// intermediate (packed words as they are: a digest of their own would cost a permutation more), and every output that a
// check uses.
//
// Preconditions (the caller must enforce): every signal that an equation with z uses is absorbed, itself or through a
//   collision-resistant digest. One that is left out can be chosen after z, and then the equation proves nothing.
// Soundness: with everything absorbed, each identity is a polynomial in z whose coefficients were fixed before z. A false
//   one of degree D holds for at most D of the p values of z, so each try of a prover succeeds with probability D/p.
// Constraints: the chain of N elements.
template Challenge(N) {
    // 254 bits: the elements are not packed, so no tensor has this tag.
    var TAG = tensorTag(KIND_CHALLENGE(), N, 1, 254, 0);

    signal input transcript[N];
    signal output z;

    component chain = PoseidonChain(N, TAG);
    chain.words <== transcript;
    z <== chain.digest;
}
