pragma circom 2.2.0;

include "bounds.circom";
include "pack_rescaled.circom";

// Rescales a matrix and rectifies it. Returns its packed words,
//
//   positive_ij  = 1 if value_ij >= 1, else 0     the derivative of the rectifier; at 0 it is 0
//   rectified_ij = max(value_ij, 0)
//
// The sign comes out of the range check, which is therefore shifted by one: -2^(B-1) < value_ij <= 2^(B-1).
//
// Preconditions (the caller must enforce): as for Rescale.
// Soundness: positive_ij is a bit of a unique decomposition, with no freedom at 0 (Rescale with threshold 1).
// Constraints: B + F + 1 non-linear and 2 linear per value, 1 linear per word. With its share of a Poseidon permutation
//   (612 / 16 for each word of floor(252 / (B + F)) values), a value of (16, 8) costs 28.8 non-linear.
template ReluLayer(ROWS, COLS, B, F) {
    var WORDS = ceilDiv(ROWS * COLS, 252 \ (B + F));

    signal input values[ROWS][COLS];
    signal input remainders[ROWS][COLS];
    signal output words[WORDS];
    signal output positive[ROWS][COLS];
    signal output rectified[ROWS][COLS];

    component pack = PackRescaled(ROWS * COLS, B, F, 1);
    for (var i = 0; i < ROWS; i++) {
        for (var j = 0; j < COLS; j++) {
            pack.values[i * COLS + j] <== values[i][j];
            pack.remainders[i * COLS + j] <== remainders[i][j];
        }
    }
    for (var i = 0; i < ROWS; i++) {
        for (var j = 0; j < COLS; j++) {
            positive[i][j] <== pack.reaches[i * COLS + j];
            rectified[i][j] <== positive[i][j] * values[i][j];
        }
    }
    words <== pack.words;
}
