pragma circom 2.2.0;

include "horner_row.circom";
include "inner_product.circom";

// Proves A * B = C modulo p with a challenge z (Freivalds): A * (B * rho) = C * rho for rho = (1, z, .., z^(n-1)).
// A is m x k and B is k x n. Wide products (n > m) are cheaper transposed: B^T * A^T = C^T.
//
// Preconditions (the caller must enforce):
// - z is drawn from a transcript that absorbs A, B and all of C; see Challenge. Ranges do not replace this: for 32 columns
//   of 24 bits a false C that passes is found in a fraction of a second when z is known.
// - Where an equation over the integers is meant, |A * B - C| < p entry by entry.
// Soundness: row i is a polynomial of degree n - 1 in z with the coefficients of (A * B - C)_i. If C is false, one of them
//   is not zero and vanishes for at most n - 1 values of z: error at most m * (n - 1) / p, below 2^-220 for 2^32 entries.
// Constraints: k * (n - 1) + m * k + m * (n - 1) non-linear (plus 1 linear for each input that is not a plain signal).
template MatMulConsistent(m, k, n) {
    signal input A[m][k];
    signal input B[k][n];
    signal input C[m][n];
    signal input z;

    component right[k]; // B * rho
    for (var t = 0; t < k; t++) {
        right[t] = HornerRow(n);
        right[t].row <== B[t];
        right[t].z <== z;
    }

    component claimed[m]; // C * rho
    component product[m]; // A * (B * rho)
    for (var i = 0; i < m; i++) {
        claimed[i] = HornerRow(n);
        claimed[i].row <== C[i];
        claimed[i].z <== z;
        product[i] = InnerProduct(k);
        for (var t = 0; t < k; t++) {
            product[i].a[t] <== A[i][t];
            product[i].b[t] <== right[t].value;
        }
        product[i].value === claimed[i].value;
    }
}
