pragma circom 2.2.0;

include "bounds.circom";
include "commit_batch.circom";
include "commit_tensor.circom";
include "correct_count.circom";
include "correct_signs.circom";
include "inner_product.circom";
include "tensor_tag.circom";

// Loss and number of correct predictions of a committed linear model with k outputs on a committed batch.
//
// STATEMENT
// The prover knows a batch (X, Y), weights W and salts such that the public commitments open to them and
//   loss    = sum of the squares of X * W - 2^F * Y     exact, in units of 2^(-4F)
//   correct = number of samples whose predicted class is the class of the label
// The class of a row of X * W or Y is the first index of its maximum; with one output it is whether the value is positive.
// Values are signed B-bit integers in units of 2^(-F). Public signals: [weights, batch, loss, correct, ctx].
//
// PRECONDITIONS (the caller must enforce): those of LinearGradient. Whether the batch was held out from training, and who
// chose it, is for the caller to know.
//
// SOUNDNESS
// - Every value is range checked and committed. Predictions are at most 2^PREDICTION in absolute value, the loss at most
//   2^LOSS <= 2^252 < p, so the products, checked directly modulo p, hold over the integers.
// - Classes are functions of predictions and labels (CorrectCount, CorrectSigns).
// - ctx enters a constraint of its own, so a proof for one context does not verify under another.
// m need not be a power of two: nothing is a mean.
//
// Constraints: m*d*k + m*k products, B per value, the chains, and per sample the comparisons; see circuits.json.
template LinearEvaluate(m, d, k, B, F) {
    assert(m >= 1 && d >= 1 && k >= 1);
    assert(F >= 0 && F < B);
    var PREDICTION = predictionBits(d, B, B);
    var LOSS = 2 * residualBits(d, B, B, F) + ceilLog2(m * k);
    assert(LOSS <= 252);

    signal input X[m][d];
    signal input Y[m][k];
    signal input W[d][k];
    signal input modelSalt;
    signal input batchSalt;
    signal input ctx;

    signal output weights;
    signal output batch;
    signal output loss;
    signal output correct;

    // Commitments, which range check every value.
    component commitWeights = CommitTensor(KIND_WEIGHTS(), d, k, B, F);
    component commitBatch = CommitBatch(m, d, k, B, B, F);
    for (var j = 0; j < d; j++) {
        for (var l = 0; l < k; l++) {
            commitWeights.values[j * k + l] <== W[j][l];
        }
    }
    commitBatch.X <== X;
    commitBatch.Y <== Y;
    commitWeights.salt <== modelSalt;
    commitBatch.salt <== batchSalt;
    weights <== commitWeights.commitment;
    batch <== commitBatch.commitment;

    // Forward pass: predictions, residuals and exact loss.
    component prediction[m][k];
    signal residual[m][k];
    signal square[m][k];
    var sum = 0;
    for (var i = 0; i < m; i++) {
        for (var l = 0; l < k; l++) {
            prediction[i][l] = InnerProduct(d);
            for (var j = 0; j < d; j++) {
                prediction[i][l].a[j] <== X[i][j];
                prediction[i][l].b[j] <== W[j][l];
            }
            residual[i][l] <== prediction[i][l].value - (1 << F) * Y[i][l];
            square[i][l] <== residual[i][l] * residual[i][l];
            sum += square[i][l];
        }
    }
    loss <== sum;

    // Classes. PREDICTION + 2 bits hold a prediction with its sign even at the end points, B + 1 bits a label.
    component signs;
    component classes;
    if (k == 1) {
        signs = CorrectSigns(m, PREDICTION + 2, B + 1);
        for (var i = 0; i < m; i++) {
            signs.predictions[i] <== prediction[i][0].value;
            signs.labels[i] <== Y[i][0];
        }
        correct <== signs.correct;
    } else {
        classes = CorrectCount(m, k, PREDICTION + 2, B);
        for (var i = 0; i < m; i++) {
            for (var l = 0; l < k; l++) {
                classes.predictions[i][l] <== prediction[i][l].value;
                classes.labels[i][l] <== Y[i][l];
            }
        }
        correct <== classes.correct;
    }

    // Context: a constraint of its own keeps ctx in the proof at every optimisation level.
    signal ctxSquare;
    ctxSquare <== ctx * ctx;
}
