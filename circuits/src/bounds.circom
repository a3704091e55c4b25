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

// Exponent q with |prediction| <= 2^q, where a prediction is a sum of d products of a signed BX-bit and a signed B-bit
// integer.
function predictionBits(d, BX, B) {
    return (BX - 1) + (B - 1) + ceilLog2(d);
}

// Exponent q with |residual| <= 2^q, where a residual is a prediction minus 2^F times a signed B-bit integer.
function residualBits(d, BX, B, F) {
    return max(predictionBits(d, BX, B), F + B - 1) + 1;
}
