pragma circom 2.2.0;

include "../src/linear_step_k.circom";

// 64 samples of 196 features of 8 bits (14 x 14 pixels), ten classes. Compiled and counted only.
component main {public [ctx]} = LinearStepK(64, 196, 10, 8, 16, 8, 4);
