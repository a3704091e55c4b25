pragma circom 2.2.0;

include "bounds.circom";
include "commit_batch.circom";
include "commit_tensor.circom";
include "linear_loss.circom";
include "range.circom";
include "tensor_tag.circom";

// Proves that new weights are not worse than old ones on a committed batch: a filter against steps that harm.
//
// STATEMENT
// The prover knows a batch (X, y), weights w and w' and salts such that the public commitments open to them and, with the
// exact loss of LinearLoss in units of 2^(-4F),
//   loss = loss of w,   newLoss = loss of w',   newLoss <= loss
// Values are signed B-bit integers in units of 2^(-F). Public signals: [weights, newWeights, batch, loss, newLoss, ctx].
//
// PRECONDITIONS (the caller must enforce): those of LinearGradient. How w' came about is not part of the statement.
//
// SOUNDNESS
// - Every value is range checked and committed; both losses are integers in [0, 2^LOSS] (LinearLoss).
// - loss - newLoss is within 2^LOSS of zero, so being in [0, 2^(LOSS+1)) modulo p it is an integer that is not negative.
// - ctx enters a constraint of its own, so a proof for one context does not verify under another.
// m need not be a power of two: nothing is a mean.
//
// Constraints: 2*m*d + 2*m products, B per value, the chains, LOSS + 1 for the comparison; see circuits.json.
template LinearProgress(m, d, B, F) {
    var LOSS = 2 * residualBits(d, B, B, F) + ceilLog2(m);
    assert(LOSS + 1 <= 252);

    signal input X[m][d];
    signal input y[m];
    signal input w[d];
    signal input w2[d];
    signal input modelSalt;
    signal input batchSalt;
    signal input ctx;

    signal output weights;
    signal output newWeights;
    signal output batch;
    signal output loss;
    signal output newLoss;

    // Commitments, which range check every value.
    component commitWeights = CommitTensor(KIND_WEIGHTS(), d, 1, B, F);
    component commitNewWeights = CommitTensor(KIND_WEIGHTS(), d, 1, B, F);
    component commitBatch = CommitBatch(m, d, 1, B, B, F);
    commitWeights.values <== w;
    commitNewWeights.values <== w2;
    commitBatch.X <== X;
    for (var i = 0; i < m; i++) {
        commitBatch.Y[i][0] <== y[i];
    }
    commitWeights.salt <== modelSalt;
    commitNewWeights.salt <== modelSalt;
    commitBatch.salt <== batchSalt;
    weights <== commitWeights.commitment;
    newWeights <== commitNewWeights.commitment;
    batch <== commitBatch.commitment;

    // Both losses, on the same batch.
    component before = LinearLoss(m, d, B, F);
    component after = LinearLoss(m, d, B, F);
    before.X <== X;
    before.y <== y;
    before.w <== w;
    after.X <== X;
    after.y <== y;
    after.w <== w2;
    loss <== before.loss;
    newLoss <== after.loss;

    // Range: newLoss <= loss.
    component progress = Range(LOSS + 1, 0);
    progress.value <== loss - newLoss;

    // Context: a constraint of its own keeps ctx in the proof at every optimisation level.
    signal ctxSquare;
    ctxSquare <== ctx * ctx;
}
