pragma circom 2.2.0;

include "commit_batch.circom";
include "commit_tensor.circom";
include "linear_loss.circom";
include "linear_mean_gradient.circom";
include "tensor_tag.circom";

// Gradient of the squared loss of a linear model with one output, over committed data and weights.
//
// STATEMENT
// The prover knows a batch (X, y), weights w and salts such that the public commitments open to them and
//   residual_i = sum_j X_ij * w_j - 2^F * y_i
//   loss       = sum_i residual_i^2                                   exact, in units of 2^(-4F)
//   g_j        = floor((sum_i X_ij * residual_i + 2^(S-1)) / 2^S)     S = 2F + log2(m): mean, rescaled, rounded half up
// Values of X, y, w and g are signed B-bit integers in units of 2^(-F).
// Public signals: [weights, gradient, batch, loss, ctx]; the first three are commitments.
//
// SALTS
// One modelSalt covers w and g, so the opening of what follows is a function of the opening of its predecessor and of the
// batch. A node that withholds its gradient cannot stall a chain of steps: whoever holds the opening of the first weights
// and the batches replays the steps. The price: equal weights have equal commitments, and whoever holds the batch and one
// opening holds all later ones.
//
// PRECONDITIONS (the caller must enforce)
// - ctx is computed by the verifying contract from chain, contract, circuit, task, step and sender.
// - The task expects these weights and this batch; the circuit proves consistency, not where the data comes from.
//
// SOUNDNESS
// - Every tensor is range checked and committed, so |values| <= 2^(B-1), which is what the gadgets require.
// - The gadgets bound each sum below 2^252 < p/2. All equations, checked modulo p, therefore hold over the integers.
// - Rounding has exactly one solution, so g and all commitments are functions of the inputs: honest nodes agree bit by bit.
//   A g that leaves B bits has no proof.
// - ctx enters a constraint of its own, so a proof for one context does not verify under another.
// There is no in-circuit challenge: with one output column the products are checked directly.
//
// Constraints: 2*m*d + m products, B per value, S per weight, the chains; see circuits.json.
template LinearGradient(m, d, B, F) {
    signal input X[m][d];
    signal input y[m];
    signal input w[d];
    signal input g[d];
    signal input modelSalt;
    signal input batchSalt;
    signal input ctx;

    signal output weights;
    signal output gradient;
    signal output batch;
    signal output loss;

    // Commitments, which range check every value.
    component commitWeights = CommitTensor(KIND_WEIGHTS(), d, 1, B, F);
    component commitGradient = CommitTensor(KIND_GRADIENT(), d, 1, B, F);
    component commitBatch = CommitBatch(m, d, 1, B, B, F);
    commitWeights.values <== w;
    commitGradient.values <== g;
    commitBatch.X <== X;
    for (var i = 0; i < m; i++) {
        commitBatch.Y[i][0] <== y[i];
    }
    commitWeights.salt <== modelSalt;
    commitGradient.salt <== modelSalt;
    commitBatch.salt <== batchSalt;
    weights <== commitWeights.commitment;
    gradient <== commitGradient.commitment;
    batch <== commitBatch.commitment;

    // Forward pass: residuals and exact loss.
    component forward = LinearLoss(m, d, B, F);
    forward.X <== X;
    forward.y <== y;
    forward.w <== w;
    loss <== forward.loss;

    // Backward pass: mean gradient.
    component backward = LinearMeanGradient(m, d, B, F);
    backward.X <== X;
    backward.residual <== forward.residual;
    backward.g <== g;

    // Context: a constraint of its own keeps ctx in the proof at every optimisation level.
    signal ctxSquare;
    ctxSquare <== ctx * ctx;
}
