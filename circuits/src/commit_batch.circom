pragma circom 2.2.0;

include "bounds.circom";
include "pack.circom";
include "poseidon_chain.circom";
include "tensor_tag.circom";

// Proves the ranges of a batch, features X of BX bits and labels Y of B bits, and returns the commitment to (X, Y, salt).
//
// X row by row, then Y row by row. With one width they are packed as one tensor; else the labels begin a word of their
// own. The salt is the last element. Tag: m rows, d + k columns, depth k (0 for one label, the format of the first
// circuit), BX when it differs from B.
//
// Preconditions (the caller must enforce): none.
// Soundness: as CommitValues. The tag fixes m, d + k, k and both widths, hence where X ends and where each word begins.
//   k = 1 and depth 0 are the same statement: no batch has depth 1.
// Constraints: BX or B non-linear and 1 linear per value, 1 linear per packed element, plus the chain.
template CommitBatch(m, d, k, BX, B, F) {
    assert(m >= 1 && d >= 1 && k >= 1);
    assert(BX >= 2 && BX <= 252 && B >= 2 && B <= 252);
    var FEATURES = m * d;
    var LABELS = m * k;
    var TOGETHER = BX == B ? 1 : 0;
    var WORDS = ceilDiv(TOGETHER ? FEATURES + LABELS : FEATURES, 252 \ BX); // of the first pack
    var LABEL_WORDS = TOGETHER ? 0 : ceilDiv(LABELS, 252 \ B);
    var TAG = deepTensorTag(KIND_BATCH(), m, d + k, B, F, k == 1 ? 0 : k, TOGETHER ? 0 : BX);

    signal input X[m][d];
    signal input Y[m][k];
    signal input salt;
    signal output commitment;

    component pack = Pack(TOGETHER ? FEATURES + LABELS : FEATURES, BX, 1 << (BX - 1));
    component labels[TOGETHER ? 0 : 1];
    component chain = PoseidonChain(WORDS + LABEL_WORDS + 1, TAG);
    if (!TOGETHER) {
        labels[0] = Pack(LABELS, B, 1 << (B - 1));
    }
    for (var i = 0; i < m; i++) {
        for (var j = 0; j < d; j++) {
            pack.values[i * d + j] <== X[i][j];
        }
        for (var j = 0; j < k; j++) {
            if (TOGETHER) {
                pack.values[FEATURES + i * k + j] <== Y[i][j];
            } else {
                labels[0].values[i * k + j] <== Y[i][j];
            }
        }
    }
    for (var i = 0; i < WORDS; i++) {
        chain.words[i] <== pack.words[i];
    }
    for (var i = 0; i < LABEL_WORDS; i++) {
        chain.words[WORDS + i] <== labels[0].words[i];
    }
    chain.words[WORDS + LABEL_WORDS] <== salt;
    commitment <== chain.digest;
}
