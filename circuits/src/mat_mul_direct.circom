pragma circom 2.2.0;

include "inner_product.circom";

// Proves A * B = C modulo p, entry by entry; A is m x k and B is k x n.
//
// Has the interface of MatMulConsistent but needs no challenge; `useFreivalds` says which of the two is smaller.
//
// Preconditions (the caller must enforce): where an equation over the integers is meant, |A * B - C| < p entry by entry.
// Soundness: one equation per entry, with nothing left to chance.
// Constraints: m * k * n non-linear (plus 1 linear for each input that is not a plain signal).
template MatMulDirect(m, k, n) {
    signal input A[m][k];
    signal input B[k][n];
    signal input C[m][n];

    component entry[m][n];
    for (var i = 0; i < m; i++) {
        for (var j = 0; j < n; j++) {
            entry[i][j] = InnerProduct(k);
            for (var t = 0; t < k; t++) {
                entry[i][j].a[t] <== A[i][t];
                entry[i][j].b[t] <== B[t][j];
            }
            entry[i][j].value === C[i][j];
        }
    }
}
