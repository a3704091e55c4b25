pragma circom 2.2.0;

include "../src/linear_step.circom";

component main {public [ctx]} = LinearStep(16, 16, 16, 8, 4);
