pragma circom 2.2.0;

include "bounds.circom";
include "commit_values.circom";
include "model_tag.circom";
include "rounded_shift.circom";

// The shares of the lanes add up to 2^SHARE_BITS.
function SHARE_BITS() {
    return 8;
}

// Applies the gradients of up to N nodes, each weighed by its share, to the committed weights of a model.
//
// STATEMENT
// The prover knows weights W, gradients G_i and a salt such that the public commitments open to them and, with A = 8,
//   W'_j = W_j - floor((sum_i shares_i * G_ij + 2^(T+A-1)) / 2^(T+A))     mean gradient times 2^(-T), rounded half up
//   sum_i shares_i = 2^A, every share in [0, 2^A]
//   gradients_i is the commitment to G_i, or 0 in an absent lane, whose share is 0.
// The model has d features, h hidden units and k outputs, in the order of CommitMlp; h = 0 is a linear model.
// Weights and gradients are signed B-bit integers in units of 2^(-F).
// Public signals: [weights, newWeights, gradients[N], shares[N], ctx].
//
// SALTS
// One modelSalt covers weights and gradients, as in LinearStep and MlpGradient, so commitments can be compared.
//
// PRECONDITIONS (the caller must enforce)
// - ctx is computed by the verifying contract from chain, contract, circuit, task, step and sender.
// - The commitments are those that the step expects, a lane is 0 exactly where no gradient was delivered, and the shares
//   are the right ones for the lanes present: the circuit proves the arithmetic, not who is due which share.
// - A delivered gradient was computed on these weights: its own proof says so.
//
// SOUNDNESS
// - present_i is a bit, gradients_i = present_i * commitment_i and shares_i * (1 - present_i) = 0. A commitment is 0 with
//   negligible probability only, so the public signals say which lanes count, and an absent one weighs nothing.
// - Shares have A + 1 bits and add up to 2^A without wrapping around the field, so each is at most 2^A and the mean is
//   bounded by the largest gradient. The assert bounds RoundedShift; W' has one value, and none if it leaves B bits.
// - ctx enters a constraint of its own, so a proof for one context does not verify under another.
// There is no challenge: shares times gradients is a product with one column.
//
// Constraints: see circuits.json. (N + 2) * B + N + T + A per weight, N + 2 chains over the packed weights, A + 4 per lane.
template ApplyStep(N, d, h, k, B, F, T) {
    assert(N >= 1 && N <= (1 << SHARE_BITS())); // more lanes would leave some without a share
    assert(F >= 0 && F < B);
    assert(T >= 1 && T <= B);
    var A = SHARE_BITS();
    var COUNT = modelSize(d, h, k);
    var TAG = modelTag(KIND_WEIGHTS(), d, h, k, B, F);

    // |sum_i shares_i * G_ij| <= 2^(A+B-1), |W - W'| <= 2^B: precondition of RoundedShift(T + A).
    assert(max(A + B - 1, T + A + B) + 1 <= 252);

    signal input W[COUNT];
    signal input newW[COUNT];
    signal input G[N][COUNT];
    signal input shares[N];
    signal input present[N];
    signal input modelSalt;
    signal input ctx;

    signal output weights;
    signal output newWeights;
    signal output gradients[N];

    // Commitments, which range check every value.
    component commitWeights = CommitValues(COUNT, B, TAG);
    commitWeights.values <== W;
    commitWeights.salt <== modelSalt;
    weights <== commitWeights.commitment;

    component commitNewWeights = CommitValues(COUNT, B, TAG);
    commitNewWeights.values <== newW;
    commitNewWeights.salt <== modelSalt;
    newWeights <== commitNewWeights.commitment;

    // Lanes.
    component commitGradient[N];
    component shareRange[N];
    var total = 0;
    for (var i = 0; i < N; i++) {
        present[i] * (present[i] - 1) === 0;

        commitGradient[i] = CommitValues(COUNT, B, modelTag(KIND_GRADIENT(), d, h, k, B, F));
        commitGradient[i].values <== G[i];
        commitGradient[i].salt <== modelSalt;
        gradients[i] <== present[i] * commitGradient[i].commitment;

        shareRange[i] = Range(A + 1, 0);
        shareRange[i].value <== shares[i];
        shares[i] * (1 - present[i]) === 0;
        total += shares[i];
    }
    total === 1 << A;

    // Update by the weighted mean.
    signal weighted[COUNT][N];
    component round[COUNT];
    for (var j = 0; j < COUNT; j++) {
        var mean = 0;
        for (var i = 0; i < N; i++) {
            weighted[j][i] <== shares[i] * G[i][j];
            mean += weighted[j][i];
        }
        round[j] = RoundedShift(T + A);
        round[j].numerator <== mean;
        round[j].quotient <== W[j] - newW[j];
    }

    // Context: a constraint of its own keeps ctx in the proof at every optimisation level.
    signal ctxSquare;
    ctxSquare <== ctx * ctx;
}
