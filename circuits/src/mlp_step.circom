pragma circom 2.2.0;

include "commit_mlp.circom";
include "mlp_gradient.circom";
include "weight_update.circom";

// One step of full-batch gradient descent on the squared loss of a network with one hidden layer of rectifiers, over
// committed data and weights.
//
// STATEMENT
// That of MlpGradient for (X, Y), (W1, W2) and (G1, G2), and with T in addition, for every weight,
//   W' = W - floor((G + 2^(T-1)) / 2^T)     learning rate 2^(-T), rounded half up
// Values of W' are signed B-bit integers in units of 2^(-F).
// Public signals: [weights, newWeights, gradient, batch, loss, ctx]; the first four are commitments, W, W' and G under one
// salt: why is in LinearStep.
//
// PRECONDITIONS (the caller must enforce): those of MlpGradient.
//
// SOUNDNESS
// - As MlpGradient, which range checks W and G; W' is range checked by its commitment.
// - W' is a function of W and G (WeightUpdate). No equation with the challenge uses it, so it need not be absorbed.
//
// Constraints: see circuits.json. Those of MlpGradient, B + T per weight and one chain over the packed weights.
template MlpStep(m, d, h, k, B, F, T) {
    signal input X[m][d];
    signal input Y[m][k];
    signal input W1[d][h];
    signal input W2[h][k];
    signal input Z1[m][h];
    signal input Z1rem[m][h];
    signal input Z2[m][k];
    signal input Z2rem[m][k];
    signal input E1[m][h];
    signal input E1rem[m][h];
    signal input G1[d][h];
    signal input G1rem[d][h];
    signal input G2[h][k];
    signal input G2rem[h][k];
    signal input W1new[d][h];
    signal input W2new[h][k];
    signal input modelSalt;
    signal input batchSalt;
    signal input ctx;

    signal output weights;
    signal output newWeights;
    signal output gradient;
    signal output batch;
    signal output loss;

    component step = MlpGradient(m, d, h, k, B, F);
    step.X <== X;
    step.Y <== Y;
    step.W1 <== W1;
    step.W2 <== W2;
    step.Z1 <== Z1;
    step.Z1rem <== Z1rem;
    step.Z2 <== Z2;
    step.Z2rem <== Z2rem;
    step.E1 <== E1;
    step.E1rem <== E1rem;
    step.G1 <== G1;
    step.G1rem <== G1rem;
    step.G2 <== G2;
    step.G2rem <== G2rem;
    step.modelSalt <== modelSalt;
    step.batchSalt <== batchSalt;
    step.ctx <== ctx;
    weights <== step.weights;
    gradient <== step.gradient;
    batch <== step.batch;
    loss <== step.loss;

    component commitNewWeights = CommitMlp(KIND_WEIGHTS(), d, h, k, B, F);
    commitNewWeights.first <== W1new;
    commitNewWeights.second <== W2new;
    commitNewWeights.salt <== modelSalt;
    newWeights <== commitNewWeights.commitment;

    component update = WeightUpdate(modelSize(d, h, k), B, T);
    for (var i = 0; i < d; i++) {
        for (var j = 0; j < h; j++) {
            update.weights[i * h + j] <== W1[i][j];
            update.gradient[i * h + j] <== G1[i][j];
            update.newWeights[i * h + j] <== W1new[i][j];
        }
    }
    for (var i = 0; i < h; i++) {
        for (var j = 0; j < k; j++) {
            update.weights[d * h + i * k + j] <== W2[i][j];
            update.gradient[d * h + i * k + j] <== G2[i][j];
            update.newWeights[d * h + i * k + j] <== W2new[i][j];
        }
    }
}
