pragma circom 2.2.0;

// Evaluates row[0] + row[1] * z + ... + row[n-1] * z^(n-1): the product of a row with rho = (1, z, .., z^(n-1)).
//
// Preconditions (the caller must enforce): none.
// Soundness: every signal is assigned with `<==`; the output is a function of the inputs.
// Constraints: n - 1 non-linear (plus 1 linear for each input that is not a plain signal).
template HornerRow(n) {
    assert(n >= 1);

    signal input row[n];
    signal input z;
    signal output value;

    // partial[i] = row[i] + row[i+1] * z + ...
    signal partial[n];
    partial[n - 1] <== row[n - 1];
    for (var i = n - 2; i >= 0; i--) {
        partial[i] <== partial[i + 1] * z + row[i];
    }
    value <== partial[0];
}
