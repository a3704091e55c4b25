pragma circom 2.2.0;

include "bounds.circom";
include "inner_product.circom";
include "rounded_shift.circom";

// Proves that g is the mean gradient of the squared loss, rescaled to the unit of the weights and rounded half up:
//   g_j = floor((sum_i X_ij * residual_i + 2^(S-1)) / 2^S)     S = 2F + log2(m)
//
// Preconditions (the caller must enforce): X and g are signed B-bit integers, the residuals those of LinearLoss.
// Soundness: |sum_i X_ij * residual_i| <= 2^(B-1+R+log2(m)) and |2^S * g_j| <= 2^(S+B-1), where R bounds the residuals. The
//   assert keeps their difference within 2^252, the precondition of RoundedShift, so g is a function of X and residuals.
// Constraints: m * d + S * d non-linear, 2 * d linear.
template LinearMeanGradient(m, d, B, F) {
    var LOG_M = ceilLog2(m);
    assert((1 << LOG_M) == m); // the mean is a shift
    var S = 2 * F + LOG_M;
    assert(S >= 1);
    assert(max((B - 1) + residualBits(d, B, B, F) + LOG_M, S + B - 1) + 1 <= 252);

    signal input X[m][d];
    signal input residual[m];
    signal input g[d];

    component sum[d];
    component round[d];
    for (var j = 0; j < d; j++) {
        sum[j] = InnerProduct(m);
        for (var i = 0; i < m; i++) {
            sum[j].a[i] <== X[i][j];
            sum[j].b[i] <== residual[i];
        }
        round[j] = RoundedShift(S);
        round[j].numerator <== sum[j].value;
        round[j].quotient <== g[j];
    }
}
