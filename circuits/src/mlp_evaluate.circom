pragma circom 2.2.0;

include "bounds.circom";
include "challenge.circom";
include "commit_batch.circom";
include "commit_mlp.circom";
include "correct_count.circom";
include "mlp_forward.circom";
include "rounded_mat_mul.circom";

// Loss and number of correct classes of a network with one hidden layer of rectifiers on a committed batch.
//
// STATEMENT
// The prover knows a batch (X, Y), weights W1 (d x h) and W2 (h x k) and salts such that the public commitments open to
// them and, with rs(a, S) = floor((a + 2^(S-1)) / 2^S),
//   Z1 = rs(X * W1, F)    H = max(Z1, 0)    Z2 = rs(H * W2, F)
//   loss    = sum (Z2 - Y)^2                exact, in units of 2^(-2F)
//   correct = number of samples for which the first maximum of Z2_i and the first maximum of Y_i have the same index
// X, Y, weights and Z2 are signed B-bit integers in units of 2^(-F), and -2^(B-1) < Z1 <= 2^(B-1).
// Public signals: [weights, batch, loss, correct, ctx]; the first two are commitments, equal to those of MlpGradient.
//
// PRECONDITIONS (the caller must enforce)
// - ctx is computed by the verifying contract; the task expects these weights and this batch.
//
// SOUNDNESS
// - Ranges, bounds and roundings: as in MlpGradient. loss and correct are functions of batch and weights.
// - Both products are checked with one challenge, whose transcript absorbs ctx, the commitments, the loss and the words of
//   Z1 and Z2. The classes need no challenge: they are functions of Z2 and Y.
//
// Constraints: see circuits.json. B per committed value, B + F per activation, 2 * (k - 1) * (B + 1) + 5 * k - 8 per sample
//   for the classes.
template MlpEvaluate(m, d, h, k, B, F) {
    signal input X[m][d];
    signal input Y[m][k];
    signal input W1[d][h];
    signal input W2[h][k];
    signal input Z1[m][h];
    signal input Z1rem[m][h];
    signal input Z2[m][k];
    signal input Z2rem[m][k];
    signal input modelSalt;
    signal input batchSalt;
    signal input ctx;

    signal output weights;
    signal output batch;
    signal output loss;
    signal output correct;

    // Commitments, which range check every value.
    component commitWeights = CommitMlp(KIND_WEIGHTS(), d, h, k, B, F);
    commitWeights.first <== W1;
    commitWeights.second <== W2;
    commitWeights.salt <== modelSalt;
    weights <== commitWeights.commitment;

    component commitBatch = CommitBatch(m, d, k, B, B, F);
    commitBatch.X <== X;
    commitBatch.Y <== Y;
    commitBatch.salt <== batchSalt;
    batch <== commitBatch.commitment;

    component forward = MlpForward(m, d, h, k, B, F);
    forward.Y <== Y;
    forward.Z1 <== Z1;
    forward.Z1rem <== Z1rem;
    forward.Z2 <== Z2;
    forward.Z2rem <== Z2rem;
    loss <== forward.loss;

    component count = CorrectCount(m, k, B, B);
    count.predictions <== Z2;
    count.labels <== Y;
    correct <== count.correct;

    // Challenge.
    var WORDS = ceilDiv(m * h, 252 \ (B + F)) + ceilDiv(m * k, 252 \ (B + F));
    component challenge = Challenge(4 + WORDS);
    challenge.transcript[0] <== ctx;
    challenge.transcript[1] <== weights;
    challenge.transcript[2] <== batch;
    challenge.transcript[3] <== loss;
    for (var i = 0; i < WORDS; i++) {
        challenge.transcript[4 + i] <== forward.words[i];
    }

    // The two products.
    component hiddenProduct = RoundedMatMul(m, d, h, F);
    hiddenProduct.A <== X;
    hiddenProduct.B <== W1;
    hiddenProduct.quotient <== Z1;
    hiddenProduct.remainder <== Z1rem;
    hiddenProduct.z <== challenge.z;

    component outputProduct = RoundedMatMul(m, h, k, F);
    outputProduct.A <== forward.H;
    outputProduct.B <== W2;
    outputProduct.quotient <== Z2;
    outputProduct.remainder <== Z2rem;
    outputProduct.z <== challenge.z;
}
