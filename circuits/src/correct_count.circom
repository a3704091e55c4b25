pragma circom 2.2.0;

include "argmax.circom";

// Number of rows whose predicted class is the class of their label.
//
// Preconditions (the caller must enforce): every prediction is a signed P-bit integer and every label a signed L-bit one.
// Soundness: both classes are vectors with a single 1 (ArgMax), so their product is 1 if they agree and 0 otherwise.
// Constraints: two ArgMax and K products per row, 1 linear.
template CorrectCount(M, K, P, L) {
    assert(M >= 1);

    signal input predictions[M][K];
    signal input labels[M][K];
    signal output correct;

    component predicted[M];
    component expected[M];
    signal agree[M][K];
    var sum = 0;
    for (var i = 0; i < M; i++) {
        predicted[i] = ArgMax(P, K);
        expected[i] = ArgMax(L, K);
        for (var j = 0; j < K; j++) {
            predicted[i].scores[j] <== predictions[i][j];
            expected[i].scores[j] <== labels[i][j];
        }
        for (var j = 0; j < K; j++) {
            agree[i][j] <== predicted[i].isClass[j] * expected[i].isClass[j];
            sum += agree[i][j];
        }
    }
    correct <== sum;
}
