pragma circom 2.2.0;

include "../src/linear_gradient.circom";

component main {public [ctx]} = LinearGradient(8, 8, 16, 8);
