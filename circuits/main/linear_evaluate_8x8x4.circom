pragma circom 2.2.0;

include "../src/linear_evaluate.circom";

component main {public [ctx]} = LinearEvaluate(8, 8, 4, 16, 8);
