pragma circom 2.2.0;

// Proves -OFFSET <= value < 2^BITS - OFFSET, where negative numbers are the field elements p - |value|.
//
// Range(B, 2^(B-1)) is a signed B-bit integer, Range(B, 0) an unsigned one.
//
// Preconditions (the caller must enforce): none.
// Soundness: every bit is 0 or 1, so their weighted sum is an integer in [0, 2^BITS). 2^BITS <= 2^252 < p, so the sum
//   does not wrap around the field and exactly one assignment of bits exists. With 254 bits, value and value + p would
//   both decompose; the bound on BITS is what forbids it.
// This is the only template of the project with unconstrained assignments (`<--`).
// Constraints: BITS non-linear, 1 linear.
template Range(BITS, OFFSET) {
    assert(BITS >= 1 && BITS <= 252);
    assert(OFFSET >= 0 && OFFSET < (1 << BITS));

    signal input value;
    signal output bit[BITS]; // of value + OFFSET, low bits first

    var sum = 0;
    for (var k = 0; k < BITS; k++) {
        bit[k] <-- ((value + OFFSET) >> k) & 1;
        bit[k] * (bit[k] - 1) === 0;
        sum += bit[k] * (1 << k);
    }

    sum === value + OFFSET;
}
