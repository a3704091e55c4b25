pragma circom 2.2.0;

include "commit_values.circom";
include "tensor_tag.circom";

// Proves that every value of a matrix is a signed B-bit integer and returns the commitment to (values, salt).
//
// CommitValues under the tag of (KIND, ROWS, COLS, B, F).
//
// Preconditions (the caller must enforce): none.
// Soundness: the tag fixes kind, shape and format, which is the precondition of CommitValues.
// Constraints: those of CommitValues.
template CommitTensor(KIND, ROWS, COLS, B, F) {
    signal input values[ROWS * COLS];
    signal input salt;
    signal output commitment;

    component commit = CommitValues(ROWS * COLS, B, tensorTag(KIND, ROWS, COLS, B, F));
    commit.values <== values;
    commit.salt <== salt;
    commitment <== commit.commitment;
}
