/** A perceptron of seven features and the constant, eight hidden units and four classes; four lanes. */
export const ROUND_CIRCUITS = {
  gradient: "mlp-gradient-8x8x8x4",
  apply: "apply-step-4-8x8x4",
  evaluate: "mlp-evaluate-8x8x8x4",
};
