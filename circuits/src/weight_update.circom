pragma circom 2.2.0;

include "bounds.circom";
include "rounded_shift.circom";

// Proves newWeights[j] = weights[j] - floor((gradient[j] + 2^(T-1)) / 2^T): one step of descent with learning rate 2^(-T),
// rounded half up, in the unit of the weights.
//
// Preconditions (the caller must enforce): weights, gradient and newWeights are signed B-bit integers.
// Soundness: |gradient - 2^T * (weights - newWeights)| < 2^(max(B-1, T+B) + 1) <= 2^252, so RoundedShift holds over the
//   integers and newWeights is a function of the other two.
// Constraints: T non-linear and 3 linear per weight.
template WeightUpdate(N, B, T) {
    assert(N >= 1);
    assert(T >= 1 && T <= B);
    assert(max(B - 1, T + B) + 1 <= 252); // precondition of RoundedShift(T)

    signal input weights[N];
    signal input gradient[N];
    signal input newWeights[N];

    component round[N];
    for (var j = 0; j < N; j++) {
        round[j] = RoundedShift(T);
        round[j].numerator <== gradient[j];
        round[j].quotient <== weights[j] - newWeights[j];
    }
}
