pragma circom 2.2.0;

include "mat_mul_consistent.circom";

// Proves quotient = floor((A * B + 2^(S-1)) / 2^S), entry by entry, given the remainders: with a challenge it checks
// A * B = 2^S * quotient + remainder - 2^(S-1). A is m x k, B is k x n.
//
// Preconditions (the caller must enforce):
// - quotient and remainder are in range: Rescale, or a committed tensor and Pack(_, S, 0).
// - z is drawn after A, B, quotient and remainder have been absorbed; see Challenge.
// - |A * B| + |2^S * quotient| + 2^S <= 2^252 entry by entry, so that equality modulo p is equality.
// Soundness: that of MatMulConsistent. With both in range, quotient and remainder are functions of A and B (Rescale).
// Constraints: m * k + (m + k) * (n - 1) non-linear, m * n linear. The transposed product
//   would cost m - n more, a difference too small for a choice.
template RoundedMatMul(m, k, n, S) {
    assert(S >= 1 && S <= 251);

    signal input A[m][k];
    signal input B[k][n];
    signal input quotient[m][n];
    signal input remainder[m][n];
    signal input z;

    component check = MatMulConsistent(m, k, n);
    check.A <== A;
    check.B <== B;
    for (var i = 0; i < m; i++) {
        for (var j = 0; j < n; j++) {
            check.C[i][j] <== (1 << S) * quotient[i][j] + remainder[i][j] - (1 << (S - 1));
        }
    }
    check.z <== z;
}
