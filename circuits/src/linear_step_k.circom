pragma circom 2.2.0;

include "commit_tensor.circom";
include "linear_gradient_k.circom";
include "tensor_tag.circom";
include "weight_update.circom";

// One step of full-batch gradient descent on the squared loss of a linear model with k outputs, over committed data.
//
// STATEMENT
// That of LinearGradientK for (X, Y), W and G, and with T in addition
//   W' = W - floor((G + 2^(T-1)) / 2^T)     learning rate 2^(-T), rounded half up
// Values of W' are signed B-bit integers in units of 2^(-F).
// Public signals: [weights, newWeights, gradient, batch, loss, ctx]; the first four are commitments, W, W' and G under one
// salt.
//
// PRECONDITIONS (the caller must enforce): those of LinearGradient.
//
// SOUNDNESS
// - As LinearGradientK, which range checks W and G; W' is range checked by its commitment.
// - W' is a function of W and G (WeightUpdate). No equation with the challenge uses it, so it need not be absorbed.
//
// Constraints: see scripts/circuits/lib/constraint-formula.ts.
template LinearStepK(m, d, k, BX, B, F, T) {
    signal input X[m][d];
    signal input Y[m][k];
    signal input W[d][k];
    signal input G[d][k];
    signal input R[d][k];
    signal input C[k][k];
    signal input W2[d][k];
    signal input modelSalt;
    signal input batchSalt;
    signal input ctx;

    signal output weights;
    signal output newWeights;
    signal output gradient;
    signal output batch;
    signal output loss;

    component step = LinearGradientK(m, d, k, BX, B, F);
    step.X <== X;
    step.Y <== Y;
    step.W <== W;
    step.G <== G;
    step.R <== R;
    step.C <== C;
    step.modelSalt <== modelSalt;
    step.batchSalt <== batchSalt;
    step.ctx <== ctx;
    weights <== step.weights;
    gradient <== step.gradient;
    batch <== step.batch;
    loss <== step.loss;

    component commitNewWeights = CommitTensor(KIND_WEIGHTS(), d, k, B, F);
    component update = WeightUpdate(d * k, B, T);
    for (var j = 0; j < d; j++) {
        for (var l = 0; l < k; l++) {
            commitNewWeights.values[j * k + l] <== W2[j][l];
            update.weights[j * k + l] <== W[j][l];
            update.gradient[j * k + l] <== G[j][l];
            update.newWeights[j * k + l] <== W2[j][l];
        }
    }
    commitNewWeights.salt <== modelSalt;
    newWeights <== commitNewWeights.commitment;
}
