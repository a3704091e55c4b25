pragma circom 2.2.0;

include "bounds.circom";
include "challenge.circom";
include "commit_batch.circom";
include "commit_mlp.circom";
include "mlp_forward.circom";
include "pack.circom";
include "pack_rescaled.circom";
include "rounded_mat_mul.circom";

// Gradient of the squared loss of a network with one hidden layer of rectifiers, over committed data and weights.
//
// STATEMENT
// The prover knows a batch (X, Y), weights W1 (d x h) and W2 (h x k) and salts such that the public commitments open to
// them and, with rs(a, S) = floor((a + 2^(S-1)) / 2^S) and S = F + log2(m),
//   Z1 = rs(X * W1, F)      H = max(Z1, 0)            mask = (Z1 >= 1), the derivative of the rectifier, 0 at 0
//   Z2 = rs(H * W2, F)      D2 = Z2 - Y               loss = sum D2^2, exact, in units of 2^(-2F)
//   E1 = rs(D2 * W2^T, F)   D1 = mask * E1 (entry by entry)
//   G2 = rs(H^T * D2, S)    G1 = rs(X^T * D1, S)      the mean gradient, rescaled, rounded half up
// X, Y, weights, Z2, E1 and gradients are signed B-bit integers in units of 2^(-F), and -2^(B-1) < Z1 <= 2^(B-1).
// Public signals: [weights, gradient, batch, loss, ctx]; the first three are commitments. No bias: give the data a column
// of ones.
//
// SALTS
// As in LinearStep: one modelSalt for weights and gradient, one batchSalt.
//
// PRECONDITIONS (the caller must enforce)
// - ctx is computed by the verifying contract from chain, contract, circuit, task, step and sender.
// - The task expects these weights and this batch; the circuit proves consistency, not where the data comes from.
//
// SOUNDNESS
// - Every committed value, activation and remainder is range checked; the asserts bound both sides of each product below
//   2^252, so all equations, checked modulo p, hold over the integers and every rounding has one solution. All outputs
//   are functions of batch, weights and salts: honest nodes agree bit by bit. A value out of its range has no proof.
// - The five products are checked with one challenge z. Its transcript absorbs ctx, the commitments (X, Y, W1, W2, G1,
//   G2), the words of Z1, Z2, E1 and the remainders of G1, G2; H, D1 and D2 are functions of these. Error: at most
//   (number of rows) * (longest row) / p for each try.
// - ctx is part of the transcript, so a proof for one context does not verify under another.
//
// Constraints: see circuits.json. B per value, S per weight, B + F per activation, about two multiplications per entry of
//   each operand and result, one permutation per 16 packed words.
template MlpGradient(m, d, h, k, B, F) {
    assert(m >= 1 && (1 << ceilLog2(m)) == m); // the mean is a shift
    var S = F + ceilLog2(m);

    // Bounds as powers of two: |D2| <= 2^B, |E1| and |H| <= 2^(B-1). Those of the forward pass are in MlpForward.
    var HIDDEN_ERROR = B + (B - 1) + ceilLog2(k);
    var GRADIENT = B + (B - 1) + ceilLog2(m);
    assert(max(HIDDEN_ERROR, F + B) + 1 <= 252);
    assert(max(GRADIENT, S + B) + 1 <= 252);

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
    signal input modelSalt;
    signal input batchSalt;
    signal input ctx;

    signal output weights;
    signal output gradient;
    signal output batch;
    signal output loss;

    // Commitments, which range check every value.
    component commitWeights = CommitMlp(KIND_WEIGHTS(), d, h, k, B, F);
    commitWeights.first <== W1;
    commitWeights.second <== W2;
    commitWeights.salt <== modelSalt;
    weights <== commitWeights.commitment;

    component commitGradient = CommitMlp(KIND_GRADIENT(), d, h, k, B, F);
    commitGradient.first <== G1;
    commitGradient.second <== G2;
    commitGradient.salt <== modelSalt;
    gradient <== commitGradient.commitment;

    component commitBatch = CommitBatch(m, d, k, B, B, F);
    commitBatch.X <== X;
    commitBatch.Y <== Y;
    commitBatch.salt <== batchSalt;
    batch <== commitBatch.commitment;

    // Forward pass.
    component forward = MlpForward(m, d, h, k, B, F);
    forward.Y <== Y;
    forward.Z1 <== Z1;
    forward.Z1rem <== Z1rem;
    forward.Z2 <== Z2;
    forward.Z2rem <== Z2rem;
    loss <== forward.loss;

    // Backward pass: the error of the hidden layer passes where the rectifier does.
    component hiddenError = PackRescaled(m * h, B, F, 0);
    signal D1[m][h];
    for (var i = 0; i < m; i++) {
        for (var j = 0; j < h; j++) {
            hiddenError.values[i * h + j] <== E1[i][j];
            hiddenError.remainders[i * h + j] <== E1rem[i][j];
            D1[i][j] <== forward.positive[i][j] * E1[i][j];
        }
    }
    component remainders = Pack(modelSize(d, h, k), S, 0);
    for (var i = 0; i < d; i++) {
        for (var j = 0; j < h; j++) {
            remainders.values[i * h + j] <== G1rem[i][j];
        }
    }
    for (var i = 0; i < h; i++) {
        for (var j = 0; j < k; j++) {
            remainders.values[d * h + i * k + j] <== G2rem[i][j];
        }
    }

    // Challenge.
    var FORWARD_WORDS = ceilDiv(m * h, 252 \ (B + F)) + ceilDiv(m * k, 252 \ (B + F));
    var ERROR_WORDS = ceilDiv(m * h, 252 \ (B + F));
    var REMAINDER_WORDS = ceilDiv(modelSize(d, h, k), 252 \ S);
    component challenge = Challenge(5 + FORWARD_WORDS + ERROR_WORDS + REMAINDER_WORDS);
    challenge.transcript[0] <== ctx;
    challenge.transcript[1] <== weights;
    challenge.transcript[2] <== gradient;
    challenge.transcript[3] <== batch;
    challenge.transcript[4] <== loss;
    for (var i = 0; i < FORWARD_WORDS; i++) {
        challenge.transcript[5 + i] <== forward.words[i];
    }
    for (var i = 0; i < ERROR_WORDS; i++) {
        challenge.transcript[5 + FORWARD_WORDS + i] <== hiddenError.words[i];
    }
    for (var i = 0; i < REMAINDER_WORDS; i++) {
        challenge.transcript[5 + FORWARD_WORDS + ERROR_WORDS + i] <== remainders.words[i];
    }

    // The five products.
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

    component errorProduct = RoundedMatMul(m, k, h, F);
    errorProduct.A <== forward.D2;
    for (var i = 0; i < h; i++) {
        for (var j = 0; j < k; j++) {
            errorProduct.B[j][i] <== W2[i][j];
        }
    }
    errorProduct.quotient <== E1;
    errorProduct.remainder <== E1rem;
    errorProduct.z <== challenge.z;

    component secondGradient = RoundedMatMul(h, m, k, S);
    component firstGradient = RoundedMatMul(d, m, h, S);
    for (var i = 0; i < m; i++) {
        for (var j = 0; j < h; j++) {
            secondGradient.A[j][i] <== forward.H[i][j];
        }
        for (var j = 0; j < d; j++) {
            firstGradient.A[j][i] <== X[i][j];
        }
    }
    secondGradient.B <== forward.D2;
    secondGradient.quotient <== G2;
    secondGradient.remainder <== G2rem;
    secondGradient.z <== challenge.z;
    firstGradient.B <== D1;
    firstGradient.quotient <== G1;
    firstGradient.remainder <== G1rem;
    firstGradient.z <== challenge.z;
}
