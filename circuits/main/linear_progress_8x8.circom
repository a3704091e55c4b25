pragma circom 2.2.0;

include "../src/linear_progress.circom";

component main {public [ctx]} = LinearProgress(8, 8, 16, 8);
