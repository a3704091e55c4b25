pragma circom 2.2.0;

// Integer functions of template parameters. They run inside the compiler only, on small numbers, and never see a signal.

// Smallest integer q with q * b >= a.
function ceilDiv(a, b) {
    return (a + b - 1) \ b;
}

// Smallest integer k with 2^k >= n, for n >= 1.
function ceilLog2(n) {
    var k = 0;
    while ((1 << k) < n) {
        k++;
    }
    return k;
}

function max(a, b) {
    return a > b ? a : b;
}
