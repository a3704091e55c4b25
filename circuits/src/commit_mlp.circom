pragma circom 2.2.0;

include "commit_values.circom";
include "model_tag.circom";

// Proves that the weights (or the gradient) of both layers are signed B-bit integers and returns the commitment to them
// and the salt: first row by row, then second row by row, packed as one tensor.
//
// Preconditions (the caller must enforce): none.
// Soundness: the tag fixes d, h, k and the format, which is the precondition of CommitValues.
// Constraints: those of CommitValues for d * h + h * k values.
template CommitMlp(KIND, d, h, k, B, F) {
    assert(h >= 1 && k >= 1); // h = 0 would be a linear model
    signal input first[d][h];
    signal input second[h][k];
    signal input salt;
    signal output commitment;

    component commit = CommitValues(modelSize(d, h, k), B, modelTag(KIND, d, h, k, B, F));
    for (var i = 0; i < d; i++) {
        for (var j = 0; j < h; j++) {
            commit.values[i * h + j] <== first[i][j];
        }
    }
    for (var i = 0; i < h; i++) {
        for (var j = 0; j < k; j++) {
            commit.values[d * h + i * k + j] <== second[i][j];
        }
    }
    commit.salt <== salt;
    commitment <== commit.commitment;
}
