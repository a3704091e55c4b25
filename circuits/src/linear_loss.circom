pragma circom 2.2.0;

include "bounds.circom";
include "inner_product.circom";

// Forward pass of a linear model with one output: residuals and exact squared loss.
//
//   residual_i = sum_j X_ij * w_j - 2^F * y_i     in units of 2^(-2F)
//   loss       = sum_i residual_i^2               in units of 2^(-4F)
//
// Preconditions (the caller must enforce): X, y and w are signed B-bit integers.
// Soundness: every signal is assigned with `<==`. With R = residualBits(d, B, B, F), |residual_i| <= 2^R and
//   0 <= loss <= 2^(2R + log2(m)) <= 2^252 < p: both are integers, not just residues.
// Constraints: m * d + m non-linear, m + 1 linear.
template LinearLoss(m, d, B, F) {
    assert(m >= 1 && d >= 1);
    assert(F >= 0 && F < B);
    assert(2 * residualBits(d, B, B, F) + ceilLog2(m) <= 252);

    signal input X[m][d];
    signal input y[m];
    signal input w[d];
    signal output residual[m];
    signal output loss;

    component prediction[m];
    signal square[m];
    var sum = 0;
    for (var i = 0; i < m; i++) {
        prediction[i] = InnerProduct(d);
        prediction[i].a <== X[i];
        prediction[i].b <== w;
        residual[i] <== prediction[i].value - (1 << F) * y[i];
        square[i] <== residual[i] * residual[i];
        sum += square[i];
    }
    loss <== sum;
}
