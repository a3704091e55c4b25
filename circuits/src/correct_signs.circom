pragma circom 2.2.0;

include "is_positive.circom";

// Number of samples of two classes whose prediction is on the side of its label: (prediction > 0) == (label > 0).
//
// Preconditions (the caller must enforce): |prediction| < 2^(P-1) and |label| < 2^(L-1), else an honest sample has no proof.
// Soundness: both signs are functions of the values (IsPositive); for bits a and b, 1 - a - b + 2ab says whether they agree.
// Constraints: P + L + 1 non-linear and 2 linear per sample, 1 linear.
template CorrectSigns(m, P, L) {
    signal input predictions[m];
    signal input labels[m];
    signal output correct;

    component predicted[m];
    component expected[m];
    signal both[m];
    var sum = 0;
    for (var i = 0; i < m; i++) {
        predicted[i] = IsPositive(P);
        predicted[i].value <== predictions[i];
        expected[i] = IsPositive(L);
        expected[i].value <== labels[i];
        both[i] <== predicted[i].positive * expected[i].positive;
        sum += 1 - predicted[i].positive - expected[i].positive + 2 * both[i];
    }
    correct <== sum;
}
