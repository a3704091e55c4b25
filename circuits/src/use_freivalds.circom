pragma circom 2.2.0;

// The rule that chooses between MatMulDirect and MatMulConsistent for an m x k by k x n product: 1 when the challenge costs
// fewer non-linear constraints, else 0.
//
// Direct costs k per entry of the result. With a challenge an entry costs hashCost + 1 + k/n + k/m, where hashCost is what
// absorbing one more entry costs, in whole constraints:
//    0  the entry is committed anyway (gradients, weights)
//    4  24-bit words of rescaled activations, which are decomposed into bits anyway
//   39  an entry on its own, as a raw field element
// So raw results pay from k of about 45, rescaled ones from about 6, and vectors (n = 1) never do: the direct product is
// linear in the sizes anyway. Runs inside the compiler only.
function useFreivalds(m, k, n, hashCost) {
    var direct = m * k * n;
    var challenged = k * (n - 1) + m * k + m * (n - 1) + hashCost * m * n;
    return challenged < direct ? 1 : 0;
}
