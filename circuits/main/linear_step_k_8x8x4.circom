pragma circom 2.2.0;

include "../src/linear_step_k.circom";

component main {public [ctx]} = LinearStepK(8, 8, 4, 16, 16, 8, 4);
