pragma circom 2.2.0;

include "../src/mlp_evaluate.circom";

component main {public [ctx]} = MlpEvaluate(8, 8, 8, 4, 16, 8);
