pragma circom 2.2.0;

include "bounds.circom";
include "challenge.circom";
include "commit_batch.circom";
include "commit_tensor.circom";
include "horner_row.circom";
include "inner_product.circom";
include "pack.circom";
include "tensor_tag.circom";

// Gradient of the squared loss of a linear model with k outputs, over committed data and weights. One challenge checks all
// products, and the matrix of residuals is never made.
//
// STATEMENT
// The prover knows a batch (X, Y), weights W and salts such that the public commitments open to them and, with the m x k
// residuals E = X * W - 2^F * Y,
//   loss = sum of the squares of E                     exact, in units of 2^(-4F)
//   G    = floor((X^T * E + 2^(S-1)) / 2^S)            S = 2F + log2(m): mean, rescaled, rounded half up
// Values of Y, W and G are signed B-bit integers, those of X signed BX-bit integers, all in units of 2^(-F).
// Public signals: [weights, gradient, batch, loss, ctx]; the first three are commitments. Salts: as LinearGradient.
//
// HOW
// R is the remainder of G, in [0, 2^S), and A = 2^S * G + R - 2^(S-1), which is to be X^T * E. C is to be Y^T * E. With
// rho = (1, z, .., z^(k-1)) and u = X * (W * rho) - 2^F * (Y * rho), which is E * rho,
//   X^T * u = A * rho,   Y^T * u = C * rho,   loss = <A, W> - 2^F * trace(C)
// The last equation is <E, E> = <E, X * W> - 2^F * <E, Y> = <X^T * E, W> - 2^F * trace(Y^T * E).
//
// PRECONDITIONS (the caller must enforce): those of LinearGradient.
//
// SOUNDNESS
// - X, Y, W and G are bound by their commitments, R by its words, C as it is: all of them and ctx are absorbed before z.
//   Whatever else an equation with z uses is a function of them and of z.
// - Both equations with z are d + k polynomials in z of degree at most k - 1, fixed before z. If X^T * E = A or Y^T * E = C
//   is false modulo p, they hold for at most (d + k) * (k - 1) values of z (Challenge).
// - The asserts keep |X^T * E - A| below p, so A is X^T * E over the integers; and R in [0, 2^S) makes (G, R) the only
//   solution of the rounding. G is a function of the inputs; a G that leaves B bits has no proof.
// - C needs no range: it is Y^T * E modulo p. So loss is the sum of squares modulo p, which is below 2^252 < p: equal.
// - ctx is hashed into z, so a proof for one context does not verify under another.
//
// Constraints: see scripts/circuits/lib/constraint-formula.ts, which counts them term by term.
template LinearGradientK(m, d, k, BX, B, F) {
    assert(m >= 1 && d >= 1 && k >= 2); // with one output LinearGradient needs no challenge
    assert(F >= 0 && F < B);
    var LOG_M = ceilLog2(m);
    assert((1 << LOG_M) == m); // the mean is a shift
    var S = 2 * F + LOG_M;
    assert(S >= 1);

    // Bounds as powers of two: |E| <= 2^RESIDUAL, loss <= 2^LOSS, |X^T * E| and |A| as below.
    var RESIDUAL = residualBits(d, BX, B, F);
    var LOSS = 2 * RESIDUAL + LOG_M + ceilLog2(k);
    assert(LOSS <= 252);
    assert(max((BX - 1) + RESIDUAL + LOG_M, S + B) + 1 <= 252);

    signal input X[m][d];
    signal input Y[m][k];
    signal input W[d][k];
    signal input G[d][k];
    signal input R[d][k];
    signal input C[k][k];
    signal input modelSalt;
    signal input batchSalt;
    signal input ctx;

    signal output weights;
    signal output gradient;
    signal output batch;
    signal output loss;

    // Commitments, which range check every value.
    component commitWeights = CommitTensor(KIND_WEIGHTS(), d, k, B, F);
    component commitGradient = CommitTensor(KIND_GRADIENT(), d, k, B, F);
    component commitBatch = CommitBatch(m, d, k, BX, B, F);
    var REMAINDER_WORDS = ceilDiv(d * k, 252 \ S);
    component remainders = Pack(d * k, S, 0);
    for (var j = 0; j < d; j++) {
        for (var l = 0; l < k; l++) {
            commitWeights.values[j * k + l] <== W[j][l];
            commitGradient.values[j * k + l] <== G[j][l];
            remainders.values[j * k + l] <== R[j][l];
        }
    }
    commitBatch.X <== X;
    commitBatch.Y <== Y;
    commitWeights.salt <== modelSalt;
    commitGradient.salt <== modelSalt;
    commitBatch.salt <== batchSalt;
    weights <== commitWeights.commitment;
    gradient <== commitGradient.commitment;
    batch <== commitBatch.commitment;

    // Loss: <A, W> - 2^F * trace(C).
    signal A[d][k];
    component correlation = InnerProduct(d * k);
    for (var j = 0; j < d; j++) {
        for (var l = 0; l < k; l++) {
            A[j][l] <== (1 << S) * G[j][l] + R[j][l] - (1 << (S - 1));
            correlation.a[j * k + l] <== A[j][l];
            correlation.b[j * k + l] <== W[j][l];
        }
    }
    var trace = 0;
    for (var l = 0; l < k; l++) {
        trace += C[l][l];
    }
    loss <== correlation.value - (1 << F) * trace;

    // Challenge: everything that the equations below use.
    var FIXED = 5;
    component challenge = Challenge(FIXED + REMAINDER_WORDS + k * k);
    challenge.transcript[0] <== ctx;
    challenge.transcript[1] <== weights;
    challenge.transcript[2] <== gradient;
    challenge.transcript[3] <== batch;
    challenge.transcript[4] <== loss;
    for (var i = 0; i < REMAINDER_WORDS; i++) {
        challenge.transcript[FIXED + i] <== remainders.words[i];
    }
    for (var l = 0; l < k; l++) {
        for (var n = 0; n < k; n++) {
            challenge.transcript[FIXED + REMAINDER_WORDS + l * k + n] <== C[l][n];
        }
    }

    // Forward pass: u = X * (W * rho) - 2^F * (Y * rho).
    component weightRow[d];
    for (var j = 0; j < d; j++) {
        weightRow[j] = HornerRow(k);
        weightRow[j].row <== W[j];
        weightRow[j].z <== challenge.z;
    }
    component labelRow[m];
    component prediction[m];
    signal u[m];
    for (var i = 0; i < m; i++) {
        labelRow[i] = HornerRow(k);
        labelRow[i].row <== Y[i];
        labelRow[i].z <== challenge.z;
        prediction[i] = InnerProduct(d);
        for (var j = 0; j < d; j++) {
            prediction[i].a[j] <== X[i][j];
            prediction[i].b[j] <== weightRow[j].value;
        }
        u[i] <== prediction[i].value - (1 << F) * labelRow[i].value;
    }

    // Backward pass: X^T * u = A * rho.
    component gradientRow[d];
    component featureSum[d];
    for (var j = 0; j < d; j++) {
        gradientRow[j] = HornerRow(k);
        gradientRow[j].row <== A[j];
        gradientRow[j].z <== challenge.z;
        featureSum[j] = InnerProduct(m);
        for (var i = 0; i < m; i++) {
            featureSum[j].a[i] <== X[i][j];
            featureSum[j].b[i] <== u[i];
        }
        featureSum[j].value === gradientRow[j].value;
    }

    // Labels: Y^T * u = C * rho.
    component crossRow[k];
    component labelSum[k];
    for (var l = 0; l < k; l++) {
        crossRow[l] = HornerRow(k);
        crossRow[l].row <== C[l];
        crossRow[l].z <== challenge.z;
        labelSum[l] = InnerProduct(m);
        for (var i = 0; i < m; i++) {
            labelSum[l].a[i] <== Y[i][l];
            labelSum[l].b[i] <== u[i];
        }
        labelSum[l].value === crossRow[l].value;
    }
}
