pragma circom 2.2.0;

include "../src/mlp_gradient.circom";

component main {public [ctx]} = MlpGradient(8, 8, 8, 4, 16, 8);
