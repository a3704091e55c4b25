pragma circom 2.2.0;

include "commit_tensor.circom";
include "linear_gradient.circom";
include "tensor_tag.circom";
include "weight_update.circom";

// One step of full-batch gradient descent on the squared loss of a linear model, over committed data and weights.
//
// STATEMENT
// That of LinearGradient for (X, y), w and g, and with T in addition
//   w'_j = w_j - floor((g_j + 2^(T-1)) / 2^T)     learning rate 2^(-T), rounded half up
// Values of w' are signed B-bit integers in units of 2^(-F), as all others.
// Public signals: [weights, newWeights, gradient, batch, loss, ctx]; the first four are commitments.
//
// SALTS
// One modelSalt covers w, w' and g; why is said in LinearGradient.
//
// PRECONDITIONS (the caller must enforce): those of LinearGradient.
//
// SOUNDNESS
// - As LinearGradient, which range checks w and g; w' is range checked by its commitment.
// - w' is a function of w and g (WeightUpdate). A w' that leaves B bits has no proof.
//
// Constraints of (16,16,16,8,4): see circuits.json; 2*m*d + m products, B per value, S + T per weight, five permutations.
template LinearStep(m, d, B, F, T) {
    signal input X[m][d];
    signal input y[m];
    signal input w[d];
    signal input g[d];
    signal input w2[d];
    signal input modelSalt;
    signal input batchSalt;
    signal input ctx;

    signal output weights;
    signal output newWeights;
    signal output gradient;
    signal output batch;
    signal output loss;

    component step = LinearGradient(m, d, B, F);
    step.X <== X;
    step.y <== y;
    step.w <== w;
    step.g <== g;
    step.modelSalt <== modelSalt;
    step.batchSalt <== batchSalt;
    step.ctx <== ctx;
    weights <== step.weights;
    gradient <== step.gradient;
    batch <== step.batch;
    loss <== step.loss;

    component commitNewWeights = CommitTensor(KIND_WEIGHTS(), d, 1, B, F);
    commitNewWeights.values <== w2;
    commitNewWeights.salt <== modelSalt;
    newWeights <== commitNewWeights.commitment;

    component update = WeightUpdate(d, B, T);
    update.weights <== w;
    update.gradient <== g;
    update.newWeights <== w2;
}
