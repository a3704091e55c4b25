pragma circom 2.2.0;

include "../src/mlp_step.circom";

component main {public [ctx]} = MlpStep(64, 64, 32, 10, 16, 8, 4);
