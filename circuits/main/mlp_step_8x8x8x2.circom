pragma circom 2.2.0;

include "../src/mlp_step.circom";

component main {public [ctx]} = MlpStep(8, 8, 8, 2, 16, 8, 4);
