pragma circom 2.2.0;

// Returns sum_t a[t] * b[t] modulo p.
//
// Preconditions (the caller must enforce): where a sum of integers is meant, its absolute value is below p/2.
// Soundness: every signal is assigned with `<==`; the output is a function of the inputs. The last product needs no signal
//   of its own, so comparing the output with a plain signal costs nothing more.
// Constraints: n non-linear (plus 1 linear for each input that is not a plain signal).
template InnerProduct(n) {
    assert(n >= 1);

    signal input a[n];
    signal input b[n];
    signal output value;

    signal term[n - 1];
    var sum = 0;
    for (var t = 0; t < n - 1; t++) {
        term[t] <== a[t] * b[t];
        sum += term[t];
    }
    value <== a[n - 1] * b[n - 1] + sum;
}
