pragma circom 2.2.0;

include "tensor_tag.circom";

// A model of d features, h hidden units and k outputs; h = 0 is a linear model. Runs inside the compiler only.

// Number of weights.
function modelSize(d, h, k) {
    return h == 0 ? d * k : d * h + h * k;
}

// Tag of its weights or gradient: a d x k matrix, or d x h of depth k for both layers in one tensor, row by row.
function modelTag(kind, d, h, k, B, F) {
    assert(h >= 0);
    if (h == 0) {
        return deepTensorTag(kind, d, k, B, F, 0, 0);
    }
    return deepTensorTag(kind, d, h, B, F, k, 0);
}
