pragma circom 2.2.0;

// Kinds of tensor. W and its successor W' share KIND_WEIGHTS: the output of one step is the input of the next.
function KIND_WEIGHTS() {
    return 1;
}

function KIND_GRADIENT() {
    return 2;
}

function KIND_BATCH() {
    return 3;
}

// What a challenge is drawn from. 4 and 5 are kept for tensors of remainders and activations, which no circuit commits to:
// their packed words are part of a transcript as they are.
function KIND_CHALLENGE() {
    return 6;
}

// Domain tag of a committed tensor, the initial capacity of its hash chain.
//
// bits   0..7  kind
// bits   8..23 rows
// bits  24..39 columns
// bits  40..47 B, bits per value
// bits  48..55 F, fraction bits per value
// bits  56..71 depth: a third dimension (classes of a model or a batch), 0 without one
// bits  72..79 BX, bits per feature of a batch when they differ from B, else 0
//
// Injective because every field is bounded below; two tensors that differ in kind, shape or number format therefore
// start from different states and cannot share a commitment.
function deepTensorTag(kind, rows, cols, B, F, depth, BX) {
    assert(kind >= 1 && kind < (1 << 8));
    assert(rows >= 1 && rows < (1 << 16));
    assert(cols >= 1 && cols < (1 << 16));
    assert(B >= 1 && B < (1 << 8));
    assert(F >= 0 && F < (1 << 8));
    assert(depth >= 0 && depth < (1 << 16));
    assert(BX >= 0 && BX < (1 << 8));
    return kind + rows * (1 << 8) + cols * (1 << 24) + B * (1 << 40) + F * (1 << 48) + depth * (1 << 56) + BX * (1 << 72);
}

// Tag of a matrix: depth and BX are 0.
function tensorTag(kind, rows, cols, B, F) {
    return deepTensorTag(kind, rows, cols, B, F, 0, 0);
}
