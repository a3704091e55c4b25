pragma circom 2.2.0;

include "../src/apply_step.circom";

component main {public [shares, ctx]} = ApplyStep(4, 8, 8, 4, 16, 8, 1);
