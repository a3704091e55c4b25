pragma circom 2.2.0;

include "bounds.circom";
include "commit_batch.circom";
include "commit_tensor.circom";
include "linear_loss.circom";
include "linear_mean_gradient.circom";
include "range.circom";
include "tensor_tag.circom";
include "within_bound.circom";

// Residual analysis of a committed linear model with one output on a committed batch: no outlier above a bound, and a
// certificate that the model is stationary up to a bound. For least squares the latter is optimality up to that bound.
//
// STATEMENT
// With loss, residuals and gradient g as in LinearGradient,
//   |residual_i| <= residualBound for every sample      residualBound in units of 2^(-2F)
//   |g_j| <= gradientBound for every weight             gradientBound in units of 2^(-F)
// and loss is exact. The bounds are public and chosen by the prover; the verifier decides whether they are small enough.
// Public signals: [weights, batch, loss, residualBound, gradientBound, ctx].
//
// PRECONDITIONS (the caller must enforce): those of LinearGradient.
//
// SOUNDNESS
// - As LinearGradient; g is not published and range checked here instead of by a commitment.
// - WithinBound: |residual_i| <= 2^residualBits and |g_j| <= 2^(B-1) hold by the ranges of all values.
// - ctx enters a constraint of its own, so a proof for one context does not verify under another.
//
// Constraints: those of LinearGradient less one commitment, 2 * residualBits + 4 per sample, B + 2 * (B + 1) per weight.
template LinearResiduals(m, d, B, F) {
    signal input X[m][d];
    signal input y[m];
    signal input w[d];
    signal input g[d];
    signal input modelSalt;
    signal input batchSalt;
    signal input residualBound;
    signal input gradientBound;
    signal input ctx;

    signal output weights;
    signal output batch;
    signal output loss;

    // Commitments, which range check every value.
    component commitWeights = CommitTensor(KIND_WEIGHTS(), d, 1, B, F);
    component commitBatch = CommitBatch(m, d, 1, B, B, F);
    commitWeights.values <== w;
    commitBatch.X <== X;
    for (var i = 0; i < m; i++) {
        commitBatch.Y[i][0] <== y[i];
    }
    commitWeights.salt <== modelSalt;
    commitBatch.salt <== batchSalt;
    weights <== commitWeights.commitment;
    batch <== commitBatch.commitment;

    // Residuals, exact loss and the largest residual.
    component forward = LinearLoss(m, d, B, F);
    forward.X <== X;
    forward.y <== y;
    forward.w <== w;
    loss <== forward.loss;
    component residuals = WithinBound(m, residualBits(d, B, B, F));
    residuals.values <== forward.residual;
    residuals.bound <== residualBound;

    // Mean gradient and its largest entry.
    component range[d];
    for (var j = 0; j < d; j++) {
        range[j] = Range(B, 1 << (B - 1));
        range[j].value <== g[j];
    }
    component backward = LinearMeanGradient(m, d, B, F);
    backward.X <== X;
    backward.residual <== forward.residual;
    backward.g <== g;
    component gradients = WithinBound(d, B - 1);
    gradients.values <== g;
    gradients.bound <== gradientBound;

    // Context: a constraint of its own keeps ctx in the proof at every optimisation level.
    signal ctxSquare;
    ctxSquare <== ctx * ctx;
}
