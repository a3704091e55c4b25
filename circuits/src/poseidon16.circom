pragma circom 2.2.0;

include "circomlib/circuits/poseidon_constants.circom";

// Poseidon permutation over 17 lanes (1 capacity, 16 rate), 8 full and 68 partial rounds, x^5; returns the first lane.
//
// Equals `poseidon(block, capacity, 1)` of circomlibjs and `PoseidonEx(16, 1)` of circomlib, in the sparse form of
// appendix B of the Poseidon paper. Linear layers are kept in `var`s: the only signals are the three products of each
// S-box, so no linear constraint is spent on them at --O1.
//
// Preconditions (the caller must enforce): none, any field elements are valid inputs.
// Soundness: every signal is assigned with `<==`; the output is a function of the inputs.
// Constraints: 612 non-linear, 1 linear; for each input that is a constant 2 non-linear less and 2 linear more.
template Poseidon16() {
    var LANES = 17;
    var HALF = 4; // full rounds at each end
    var PARTIAL = 68;
    var SPARSE = 2 * LANES - 1; // words of one sparse matrix: first row, then first column without the corner

    var C[LANES * 2 * HALF + PARTIAL] = POSEIDON_C(LANES);
    var S[PARTIAL * SPARSE] = POSEIDON_S(LANES);
    var M[LANES][LANES] = POSEIDON_M(LANES);
    var P[LANES][LANES] = POSEIDON_P(LANES);

    signal input capacity;
    signal input block[LANES - 1];
    signal output out;

    // x^2, x^4 and x^5 of every S-box.
    signal full2[2 * HALF][LANES];
    signal full4[2 * HALF][LANES];
    signal full5[2 * HALF][LANES];
    signal part2[PARTIAL];
    signal part4[PARTIAL];
    signal part5[PARTIAL];

    var lane[LANES];
    var mixed[LANES];

    lane[0] = capacity + C[0];
    for (var j = 1; j < LANES; j++) {
        lane[j] = block[j - 1] + C[j];
    }

    // First full rounds. The last one mixes with P, which prepares the sparse form of the partial rounds.
    for (var r = 0; r < HALF; r++) {
        for (var j = 0; j < LANES; j++) {
            full2[r][j] <== lane[j] * lane[j];
            full4[r][j] <== full2[r][j] * full2[r][j];
            full5[r][j] <== full4[r][j] * lane[j];
            lane[j] = full5[r][j] + C[(r + 1) * LANES + j];
        }
        for (var i = 0; i < LANES; i++) {
            mixed[i] = 0;
            for (var j = 0; j < LANES; j++) {
                mixed[i] += (r < HALF - 1 ? M[j][i] : P[j][i]) * lane[j];
            }
        }
        for (var i = 0; i < LANES; i++) {
            lane[i] = mixed[i];
        }
    }

    // Partial rounds: one S-box, then a sparse matrix.
    for (var r = 0; r < PARTIAL; r++) {
        part2[r] <== lane[0] * lane[0];
        part4[r] <== part2[r] * part2[r];
        part5[r] <== part4[r] * lane[0];
        lane[0] = part5[r] + C[(HALF + 1) * LANES + r];

        var first = 0;
        for (var j = 0; j < LANES; j++) {
            first += S[SPARSE * r + j] * lane[j];
        }
        for (var j = 1; j < LANES; j++) {
            lane[j] += S[SPARSE * r + LANES + j - 1] * lane[0];
        }
        lane[0] = first;
    }

    // Last full rounds. The final one adds no constants and only its first lane is needed.
    for (var r = HALF; r < 2 * HALF; r++) {
        for (var j = 0; j < LANES; j++) {
            full2[r][j] <== lane[j] * lane[j];
            full4[r][j] <== full2[r][j] * full2[r][j];
            full5[r][j] <== full4[r][j] * lane[j];
            lane[j] = full5[r][j];
            if (r < 2 * HALF - 1) {
                lane[j] += C[(r + 1) * LANES + PARTIAL + j];
            }
        }
        for (var i = 0; i < LANES; i++) {
            mixed[i] = 0;
            for (var j = 0; j < LANES; j++) {
                mixed[i] += M[j][i] * lane[j];
            }
        }
        for (var i = 0; i < LANES; i++) {
            lane[i] = mixed[i];
        }
    }

    out <== lane[0];
}
