pragma circom 2.2.0;

include "bounds.circom";
include "commit_tensor.circom";
include "rounded_shift.circom";
include "tensor_tag.circom";

// One step of full-batch gradient descent on the squared loss of a linear model, over committed data and weights.
//
// STATEMENT
// The prover knows a batch (X, y), weights w and salts such that the public commitments open to them and
//   residual_i = sum_j X_ij * w_j - 2^F * y_i
//   loss       = sum_i residual_i^2                                   exact, in units of 2^(-4F)
//   g_j        = floor((sum_i X_ij * residual_i + 2^(S-1)) / 2^S)     S = 2F + log2(m): mean, rescaled, rounded half up
//   w'_j       = w_j - floor((g_j + 2^(T-1)) / 2^T)                   learning rate 2^(-T), rounded half up
// Values of X, y, w, g and w' are signed B-bit integers in units of 2^(-F).
// Public signals: [weights, newWeights, gradient, batch, loss, ctx]; the first four are commitments.
//
// SALTS
// One modelSalt covers w, w' and g, so the opening of a successor is a function of the opening of its predecessor and
// of the batch. A node that withholds its new weights cannot stall a chain of steps: whoever holds the opening of the
// first weights and the batches replays the steps and opens the last commitment. The price: weights that do not change
// keep their commitment, and whoever holds the batch and one opening holds all later ones.
//
// PRECONDITIONS (the caller must enforce)
// - ctx is computed by the verifying contract from chain, contract, circuit, task, step and sender.
// - The task expects these weights and this batch; the circuit proves consistency, not where the data comes from.
//
// SOUNDNESS
// - Every tensor is range checked and committed by CommitTensor, so |values| <= 2^(B-1).
// - The asserts bound each sum below 2^252 < p/2. All equations, checked modulo p, therefore hold over the integers.
// - Rounding has exactly one solution (RoundedShift), so g, w' and all commitments are functions of the inputs:
//   honest nodes agree bit by bit. A g or w' that leaves B bits has no proof.
// - ctx enters a constraint of its own, so a proof for one context does not verify under another.
// There is no in-circuit challenge: with one output column the products are checked directly.
//
// Constraints of (16,16,16,8,4): see circuits.json; 2*m*d + m products, B per value, S + T per weight, five permutations.
template LinearStep(m, d, B, F, T) {
    assert(m >= 1 && d >= 1 && m * (d + 1) < (1 << 16));
    assert(F >= 0 && F < B);
    assert(T >= 1 && T <= B);

    var LOG_M = ceilLog2(m);
    assert((1 << LOG_M) == m); // the mean is a shift
    var S = 2 * F + LOG_M;
    assert(S >= 1);

    // Bounds as powers of two: |residual| <= 2^RESIDUAL, |sum_i X_ij * residual_i| <= 2^ACCUMULATOR, loss <= 2^LOSS.
    var RESIDUAL = max(2 * (B - 1) + ceilLog2(d), F + B - 1) + 1;
    var ACCUMULATOR = (B - 1) + RESIDUAL + LOG_M;
    var LOSS = 2 * RESIDUAL + LOG_M;
    assert(LOSS <= 252);
    assert(max(ACCUMULATOR, S + B - 1) + 1 <= 252); // precondition of RoundedShift(S)
    assert(max(B - 1, T + B) + 1 <= 252); // precondition of RoundedShift(T)

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

    // Commitments, which range check every value.
    component commitWeights = CommitTensor(KIND_WEIGHTS(), d, 1, B, F);
    component commitNewWeights = CommitTensor(KIND_WEIGHTS(), d, 1, B, F);
    component commitGradient = CommitTensor(KIND_GRADIENT(), d, 1, B, F);
    component commitBatch = CommitTensor(KIND_BATCH(), m, d + 1, B, F);
    for (var j = 0; j < d; j++) {
        commitWeights.values[j] <== w[j];
        commitNewWeights.values[j] <== w2[j];
        commitGradient.values[j] <== g[j];
    }
    for (var i = 0; i < m; i++) {
        for (var j = 0; j < d; j++) {
            commitBatch.values[i * d + j] <== X[i][j];
        }
        commitBatch.values[m * d + i] <== y[i];
    }
    commitWeights.salt <== modelSalt;
    commitNewWeights.salt <== modelSalt;
    commitGradient.salt <== modelSalt;
    commitBatch.salt <== batchSalt;
    weights <== commitWeights.commitment;
    newWeights <== commitNewWeights.commitment;
    gradient <== commitGradient.commitment;
    batch <== commitBatch.commitment;

    // Forward pass: residuals and exact loss.
    signal forward[m][d];
    signal residual[m];
    signal square[m];
    var lossSum = 0;
    for (var i = 0; i < m; i++) {
        var prediction = 0;
        for (var j = 0; j < d; j++) {
            forward[i][j] <== X[i][j] * w[j];
            prediction += forward[i][j];
        }
        residual[i] <== prediction - (1 << F) * y[i];
        square[i] <== residual[i] * residual[i];
        lossSum += square[i];
    }
    loss <== lossSum;

    // Backward pass: mean gradient, then the update.
    signal backward[m][d];
    component roundGradient[d];
    component roundUpdate[d];
    for (var j = 0; j < d; j++) {
        var accumulator = 0;
        for (var i = 0; i < m; i++) {
            backward[i][j] <== X[i][j] * residual[i];
            accumulator += backward[i][j];
        }
        roundGradient[j] = RoundedShift(S);
        roundGradient[j].numerator <== accumulator;
        roundGradient[j].quotient <== g[j];

        roundUpdate[j] = RoundedShift(T);
        roundUpdate[j].numerator <== g[j];
        roundUpdate[j].quotient <== w[j] - w2[j];
    }

    // Context: a constraint of its own keeps ctx in the proof at every optimisation level.
    signal ctxSquare;
    ctxSquare <== ctx * ctx;
}
