pragma circom 2.2.0;

include "../src/linear_residuals.circom";

component main {public [residualBound, gradientBound, ctx]} = LinearResiduals(8, 8, 16, 8);
