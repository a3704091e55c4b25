pragma circom 2.2.0;

include "bounds.circom";
include "pack_rescaled.circom";
include "relu_layer.circom";

// What the forward pass of a network with one hidden layer knows before a challenge is drawn:
//
//   H = max(Z1, 0), positive = (Z1 >= 1), D2 = Z2 - Y, loss = sum D2^2      exact, unit 2^(-2F)
//
// with the rounded products Z1 = X * W1 and Z2 = H * W2, their ranges and the words that determine them.
//
// Preconditions (the caller must enforce):
// - X, W1, W2 and Y are signed B-bit integers.
// - The words are absorbed before a challenge that proves Z1 and Z2 with RoundedMatMul.
// Soundness: H, positive, D2 and loss are functions of the words and Y. The asserts bound what RoundedMatMul(_, d, _, F)
//   and RoundedMatMul(_, h, _, F) compare below 2^252, and the loss below 2^252 < p.
// Constraints: (m * h + m * k) * (B + F) + m * h + m * k non-linear; 2 linear per value, 1 per word, 1 per output.
template MlpForward(m, d, h, k, B, F) {
    assert(m >= 1 && d >= 1 && h >= 1 && k >= 1);
    assert(F >= 1 && F < B);

    // Bounds as powers of two. H may reach 2^(B-1), one more than a weight.
    var PRODUCT = 2 * (B - 1) + ceilLog2(max(d, h));
    var QUOTIENT = F + B; // 2^F * |Z| + 2^F
    assert(max(PRODUCT, QUOTIENT) + 1 <= 252);
    assert(2 * B + ceilLog2(m * k) <= 252); // |D2| <= 2^B

    var PER_WORD = 252 \ (B + F);
    var HIDDEN_WORDS = ceilDiv(m * h, PER_WORD);
    var OUTPUT_WORDS = ceilDiv(m * k, PER_WORD);

    signal input Y[m][k];
    signal input Z1[m][h];
    signal input Z1rem[m][h];
    signal input Z2[m][k];
    signal input Z2rem[m][k];
    signal output words[HIDDEN_WORDS + OUTPUT_WORDS];
    signal output positive[m][h];
    signal output H[m][h];
    signal output D2[m][k];
    signal output loss;

    component hidden = ReluLayer(m, h, B, F);
    hidden.values <== Z1;
    hidden.remainders <== Z1rem;
    positive <== hidden.positive;
    H <== hidden.rectified;

    component outputs = PackRescaled(m * k, B, F, 0);
    signal square[m][k];
    var sum = 0;
    for (var i = 0; i < m; i++) {
        for (var j = 0; j < k; j++) {
            outputs.values[i * k + j] <== Z2[i][j];
            outputs.remainders[i * k + j] <== Z2rem[i][j];
            D2[i][j] <== Z2[i][j] - Y[i][j];
            square[i][j] <== D2[i][j] * D2[i][j];
            sum += square[i][j];
        }
    }
    loss <== sum;

    for (var i = 0; i < HIDDEN_WORDS; i++) {
        words[i] <== hidden.words[i];
    }
    for (var i = 0; i < OUTPUT_WORDS; i++) {
        words[HIDDEN_WORDS + i] <== outputs.words[i];
    }
}
