pragma circom 2.2.0;

// Proves sum_t a[t] * b[t] = product, modulo p.
//
// Preconditions (the caller must enforce): where an equation over the integers is meant, the difference of both sides is
//   smaller than p in absolute value.
// Soundness: the equation itself. The last product needs no signal of its own.
// Constraints: n non-linear (plus 1 linear for each input that is not a plain signal).
template InnerProduct(n) {
    assert(n >= 1);

    signal input a[n];
    signal input b[n];
    signal input product;

    signal term[n - 1];
    var sum = 0;
    for (var t = 0; t < n - 1; t++) {
        term[t] <== a[t] * b[t];
        sum += term[t];
    }
    a[n - 1] * b[n - 1] === product - sum;
}
